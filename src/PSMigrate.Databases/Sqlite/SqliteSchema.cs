namespace PSMigrate.Databases.Sqlite;

/// <summary>A row of sqlite_schema.</summary>
/// <param name="kind">table, index, view or trigger.</param>
/// <param name="table">The table that it is or belongs to.</param>
/// <param name="sql">Its definition, or how to read it when somebody asks.</param>
internal sealed class SqliteObject(string kind, string name, string table, Func<string> sql)
{
    private string? text;

    public SqliteObject(string kind, string name, string table, string sql)
        : this(kind, name, table, () => sql) => text = sql;

    public string Kind => kind;

    public string Name => name;

    public string Table => table;

    public string Sql => text ??= sql();

    /// <summary>True for an object that a plain CREATE TABLE is known to have made.</summary>
    public bool IsKnownToBePlain { get; init; }

    public bool IsVirtualTable => kind == "table" && !IsKnownToBePlain && Sql.StartsWith("CREATE VIRTUAL", StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// The objects of a database that are its own: neither SQLite's nor PSMigrate's, nor the tables in which a virtual table keeps its
/// content. Names compare as SQLite compares them, without case.
/// </summary>
internal sealed class SqliteSchema
{
    private readonly Dictionary<string, SqliteObject> byName;

    private SqliteSchema(IEnumerable<SqliteObject> objects)
    {
        byName = new Dictionary<string, SqliteObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var one in objects.OrderBy(o => o.Kind == "trigger" ? 1 : 0))
        {
            // Only a trigger may have another object's name: it is among the objects, but cannot be found by its name.
            if (!byName.TryAdd(one.Name, one))
            {
                byName.Add($"{one.Name}\0{one.Kind}", one);
            }
        }
    }

    public IReadOnlyCollection<SqliteObject> Objects => byName.Values;

    public static SqliteSchema Read(SqliteSession session)
    {
        var objects = session.List(
            "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid",
            row => new SqliteObject(row.RequiredText(0), row.RequiredText(1), row.RequiredText(2), row.RequiredText(3)));
        var shadows = objects.Any(o => o.IsVirtualTable) ? ShadowTables(session) : [];
        return new SqliteSchema(objects.Where(o =>
            !SqliteName.IsInternal(o.Name) && !SqliteName.IsOurs(o.Name) && !SqliteName.IsOurs(o.Table) && !shadows.Contains(o.Table)));
    }

    public SqliteObject? Find(string name) => byName.GetValueOrDefault(name);

    public SqliteObject? FindTable(string name) => Find(name) is { Kind: "table" } table ? table : null;

    /// <summary>Indexes and triggers of a table.</summary>
    public IEnumerable<SqliteObject> DependentsOf(string table) =>
        Objects.Where(o => o.Kind is "index" or "trigger" && string.Equals(o.Table, table, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the definitions that nobody has asked for yet, before a statement changes them.</summary>
    public void ReadDefinitions()
    {
        foreach (var one in Objects)
        {
            _ = one.Sql;
        }
    }

    public void Add(SqliteObject one) => byName[one.Name] = one;

    public void Remove(string name) => byName.Remove(name);

    private static HashSet<string> ShadowTables(SqliteSession session) =>
        session.List("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'", row => row.RequiredText(0))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
