namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Keeps in the database itself, in tables named psmigrate_capture_…, what a script is about to lose. A capture of rows has one row
/// for each changed row: its key, whether it has an image (a new row has none), and the former values without any affinity, so
/// that they are exactly what was stored. Captures are WITHOUT ROWID so that they do not disturb last_insert_rowid().
/// </summary>
internal sealed class SqliteCapture
{
    private readonly SqliteSession session;
    private readonly SqliteTableShape shape;
    private readonly IReadOnlyList<string> keys;

    public SqliteCapture(SqliteSession session, SqliteTableShape shape, string name)
    {
        this.session = session;
        this.shape = shape;
        Name = name;
        keys = shape.RowId is { } rowId ? [rowId]
            : shape.WithoutRowId || shape.Columns.All(c => c.PrimaryKey == 0 || c.NotNull) ? shape.KeyColumns
            : [];
    }

    public string Name { get; }

    /// <summary>False where rows cannot be told apart: then nothing can be captured by row.</summary>
    public bool IsPossible => keys.Count > 0 && !shape.IsVirtual;

    private string Table => "main." + SqliteName.Quote(shape.Name);

    private string Store => "main." + SqliteName.Quote(Name);

    private IEnumerable<string> KeyNames => keys.Select((_, i) => $"k{i}");

    private IEnumerable<string> ValueNames => shape.Stored.Select((_, i) => $"c{i}");

    private string KeyList => string.Join(", ", KeyNames);

    /// <summary>Makes the store and lets temporary triggers fill it. They run before the table's own triggers.</summary>
    public void BeginRows()
    {
        CreateStore(ValueNames);
        var bare = SqliteName.Quote(Name);
        var values = string.Join(", ", shape.Stored.Select(c => "OLD." + SqliteName.Quote(c.Name)));
        string Missing(string row) => $"NOT EXISTS (SELECT 1 FROM {bare} WHERE {string.Join(" AND ", keys.Select((k, i) => $"k{i} = {row}.{SqliteName.Quote(k)}"))})";
        string KeysOf(string row) => string.Join(", ", keys.Select(k => $"{row}.{SqliteName.Quote(k)}"));
        var image = $"INSERT INTO {bare} ({KeyList}, i{Names(ValueNames)}) SELECT {KeysOf("OLD")}, 1{(values.Length > 0 ? ", " + values : "")} WHERE {Missing("OLD")};";
        var isNew = $"INSERT INTO {bare} ({KeyList}, i) SELECT {KeysOf("NEW")}, 0 WHERE {Missing("NEW")};";
        var moved = string.Join(" OR ", keys.Select(k => $"NEW.{SqliteName.Quote(k)} IS NOT OLD.{SqliteName.Quote(k)}{Exactly(k)}"));
        session.Execute($"CREATE TEMP TRIGGER {Trigger("u")} BEFORE UPDATE ON {Table} BEGIN {image} END");
        session.Execute($"CREATE TEMP TRIGGER {Trigger("m")} AFTER UPDATE ON {Table} WHEN {moved} BEGIN {isNew} END");
        session.Execute($"CREATE TEMP TRIGGER {Trigger("d")} BEFORE DELETE ON {Table} BEGIN {image} END");
        session.Execute($"CREATE TEMP TRIGGER {Trigger("i")} AFTER INSERT ON {Table} BEGIN {isNew} END");
    }

    /// <summary>Takes the image of every row that has none yet: for statements whose changes no trigger sees.</summary>
    public void TakeAll() => session.Execute(
        $"INSERT INTO {Store} ({KeyList}, i{Names(ValueNames)}) SELECT {string.Join(", ", keys.Select(k => "t." + SqliteName.Quote(k)))}, 1{Columns("t")} FROM {Table} t WHERE NOT EXISTS (SELECT 1 FROM {Store} s WHERE {Match("s", "t")})");

    public void EndRows()
    {
        foreach (var kind in new[] { "u", "m", "d", "i" })
        {
            session.Execute($"DROP TRIGGER IF EXISTS temp.{Trigger(kind)}");
        }
    }

    /// <summary>Takes the image of the whole table.</summary>
    public void TakeTable()
    {
        CreateStore(ValueNames);
        TakeAll();
    }

    /// <summary>Takes one column's values.</summary>
    public void TakeColumn(string column)
    {
        CreateStore(["c0"]);
        session.Execute($"INSERT INTO {Store} ({KeyList}, i, c0) SELECT {string.Join(", ", keys.Select(SqliteName.Quote))}, 1, {SqliteName.Quote(column)} FROM {Table}");
    }

    /// <summary>The present rows of the table that the capture is about.</summary>
    public string PresentRowsQuery => $"SELECT t.* FROM {Table} t WHERE EXISTS (SELECT 1 FROM {Store} s WHERE {Match("s", "t")})";

    public bool IsEmpty => session.Long($"SELECT EXISTS (SELECT 1 FROM {Store})") == 0;

    /// <summary>True for a row that is given back.</summary>
    public bool HasImageOf(long rowId) => session.Long($"SELECT count(*) FROM {Store} WHERE k0 = ?1 AND i = 1", rowId) > 0;

    public long Count => session.Long($"SELECT count(*) FROM {Store}");

    /// <summary>Puts the captured rows back: all that the script changed go, the former ones come.</summary>
    public void PutRowsBack()
    {
        session.Execute($"DELETE FROM {Table} AS t WHERE EXISTS (SELECT 1 FROM {Store} s WHERE {Match("s", "t")})");
        PutImagesInto(shape.Name);
    }

    /// <summary>Fills an empty table of the same shape with the images.</summary>
    public void PutImagesInto(string table)
    {
        // A row id that is no column of the table comes back too.
        var names = shape.Stored.Select(c => SqliteName.Quote(c.Name)).ToList();
        var values = ValueNames.ToList();
        if (shape.RowId is { } rowId && !shape.HasRowIdColumn)
        {
            names.Add(rowId);
            values.Add("k0");
        }

        session.Execute($"INSERT INTO main.{SqliteName.Quote(table)} ({string.Join(", ", names)}) SELECT {string.Join(", ", values)} FROM {Store} WHERE i = 1 ORDER BY {KeyList}");
    }

    /// <summary>An expression for a captured column's value in a query over the table named t.</summary>
    public string ValueOf(string fallback) =>
        $"CASE WHEN EXISTS (SELECT 1 FROM {Store} s WHERE {Match("s", "t")}) THEN (SELECT s.c0 FROM {Store} s WHERE {Match("s", "t")}) ELSE {fallback} END";

    public void Drop() => session.Execute($"DROP TABLE IF EXISTS {Store}");

    /// <exception cref="MigrationException">CaptureMissing.</exception>
    public void RequireExists()
    {
        if (session.Long("SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?1", Name) == 0)
        {
            throw new MigrationException("CaptureMissing", ErrorKind.Conflict, $"The capture {Name} of table {shape.Name} is gone from {session.File}: what it held cannot be given back.")
            {
                Offender = Name,
                RecommendedAction = "Restore a backup with Restore-MigrationTarget.",
            };
        }
    }

    private string Match(string store, string table) =>
        string.Join(" AND ", keys.Select((k, i) => $"{table}.{SqliteName.Quote(k)} = {store}.k{i}{Exactly(k)}"));

    /// <summary>Under a key that takes 'a' for 'A', a row that becomes the other is still two states of it, and the store tells them apart.</summary>
    private string Exactly(string key) =>
        shape.Columns.FirstOrDefault(c => c.Name == key) is { Collation: not ("BINARY" or "") } ? " COLLATE BINARY" : "";

    private string Columns(string row) => string.Concat(shape.Stored.Select(c => $", {row}.{SqliteName.Quote(c.Name)}"));

    /// <summary>
    /// The key's own (sqlite.org/datatype3.html): between different ones SQLite cannot use the store's index, and would look
    /// through all of it for every row.
    /// </summary>
    private string Affinity(string key)
    {
        var type = shape.Columns.FirstOrDefault(c => c.Name == key)?.Type.ToUpperInvariant() ?? "INTEGER";
        return type.Contains("INT", StringComparison.Ordinal) ? "INTEGER"
            : new[] { "CHAR", "CLOB", "TEXT" }.Any(type.Contains) ? "TEXT"
            : type.Length == 0 || type.Contains("BLOB", StringComparison.Ordinal) || (shape.Strict && type == "ANY") ? ""
            : new[] { "REAL", "FLOA", "DOUB" }.Any(type.Contains) ? "REAL"
            : "NUMERIC";
    }

    private string Trigger(string kind) => SqliteName.Quote($"{Name}_{kind}");

    private static string Names(IEnumerable<string> names) => string.Concat(names.Select(n => ", " + n));

    private void CreateStore(IEnumerable<string> values) =>
        session.Execute($"CREATE TABLE {Store} ({string.Join(", ", keys.Select((k, i) => $"k{i} {Affinity(k)}"))}, i INTEGER NOT NULL{Names(values)}, PRIMARY KEY ({KeyList})) WITHOUT ROWID");
}
