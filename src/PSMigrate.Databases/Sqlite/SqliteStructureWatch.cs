using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Follows the structure while a script changes it: keeps what is known of it up to date, and remembers what the script touched
/// as it was before.
/// </summary>
/// <param name="session">The database that the script runs on.</param>
/// <param name="schema">What is known of its structure.</param>
/// <param name="keepShapes">True to remember the columns of tables as well, which takes a query each.</param>
internal sealed class SqliteStructureWatch(SqliteSession session, SqliteSchema schema, bool keepShapes)
{
    private readonly Dictionary<string, SqliteObject?> before = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SqliteTableShape> shapesBefore = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedSet<string> touched = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The objects that were touched as they were before; null where there was none.</summary>
    public IReadOnlyDictionary<string, SqliteObject?> Before => before;

    /// <summary>The shapes of the tables whose structure was touched, as they were before.</summary>
    public IReadOnlyDictionary<string, SqliteTableShape> ShapesBefore => shapesBefore;

    /// <summary>Tables and views whose structure or content was touched.</summary>
    public ISet<string> Touched => touched;

    /// <summary>Remembers an object as it was before the script.</summary>
    public void Touch(string name)
    {
        if (SqliteName.IsOurs(name) || !before.TryAdd(name, schema.Find(name)))
        {
            return;
        }

        if (schema.FindTable(name) is { } table)
        {
            touched.Add(table.Name);
            if (keepShapes)
            {
                shapesBefore[table.Name] = SqliteTableShape.Read(session, table.Name);
            }
        }
    }

    /// <summary>Reads the structure again and returns the objects whose definition changed.</summary>
    public List<(SqliteObject Old, SqliteObject Now)> Reload()
    {
        var fresh = SqliteSchema.Read(session);
        var changed = new List<(SqliteObject Old, SqliteObject Now)>();
        foreach (var old in schema.Objects.ToList())
        {
            if (fresh.Find(old.Name) is not { } now)
            {
                Touch(old.Name);
                schema.Remove(old.Name);
            }
            else if (now.Sql != old.Sql || now.Table != old.Table)
            {
                changed.Add((old, now));
                Touch(old.Name);
                schema.Add(now);
            }
        }

        foreach (var now in fresh.Objects.Where(o => schema.Find(o.Name) is null).ToList())
        {
            Touch(now.Name);
            schema.Add(now);
        }

        return changed;
    }

    /// <summary>
    /// True for what a rename changes in any case: the names of the table itself and of the table that an index or trigger is
    /// on. What the table refers to by itself, such as a parent row or in its triggers, follows only under the present rules.
    /// </summary>
    public static bool IsPartOfRename(SqliteObject old, SqliteObject now, string to) => now.Kind switch
    {
        "table" => now.Name.Equals(to, StringComparison.OrdinalIgnoreCase) && After(old.Sql, "(") == After(now.Sql, "("),
        "trigger" => now.Table.Equals(to, StringComparison.OrdinalIgnoreCase) && After(old.Sql, "BEGIN") == After(now.Sql, "BEGIN"),
        "index" => now.Table.Equals(to, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static string After(string sql, string mark) =>
        sql.IndexOf(mark, StringComparison.OrdinalIgnoreCase) is var at and >= 0 ? sql[at..] : sql;

    /// <summary>
    /// An object that a statement has just made. What the statement itself says of it is enough at first; its definition is read
    /// when something asks for it.
    /// </summary>
    public SqliteObject? Made(string name, string kind, StatementFacts facts) =>
        !keepShapes && facts is { Kind: StatementKind.CreateTable or StatementKind.CreateIndex, IfNotExists: false, ObjectName: { } written }
        && written.Equals(name, StringComparison.OrdinalIgnoreCase)
            ? new SqliteObject(kind, written, facts.OnTable ?? written, () => ReadObject(written)?.Sql ?? "") { IsKnownToBePlain = true }
            : ReadNewObject(name);

    /// <summary>What a statement has just made is at the end of the schema: looking there spares looking through all of it.</summary>
    private SqliteObject? ReadNewObject(string name) => session.List(
        "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid DESC LIMIT 4",
        row => new SqliteObject(row.RequiredText(0), row.RequiredText(1), row.RequiredText(2), row.RequiredText(3)))
        .FirstOrDefault(o => o.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? ReadObject(name);

    public SqliteObject? ReadObject(string name) => session.List(
        "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE AND sql IS NOT NULL ORDER BY rowid DESC LIMIT 1",
        row => new SqliteObject(row.RequiredText(0), row.RequiredText(1), row.RequiredText(2), row.RequiredText(3)), name).FirstOrDefault();
}
