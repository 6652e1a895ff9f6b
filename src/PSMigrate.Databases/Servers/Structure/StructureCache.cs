namespace PSMigrate.Databases.Servers.Structure;

/// <summary>
/// What is known of a database's structure while scripts run. It is read once; after that only what a script has touched is read
/// again, and what it has just made is not read before somebody asks.
/// </summary>
internal sealed class StructureCache(ServerEngine engine, ServerSession session)
{
    private readonly HashSet<string> unread = new(StringComparer.Ordinal);
    private DbStructure? known;
    private IReadOnlyList<string>? searchPath;
    private IReadOnlyList<string>? foreign;

    /// <summary>The database that scripts run in.</summary>
    public string Database => session.Connection.Database;

    public async Task<DbStructure> AllAsync(CancellationToken cancel)
    {
        if (known is null)
        {
            known = await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
            unread.Clear();
        }
        else if (unread.Count > 0)
        {
            await RefreshAsync([.. unread], cancel).ConfigureAwait(false);
        }

        return known;
    }

    /// <summary>Reads some tables, views and sequences again.</summary>
    /// <param name="relations">Each as <c>schema.name</c>.</param>
    public async Task RefreshAsync(IReadOnlyCollection<string> relations, CancellationToken cancel)
    {
        unread.ExceptWith(relations);
        if (known is null)
        {
            return;
        }

        var now = await engine.Reader.ReadAsync(session, relations, cancel).ConfigureAwait(false);
        var gone = relations.SelectMany(r => known.Relations(r)).Distinct().ToList();
        gone.AddRange(gone.SelectMany(o => known.PartsOf(o.Key)).ToList());
        var coming = now.Objects.ToList();
        // A renamed table is known under its former name still.
        gone.AddRange(coming.Select(o => known.FindById(o.Id)).OfType<DbObject>().Where(o => !gone.Contains(o)).ToList());
        gone.AddRange(coming.Select(o => known.Find(o.Key)).OfType<DbObject>().Where(o => !gone.Contains(o)).ToList());
        known.Replace(gone, coming);
    }

    /// <summary>Forgets everything: others may have changed it.</summary>
    public void Forget()
    {
        known = null;
        searchPath = null;
        unread.Clear();
    }

    /// <summary>Takes what was read elsewhere.</summary>
    public void Take(DbStructure structure)
    {
        known = structure;
        unread.Clear();
    }

    /// <summary>The names of routines that are not the engine's own: what calls one may do anything.</summary>
    public async Task<IReadOnlySet<string>> RoutinesAsync(CancellationToken cancel)
    {
        // What is not read yet is tables and the like, and no routine.
        var structure = known ?? await AllAsync(cancel).ConfigureAwait(false);
        foreign ??= await engine.ExtensionRoutinesAsync(session, cancel).ConfigureAwait(false);
        return new HashSet<string>(foreign.Concat(structure.Objects.Where(o => o.Kind is DbKinds.Function or DbKinds.Procedure or "aggregate")
            .Select(o => o.Name.Split('(')[0])), StringComparer.OrdinalIgnoreCase);
    }

    public void ForgetSearchPath() => searchPath = null;

    /// <summary>Something was just made: it is read when somebody asks.</summary>
    public void Made(string relation)
    {
        if (known is not null)
        {
            unread.Add(relation);
        }
    }

    public async Task<IReadOnlyList<string>> SearchPathAsync(CancellationToken cancel) =>
        searchPath ??= await engine.SearchPathAsync(session, cancel).ConfigureAwait(false);

    /// <summary>The table, view or sequence that a name in a script means; null where there is none.</summary>
    public async Task<DbObject?> FindAsync(string? schema, string name, CancellationToken cancel)
    {
        var structure = await AllAsync(cancel).ConfigureAwait(false);
        var path = schema is null ? await SearchPathAsync(cancel).ConfigureAwait(false) : [schema];
        var named = structure.Named(name).Where(o => IsRelation(o) && string.Equals(o.Name, name, engine.NameComparison)).ToList();
        return path.Select(one => named.FirstOrDefault(o => string.Equals(o.Schema, one, engine.NameComparison))).FirstOrDefault(o => o is not null);
    }

    /// <summary>The full name that something gets which a script makes.</summary>
    public async Task<string> NameOfNewAsync(string? schema, string name, CancellationToken cancel)
    {
        schema ??= (await SearchPathAsync(cancel).ConfigureAwait(false)).FirstOrDefault() ?? "";
        return schema.Length > 0 ? $"{schema}.{name}" : name;
    }

    public static bool IsRelation(DbObject one) => one.Kind is DbKinds.Table or DbKinds.View or DbKinds.MaterializedView or DbKinds.Sequence or "foreign table";
}
