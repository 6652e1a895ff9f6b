using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>
/// Says what a statement will do to the database, from its words and from what is there. What words cannot tell is said to be able to do
/// anything: then the catalog is read before and after it.
/// </summary>
internal sealed class EffectReader(ServerEngine engine, StructureCache cache)
{
    public async Task<IReadOnlyList<StatementEffect>> OfAsync(SqlStatement statement, CancellationToken cancel)
    {
        var effects = new List<StatementEffect>();
        foreach (var facts in engine.Dialect.ReadFacts(statement).Each)
        {
            effects.AddRange(await OfEachAsync(facts, cancel).ConfigureAwait(false));
            if (engine.CountsWrites && (facts.IsOpaque || (facts.Kind == StatementKind.Select && await CallsRoutineAsync(statement, cancel).ConfigureAwait(false))))
            {
                effects.Add(new StatementEffect.Anything());
            }
        }

        if (!engine.CountsWrites)
        {
            var reached = new ReachedCode(engine, await cache.AllAsync(cancel).ConfigureAwait(false));
            reached.Follow(statement);
            foreach (var facts in reached.Statements)
            {
                effects.AddRange(await OfEachAsync(facts, cancel).ConfigureAwait(false));
            }

            effects.AddRange(reached.Unknown.Select(what => new StatementEffect.Untold("rows", what)));
            if (reached.Unknown.Count > 0)
            {
                effects.Add(new StatementEffect.Anything { LeavesRowsAlone = true });
            }
        }

        return engine.Dialect.ReadFacts(statement).Parts.Count > 0 ? Together(effects) : effects;
    }

    /// <summary>
    /// Of several statements that are sent together nothing can be looked at in between, and some of them may not be run at all. What they
    /// do to the structure is read off it afterwards, whole; what goes by it is captured before them.
    /// </summary>
    private static IReadOnlyList<StatementEffect> Together(List<StatementEffect> effects)
    {
        var creates = effects.OfType<StatementEffect.Creates>().ToList();
        var changes = effects.OfType<StatementEffect.Changes>().ToList();
        if (creates.Count + changes.Count == 0)
        {
            return effects;
        }

        var renames = changes.SelectMany(c => c.Renames).ToList();
        var together = effects.Where(e => e is not (StatementEffect.Creates or StatementEffect.Changes)).ToList();
        together.AddRange(effects.OfType<StatementEffect.Writes>().SelectMany(w => renames.Where(r => r.To == w.Table).Select(r => w with { Table = r.From })).ToList());
        if (changes.Count > 0)
        {
            together.Add(new StatementEffect.Changes([.. changes.SelectMany(c => c.Relations).Distinct()])
            {
                DroppedTables = [.. changes.SelectMany(c => c.DroppedTables).Distinct()],
                LostColumns = [.. changes.SelectMany(c => c.LostColumns).Distinct()],
                NewNames = [.. changes.SelectMany(c => c.NewNames).Distinct()],
                Renames = renames,
                ColumnRenames = [.. changes.SelectMany(c => c.ColumnRenames)],
            });
        }

        together.Add(new StatementEffect.Anything { LeavesRowsAlone = !creates.Any(c => c.HasRows) });
        return together;
    }

    private async Task<IReadOnlyList<StatementEffect>> OfEachAsync(StatementFacts facts, CancellationToken cancel) => ElsewhereIn(facts) is { } database && IsElsewhere(facts)
        ? [new StatementEffect.Untold($"{database}.{facts.ObjectName}", "it is in another database")]
        : await OfAsync(facts, cancel).ConfigureAwait(false);

    /// <summary>The database that something is in which the statement is about, where that is not the one that it runs in.</summary>
    private string? ElsewhereIn(StatementFacts facts) => facts.Database is { } database && !(facts.Schema is not null && string.Equals(database, cache.Database, engine.NameComparison)) ? database
        : engine.OwnSchema is null ? facts.Names.Select(n => n.Schema).Append(facts.OnSchema).FirstOrDefault(s => s is not null && !string.Equals(s, cache.Database, engine.NameComparison)) : null;

    /// <summary>A composite type has columns too.</summary>
    private async Task<bool> IsRelationAsync(RelationName name, CancellationToken cancel) => await cache.FindAsync(name.Schema, name.Name, cancel).ConfigureAwait(false) is not null;

    /// <summary>Where there are no schemas, what qualifies a name is the database.</summary>
    private RelationName Relation(string? schema, string name) => new(engine.OwnSchema is null ? null : schema, name);

    private static bool IsElsewhere(StatementFacts facts) =>
        facts.Kind is not (StatementKind.Select or StatementKind.Use or StatementKind.Set or StatementKind.Explain or StatementKind.Control);

    private async Task<IReadOnlyList<StatementEffect>> OfAsync(StatementFacts facts, CancellationToken cancel)
    {
        var names = facts.Names.Select(n => Relation(n.Schema, n.Name)).ToList();
        var on = facts.OnTable is { } table ? Relation(facts.OnSchema, table) : null;
        switch (facts.Kind)
        {
            case StatementKind.Select or StatementKind.Explain or StatementKind.Analyze or StatementKind.Vacuum or StatementKind.Reindex or StatementKind.Control
                or StatementKind.LockTables or StatementKind.UnlockTables or StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback
                or StatementKind.Savepoint or StatementKind.Release or StatementKind.Reset or StatementKind.Pragma:
                return facts.Kind == StatementKind.Reset ? [new StatementEffect.MovesSearchPath()] : [];
            case StatementKind.RollbackTo:
                return [new StatementEffect.Untold("a savepoint", "it was rolled back, and with it what had been noted since")];
            case StatementKind.Set:
                return facts.Assignments.Any(a => a.Name is "search_path" or "role" or "session authorization" or "schema" || a.Scope == SettingScope.Server)
                    ? [new StatementEffect.MovesSearchPath()] : [];
            case StatementKind.Use:
                return [new StatementEffect.Untold("another database", "the script moves there")];
            case StatementKind.Insert or StatementKind.Update or StatementKind.Delete or StatementKind.Merge or StatementKind.Replace:
                return Writes(facts, names);
            case StatementKind.Copy:
                return facts.ReadsFromScript || !facts.IsOpaque ? Writes(facts, names) : [new StatementEffect.Anything()];
            case StatementKind.Truncate:
                return [.. names.Select(n => new StatementEffect.Writes(n, ["delete"]) { Unseen = true, AlsoReferring = facts.Cascade })];
            case StatementKind.CreateTable:
                return facts.IsTemporary || names.Count != 1 ? []
                    : facts.IfNotExists || facts.OrReplace ? [new StatementEffect.Changes(names) { NewNames = names, DroppedTables = facts.OrReplace ? names : [], Replaced = facts.OrReplace ? names : [] }]
                    : [new StatementEffect.Creates(DbKinds.Table, names[0].Schema, names[0].Name, null) { HasRows = facts.AsSelect }];
            case StatementKind.CreateIndex:
                return on is null ? [new StatementEffect.Anything { LeavesRowsAlone = true }]
                    : facts.IfNotExists || facts.OrReplace || names.Count != 1 ? [new StatementEffect.Changes([on])]
                    : [new StatementEffect.Creates(DbKinds.Index, null, names[0].Name, on)];
            case StatementKind.CreateView:
                return facts.IsTemporary || names.Count != 1 ? []
                    : facts.IfNotExists || facts.OrReplace ? [new StatementEffect.Changes(names) { NewNames = names }]
                    : [new StatementEffect.Creates(facts.ObjectKind == SqlObjectKind.MaterializedView ? DbKinds.MaterializedView : DbKinds.View, names[0].Schema, names[0].Name, null)];
            case StatementKind.CreateTrigger:
                return on is null || names.Count != 1 ? [new StatementEffect.Anything { LeavesRowsAlone = true }]
                    : facts.IfNotExists || facts.OrReplace ? [new StatementEffect.Changes([on])]
                    : [new StatementEffect.Creates(DbKinds.Trigger, null, names[0].Name, on)];
            case StatementKind.DropTable:
                return [new StatementEffect.Changes(names) { DroppedTables = names }];
            case StatementKind.DropView:
                return facts.Cascade ? [new StatementEffect.Anything { LeavesRowsAlone = true }] : [new StatementEffect.Changes(names)];
            case StatementKind.DropIndex or StatementKind.DropTrigger:
                return await OnTablesAsync(facts, on, names, cancel).ConfigureAwait(false);
            case StatementKind.EnableTrigger or StatementKind.DisableTrigger:
                return on is null ? [new StatementEffect.Anything { LeavesRowsAlone = true }] : [new StatementEffect.Changes([on])];
            case StatementKind.AlterTable or StatementKind.AlterTableAddColumn or StatementKind.AlterTableDropColumn or StatementKind.AlterTableRename
                or StatementKind.AlterTableRenameColumn or StatementKind.AlterTableOther:
                return Alter(facts, names);
            case StatementKind.RefreshMaterializedView:
                return [new StatementEffect.Changes(names)];
            case StatementKind.Create or StatementKind.Alter or StatementKind.Drop:
                return await OfOtherAsync(facts, names, cancel).ConfigureAwait(false);
            case StatementKind.Grant or StatementKind.Revoke or StatementKind.Comment:
                return facts.ObjectKind is SqlObjectKind.Table or SqlObjectKind.View && names.Count > 0 && (facts.Kind != StatementKind.Comment || await IsRelationAsync(names[0], cancel).ConfigureAwait(false))
                    ? [new StatementEffect.Changes(names)] : [new StatementEffect.Anything { LeavesRowsAlone = true }];
            case StatementKind.Backup or StatementKind.Restore:
                return [new StatementEffect.Untold("a backup", "it is outside the database")];
            default:
                return [new StatementEffect.Anything()];
        }
    }

    private static IReadOnlyList<StatementEffect> Writes(StatementFacts facts, List<RelationName> names)
    {
        if (facts.IsTemporary || names.Count == 0)
        {
            return facts.ReturnsInto is { } kept ? [new StatementEffect.Writes(new RelationName(kept.Schema, kept.Name), ["insert"])]
                : names.Count == 0 ? [new StatementEffect.Anything()] : [];
        }

        IReadOnlyList<string> kinds = facts.Kind switch
        {
            StatementKind.Insert or StatementKind.Copy => ["insert", "update"],
            StatementKind.Update => ["update"],
            StatementKind.Delete => ["delete"],
            _ => ["delete", "insert", "update"],
        };
        StatementEffect[] into = facts.ReturnsInto is { } other ? [new StatementEffect.Writes(new RelationName(other.Schema, other.Name), ["insert"])] : [];
        return [.. names.Select(n => new StatementEffect.Writes(n, kinds) { Columns = facts.Columns, ReturnsRows = facts.HasReturning }), .. into];
    }

    private IReadOnlyList<StatementEffect> Alter(StatementFacts facts, List<RelationName> names)
    {
        if (names.Count == 0)
        {
            return [new StatementEffect.Anything()];
        }

        var table = names[0];
        var others = facts.Actions.Select(a => a.OtherTable).OfType<SqlObjectName>().Select(o => Relation(o.Schema, o.Name)).ToList();
        var effects = new List<StatementEffect>();
        if (facts.Actions.Any(a => a.Kind is TableActionKind.DropPartition or TableActionKind.ExchangePartition))
        {
            effects.Add(new StatementEffect.Writes(table, ["delete"]) { Unseen = true });
        }

        if (facts.Actions.Any(a => a.Kind == TableActionKind.ExchangePartition))
        {
            effects.AddRange(others.Append(table).Select(one => new StatementEffect.Writes(one, ["delete", "insert"]) { Unseen = true, AddsUnseen = true }));
        }

        IReadOnlyList<(RelationName From, RelationName To)> renames = facts.Names.Any(n => n.NewName is not null)
            ? Net([.. facts.Names.Where(n => n.NewName is not null).Select(n => (Relation(n.Schema, n.Name), Relation(n.Schema, Bare(n.NewName!))))])
            : [.. facts.Actions.Where(a => a is { Kind: TableActionKind.RenameTable, NewName: not null }).Take(1).Select(a => (table, Relation(table.Schema, Bare(a.NewName!))))];
        var after = renames.Count > 0 ? renames[0].To : table;
        effects.Add(new StatementEffect.Changes([table, .. names.Skip(1), .. others])
        {
            Renames = renames,
            Rewritten = facts.Actions.Any(a => a is { Kind: TableActionKind.Rebuild, Name: "convert" }) ? [table] : [],
            ColumnRenames = [.. facts.Actions.Where(a => a is { Name: not null, NewName: not null } && a.Kind is TableActionKind.RenameColumn or TableActionKind.ChangeColumn).Select(a => (after, a.Name!, a.NewName!))],
            LostColumns = [.. facts.Actions.Where(a => a is { Name: not null } && (a.Kind == TableActionKind.DropColumn || (a.Kind == TableActionKind.ChangeColumn && a.TypeText is not null)))
                .Select(a => (table, a.Name!))],
            NewNames =
            [
                .. renames.Select(r => r.To),
                .. facts.Actions.Where(a => a is { Kind: TableActionKind.SetSchema, NewName: not null }).Select(a => new RelationName(a.NewName!, table.Name)),
                .. facts.NewName is { } now && facts.Kind == StatementKind.AlterTableRename ? [Relation(table.Schema, Bare(now))] : Array.Empty<RelationName>(),
            ],
        });
        if (facts.Cascade || facts.Actions.Any(a => a.Cascade))
        {
            effects.Add(new StatementEffect.Anything { LeavesRowsAlone = true });
        }

        return effects;
    }

    /// <summary>A new name may be written with the database that it is in.</summary>
    private string Bare(string name) => engine.OwnSchema is null && name.LastIndexOf('.') is var dot and >= 0 ? name[(dot + 1)..] : name;

    /// <summary>What several renames one after the other come to: a table that gets a name from which another has just gone keeps its own way back.</summary>
    private IReadOnlyList<(RelationName From, RelationName To)> Net(IReadOnlyList<(RelationName From, RelationName To)> steps)
    {
        var net = new List<(RelationName From, RelationName To)>();
        foreach (var (from, to) in steps)
        {
            var at = net.FindLastIndex(n => string.Equals(n.To.Name, from.Name, engine.NameComparison) && n.To.Schema == from.Schema);
            if (at >= 0)
            {
                net[at] = (net[at].From, to);
            }
            else
            {
                net.Add((from, to));
            }
        }

        return [.. net.Where(n => n.From != n.To)];
    }

    private async Task<IReadOnlyList<StatementEffect>> OfOtherAsync(StatementFacts facts, List<RelationName> names, CancellationToken cancel)
    {
        switch (facts.ObjectKind)
        {
            case SqlObjectKind.Database or SqlObjectKind.Tablespace or SqlObjectKind.System or SqlObjectKind.Login or SqlObjectKind.Server
                when facts.ObjectKind != SqlObjectKind.Server || facts.Kind == StatementKind.Other:
                return [new StatementEffect.Untold($"{facts.ObjectKind.ToString().ToLowerInvariant()} {facts.ObjectName}", "it is outside the database")];
            case SqlObjectKind.Role or SqlObjectKind.User:
                return engine.RolesAreInDatabase ? [new StatementEffect.Anything { LeavesRowsAlone = true }]
                    : [new StatementEffect.Untold($"{facts.ObjectKind.ToString().ToLowerInvariant()} {facts.ObjectName}", "it is outside the database")];
            case SqlObjectKind.Sequence when facts.Kind == StatementKind.Create && !facts.IfNotExists && !facts.OrReplace && names.Count == 1:
                return facts.IsTemporary ? [] : [new StatementEffect.Creates(DbKinds.Sequence, names[0].Schema, names[0].Name, null)];
            case SqlObjectKind.Sequence or SqlObjectKind.View or SqlObjectKind.MaterializedView when !facts.Cascade && names.Count > 0:
                return [new StatementEffect.Changes(names)
                {
                    NewNames = facts.NewName is { } now ? [new RelationName(names[0].Schema, now)] : names,
                }];
            case SqlObjectKind.Index:
                return await OnTablesAsync(facts, facts.OnTable is { } on ? new RelationName(facts.OnSchema, on) : null, names, cancel).ConfigureAwait(false);
            default:
                return [new StatementEffect.Anything { LeavesRowsAlone = facts.Kind == StatementKind.Create || !facts.Cascade }];
        }
    }

    /// <summary>The tables of indexes and triggers that are named alone.</summary>
    private async Task<IReadOnlyList<StatementEffect>> OnTablesAsync(StatementFacts facts, RelationName? on, List<RelationName> names, CancellationToken cancel)
    {
        if (on is not null && !facts.Cascade)
        {
            return [new StatementEffect.Changes([on])];
        }

        var structure = await cache.AllAsync(cancel).ConfigureAwait(false);
        var tables = names.SelectMany(n => structure.Objects.Where(o => o.Parent is not null && o.Kind != DbKinds.Column && string.Equals(o.Name, n.Name, engine.NameComparison)))
            .Select(o => structure.Find(o.Parent!)).OfType<DbObject>().DistinctBy(o => o.Key).Select(o => new RelationName(o.Schema.Length > 0 ? o.Schema : null, o.Name)).ToList();
        return tables.Count == 0 || facts.Cascade ? [new StatementEffect.Anything { LeavesRowsAlone = true }] : [new StatementEffect.Changes(tables)];
    }

    /// <summary>True where a statement that reads has a word in it that is the name of a routine somebody has written: that may write.</summary>
    private async Task<bool> CallsRoutineAsync(SqlStatement statement, CancellationToken cancel)
    {
        var words = Words(statement.Text);
        return words.Overlaps(await cache.RoutinesAsync(cancel).ConfigureAwait(false));
    }

    /// <summary>The words and names in a statement.</summary>
    public HashSet<string> Words(string sql)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var token in SqlTokenizer.Significant(sql, engine.Dialect))
        {
            if (token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedIdentifier)
            {
                words.Add(SqlIdentifier.Unquote(token.In(sql)));
            }
        }

        return words;
    }
}
