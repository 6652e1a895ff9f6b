using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Servers.Planning;

/// <summary>
/// What looking at scripts knows of a server's database: its structure, about how many rows its tables have, and what the scripts that
/// were looked at before will have made. Nothing is run.
/// </summary>
internal sealed class ServerScratch : IInspectionScratch, ITableScratch
{
    private readonly ServerEngine engine;
    private readonly ServerSession session;
    private readonly IReadOnlyDictionary<string, long> rows;
    private readonly HashSet<string> made;
    private readonly HashSet<string> gone;
    private readonly Dictionary<string, DbObject> renamed;
    private readonly HashSet<string> altered = new(StringComparer.Ordinal);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private readonly HashSet<string> createsIn = new(StringComparer.Ordinal);
    private bool createsSchemas;

    private ServerScratch(ServerEngine engine, ServerSession session, DbStructure structure, IReadOnlyDictionary<string, long> rows, IReadOnlyList<string> searchPath)
    {
        this.engine = engine;
        this.session = session;
        this.rows = rows;
        Structure = structure;
        SearchPath = searchPath;
        made = new HashSet<string>(StringComparer.FromComparison(engine.NameComparison));
        gone = new HashSet<string>(StringComparer.FromComparison(engine.NameComparison));
        renamed = new Dictionary<string, DbObject>(StringComparer.FromComparison(engine.NameComparison));
    }

    public DbStructure Structure { get; }

    /// <summary>The connected database's name.</summary>
    public string Database => session.Connection.Database;

    public IReadOnlyList<string> SearchPath { get; }

    /// <summary>The steps that were looked at so far.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>The procedures and functions that the scripts make which were looked at.</summary>
    public HashSet<string> RoutinesMade { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>True once a script was seen that may make what cannot be read off it: then nothing that is missing is surely so.</summary>
    public bool MayHaveMadeAnything { get; set; }

    public static async Task<ServerScratch> ReadAsync(ServerEngine engine, ServerSession session, CancellationToken cancel) => new(
        engine, session,
        await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false),
        await engine.RowEstimatesAsync(session, cancel).ConfigureAwait(false),
        await engine.SearchPathAsync(session, cancel).ConfigureAwait(false));

    /// <summary>The table, view or sequence that a name means, as it is now; null where it is not in the database, or will be gone by then.</summary>
    public DbObject? Find(string? schema, string name) =>
        (schema is null ? SearchPath : [schema]).Select(one => renamed.GetValueOrDefault(FullName(one, name)) ?? Present(one, name)).FirstOrDefault(o => o is not null);

    /// <summary>The index or trigger of a name; null where there is none.</summary>
    public DbObject? FindPart(string? table, string name) => Structure.Objects.FirstOrDefault(o => o.Parent is { } parent && o.Kind != DbKinds.Column
        && string.Equals(o.Name, name, engine.NameComparison)
        && (table is null || string.Equals(Structure.Find(parent)?.Name, table, engine.NameComparison)));

    /// <summary>True where a script that was looked at before makes it.</summary>
    public bool IsMade(string? schema, string name) => made.Contains(FullName(schema, name));

    public string FullName(string? schema, string name) => (schema ?? SearchPath.FirstOrDefault() ?? "") is { Length: > 0 } at ? $"{at}.{name}" : name;

    public long RowsOf(DbObject? table) => table is null ? 0 : rows.GetValueOrDefault(table.Key);

    public void Make(string? schema, string name)
    {
        made.Add(FullName(schema, name));
        gone.Remove(FullName(schema, name));
        createsIn.Add(schema ?? SearchPath.FirstOrDefault() ?? "");
    }

    public void Drop(DbObject one)
    {
        altered.Add(one.Key);
        if (!Unname(one))
        {
            gone.Add(one.FullName);
            made.Remove(one.FullName);
        }
    }

    /// <summary>A table, view or sequence that is there now has another name from here on.</summary>
    public void Rename(DbObject one, string? schema, string name)
    {
        Drop(one);
        renamed[FullName(schema, name)] = one;
        createsIn.Add(schema ?? SearchPath.FirstOrDefault() ?? "");
    }

    public void Drop(string? schema, string name) => made.Remove(FullName(schema, name));

    public void Alter(DbObject one) => altered.Add(one.Key);

    public void Write(DbObject one) => written.Add(one.Key);

    public void MakeSchema() => createsSchemas = true;

    bool ITableScratch.WillBeThere(string schema, string name) => MayHaveMadeAnything || IsMade(schema, name) || renamed.ContainsKey(FullName(schema, name));

    void ITableScratch.WillBeWritten(string schema, string name)
    {
        if (Find(schema, name) is { } table)
        {
            Write(table);
        }
    }

    void ITableScratch.WillBeMade(string schema, string name) => Make(schema, name);

    /// <exception cref="MigrationException">RightsMissing, with the list of them.</exception>
    public async Task EndAsync(CancellationToken cancel)
    {
        var missing = await engine.MissingRightsAsync(session, new NeededRights
        {
            KeepsHistory = true,
            Altered = altered,
            Written = written,
            CreatesIn = createsIn.Where(schema => schema.Length == 0 || Structure.Objects.Any(o => o.Kind == DbKinds.Schema && o.Name == schema)).ToHashSet(StringComparer.Ordinal),
            CreatesSchemas = createsSchemas,
        }, cancel).ConfigureAwait(false);
        if (missing.Count > 0)
        {
            throw new MigrationException("RightsMissing", ErrorKind.Denied, $"The account may not do what the plan needs: {string.Join("; ", missing)}.")
            {
                Offender = session.Connection.Database,
                RecommendedAction = "Have these rights given to the account, or use another account.",
            };
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private DbObject? Present(string schema, string name) => Structure.Objects.FirstOrDefault(o => o.Parent is null && StructureCache.IsRelation(o)
        && string.Equals(o.Name, name, engine.NameComparison) && string.Equals(o.Schema, schema, engine.NameComparison) && !gone.Contains(o.FullName));

    private bool Unname(DbObject one) => renamed.FirstOrDefault(r => r.Value == one).Key is { } name && renamed.Remove(name);
}
