using System.Globalization;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>One reading of a catalog: its drafts by identity, and what could not be read.</summary>
internal sealed class SqlServerReading(ServerSession session, SqlServerCatalog catalog, IReadOnlyList<int>? only, bool readsOwn, CancellationToken cancel)
{
    /// <summary>The schemas that are left out: PSMigrate's own, and that of change data capture, which the server fills itself.</summary>
    public const string Ours = "psmigrate";
    public const string ChangeDataCapture = "cdc";

    /// <summary>For queries with a schema <c>s</c> and an object <c>o</c>.</summary>
    public const string OfUsers = "o.is_ms_shipped = 0 AND s.name NOT IN ('psmigrate', 'cdc')";

    private readonly Dictionary<string, SqlServerDraft> byId = new(StringComparer.Ordinal);
    private readonly SortedSet<string> notCovered = new(StringComparer.Ordinal);

    /// <summary>True when everything is read, not only some relations.</summary>
    public bool Whole => only is null;

    public SqlServerCatalog Catalog => catalog;

    public IReadOnlyCollection<string> NotCovered => notCovered;

    public IReadOnlyCollection<SqlServerDraft> Drafts => [.. byId.Values.Where(d => !d.Outside).Distinct()];

    public IReadOnlyList<SqlServerDraft> AllOf(string kind) => [.. byId.Values.Where(d => d.Kind == kind).Distinct()];

    /// <summary>The condition that leaves only the relations that were asked for, by a column with their object id.</summary>
    public string Only(string column) => only is null ? "" : $" AND {column} IN ({string.Join(", ", only.Select(id => id.ToString(CultureInfo.InvariantCulture)))})";

    public static string ObjectId(int id) => string.Create(CultureInfo.InvariantCulture, $"object:{id}");

    public static string ColumnId(int table, int column) => string.Create(CultureInfo.InvariantCulture, $"object:{table}:{column}");

    public static string IndexId(int table, int index) => string.Create(CultureInfo.InvariantCulture, $"index:{table}:{index}");

    public static string Id(string what, int id) => string.Create(CultureInfo.InvariantCulture, $"{what}:{id}");

    public SqlServerDraft? Find(string id) => byId.GetValueOrDefault(id);

    public SqlServerDraft? Object(int id) => Find(ObjectId(id));

    public SqlServerDraft? Column(int table, int column) => Find(ColumnId(table, column));

    public SqlServerDraft? Schema(string name) => Find($"schema name:{name}");

    public SqlServerDraft Add(SqlServerDraft draft, string? alsoAs = null)
    {
        byId.Add(draft.Id, draft);
        if (alsoAs is not null)
        {
            byId.Add(alsoAs, draft);
        }

        if (draft.Parent is null && draft.Schema.Length > 0)
        {
            draft.Need(Schema(draft.Schema));
        }

        return draft;
    }

    /// <summary>Lets a draft be found by another identity too: a default constraint is a part of its column.</summary>
    public void Alias(string id, SqlServerDraft draft) => byId[id] = draft;

    /// <summary>Takes out what was folded into another.</summary>
    public void Remove(SqlServerDraft draft) => RemoveAll(d => d == draft);

    public void RemoveAll(Predicate<SqlServerDraft> which)
    {
        foreach (var id in byId.Where(e => which(e.Value)).Select(e => e.Key).ToList())
        {
            byId.Remove(id);
        }
    }

    public void LeaveOut(string what) => notCovered.Add(what);

    /// <summary>
    /// Reads one kind. Where the server lacks a view that the query asks for, it has nothing of the kind: a version that has no such
    /// view has no such objects.
    /// </summary>
    public async Task ReadAsync(string sql, Action<SqlServerRow> row)
    {
        if (catalog.Missing(sql).Count > 0)
        {
            return;
        }

        // The condition that leaves them out is the same in all queries.
        await session.ReadAsync(catalog.Fit(readsOwn ? sql.Replace($"'{Ours}', ", "", StringComparison.Ordinal) : sql), reader => row(new SqlServerRow(reader)), cancel).ConfigureAwait(false);
    }

    public DbStructure ToStructure() => new(Drafts.Select(d => d.ToObject()), [.. notCovered]);
}
