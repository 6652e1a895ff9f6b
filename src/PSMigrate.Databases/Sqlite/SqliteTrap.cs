namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Sees the rows that INSERT OR REPLACE puts out of the way, and whether they came while it was there. Triggers of the database are off during an undo; temporary ones are
/// not (sqlite.org/c3ref/c_dbconfig_defensive.html), and they see replaced rows when triggers are recursive.
/// </summary>
internal sealed class SqliteTrap : IDisposable
{
    public const string Table = "temp." + Name;

    private const string Name = SqliteName.Prefix + "trap";
    private const string Came = SqliteName.Prefix + "came";

    private readonly SqliteSession session;
    private readonly long recursive;

    public SqliteTrap(SqliteSession session, SqliteTableShape shape)
    {
        this.session = session;
        var key = new SqliteRowKey(shape);
        recursive = session.Long("PRAGMA recursive_triggers");
        var came = string.Join(" AND ", key.Columns.Select((k, i) => $"c.k{i} = OLD.{SqliteName.Quote(k)}"));
        session.Execute($"CREATE TEMP TABLE {Name} {key.Definition($", came INTEGER{string.Concat(shape.Stored.Select((_, i) => $", v{i}"))}")}");
        session.Execute($"CREATE TEMP TABLE {Came} {key.Definition("")}");
        session.Execute(
            $"CREATE TEMP TRIGGER {Name} BEFORE DELETE ON main.{SqliteName.Quote(shape.Name)} BEGIN INSERT OR REPLACE INTO {Name} VALUES ({key.Of("OLD")}, EXISTS (SELECT 1 FROM {Came} c WHERE {came}){string.Concat(shape.Stored.Select(c => $", OLD.{SqliteName.Quote(c.Name)}"))}); END");
        session.Execute(
            $"CREATE TEMP TRIGGER {Came} AFTER INSERT ON main.{SqliteName.Quote(shape.Name)} BEGIN INSERT OR REPLACE INTO {Came} VALUES ({key.Of("NEW")}); END");
        session.Execute("PRAGMA recursive_triggers = ON");
    }

    /// <summary>The trapped rows' values, as <see cref="SqliteSavedRows"/> takes them.</summary>
    public static IReadOnlyList<(string Column, string Expression)> Values(SqliteTableShape shape, string row) =>
    [
        .. new SqliteRowKey(shape).IsHidden ? new[] { (SqliteSavedRows.RowId, $"{row}.k0") } : [],
        .. shape.Stored.Select((c, i) => (c.Name, $"{row}.v{i}")),
    ];

    public void Empty() => session.Execute($"DELETE FROM {Table}");

    public void Dispose()
    {
        session.Execute($"DROP TRIGGER IF EXISTS temp.{Name}");
        session.Execute($"DROP TRIGGER IF EXISTS temp.{Came}");
        session.Execute($"DROP TABLE IF EXISTS {Table}");
        session.Execute($"DROP TABLE IF EXISTS temp.{Came}");
        session.Execute($"PRAGMA recursive_triggers = {recursive}");
    }
}
