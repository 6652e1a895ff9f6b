using PSMigrate.Engine;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Keeps in the database itself, in tables named psmigrate_capture_…, what a script is about to lose. A capture of rows has one row
/// for each changed row: its key, whether it has an image (a new row has none), a hash of the row as the script left it, and the
/// former values without any affinity, so that they are exactly what was stored.
/// </summary>
internal sealed class SqliteCapture
{
    private readonly SqliteSession session;
    private readonly SqliteTableShape shape;
    private readonly SqliteRowKey key;
    private bool tookAll;

    public SqliteCapture(SqliteSession session, SqliteTableShape shape, string name)
    {
        this.session = session;
        this.shape = shape;
        Name = name;
        key = new SqliteRowKey(shape);
        Kept = [.. shape.Stored.Select(c => c.Name)];
    }

    public string Name { get; }

    /// <summary>The columns whose values are kept.</summary>
    public IReadOnlyList<string> Kept { get; private set; }

    public IReadOnlyList<string> KeyColumns => key.DeclaredColumns;

    public bool HasHiddenKey => key.IsHidden;

    public IReadOnlyList<string> DeclaredKey => shape.DeclaredKey;

    /// <summary>False where rows cannot be told apart: then nothing can be captured by row.</summary>
    public bool IsPossible => key.IsPossible;

    private string Table => "main." + SqliteName.Quote(shape.Name);

    private string Store => "main." + SqliteName.Quote(Name);

    private string Values => string.Concat(Kept.Select((_, i) => $", c{i}"));

    /// <summary>Makes the store and lets temporary triggers fill it. They run before the table's own triggers.</summary>
    public void BeginRows()
    {
        CreateStore();
        BeginTriggers();
    }

    private void BeginTriggers()
    {
        var bare = SqliteName.Quote(Name);
        string Missing(string row) => $"NOT EXISTS (SELECT 1 FROM {bare} WHERE {string.Join(" AND ", key.Columns.Select((k, i) => $"k{i} = {row}.{SqliteName.Quote(k)}"))})";
        var image = $"INSERT INTO {bare} ({key.Names}, i{Values}) SELECT {key.Of("OLD")}, 1{ValuesOf("OLD")} WHERE {Missing("OLD")};";
        var isNew = $"INSERT INTO {bare} ({key.Names}, i) SELECT {key.Of("NEW")}, 0 WHERE {Missing("NEW")};";
        session.Execute($"CREATE TEMP TRIGGER {Trigger("u")} BEFORE UPDATE ON {Table} BEGIN {image} END");
        session.Execute($"CREATE TEMP TRIGGER {Trigger("m")} AFTER UPDATE ON {Table} WHEN {key.Differ("NEW", "OLD")} BEGIN {isNew} END");
        session.Execute($"CREATE TEMP TRIGGER {Trigger("d")} BEFORE DELETE ON {Table} BEGIN {image} END");
        session.Execute($"CREATE TEMP TRIGGER {Trigger("i")} AFTER INSERT ON {Table} BEGIN {isNew} END");
    }

    /// <summary>Takes the image of every row that has none yet: for statements whose changes no trigger sees.</summary>
    public void TakeAll()
    {
        tookAll = true;
        Quietly(() => session.Execute(
            $"INSERT INTO {Store} ({key.Names}, i{Values}) SELECT {key.Of("t")}, 1{ValuesOf("t")} FROM {Table} t WHERE NOT EXISTS (SELECT 1 FROM {Store} s WHERE {key.Match("s", "t")})"));
    }

    /// <summary>Goes on without triggers: SQLite does not let some statements run while there are any.</summary>
    public void TakeAllInstead()
    {
        EndTriggers();
        TakeAll();
    }

    /// <summary>Marks the rows that came while there was no trigger to see it.</summary>
    public void TakeNew() => Quietly(() => session.Execute(
        $"INSERT INTO {Store} ({key.Names}, i) SELECT {key.Of("t")}, 0 FROM {Table} t WHERE NOT EXISTS (SELECT 1 FROM {Store} s WHERE {key.Match("s", "t")})"));

    /// <summary>Ends what was begun by <see cref="BeginRows"/>; safe at any time.</summary>
    public void EndTriggers()
    {
        foreach (var kind in new[] { "u", "m", "d", "i" })
        {
            session.Execute($"DROP TRIGGER IF EXISTS temp.{Trigger(kind)}");
        }
    }

    /// <summary>Rows whose image was taken to be on the safe side, and that were not changed, are others' business.</summary>
    public void ForgetUnchanged()
    {
        if (tookAll)
        {
            session.Execute(
                $"DELETE FROM {Store} AS s WHERE i = 1 AND EXISTS (SELECT 1 FROM {Table} t WHERE {key.Match("s", "t")} AND {SqliteRowHash.Of(Kept.Select(c => "t." + SqliteName.Quote(c)))} = {SqliteRowHash.Of(Kept.Select((_, i) => $"s.c{i}"))})");
            tookAll = false;
        }
    }

    /// <summary>Takes the image of the whole table.</summary>
    public void TakeTable()
    {
        CreateStore();
        Quietly(() => session.Execute($"INSERT INTO {Store} ({key.Names}, i{Values}) SELECT {key.Of("t")}, 1{ValuesOf("t")} FROM {Table} t"));
    }

    /// <summary>Takes one column's values: of every row that there is, so that nothing needs to say which have one.</summary>
    public void TakeColumn(string column)
    {
        Kept = [column];
        session.Execute($"CREATE TABLE {Store} {key.Definition($", h BLOB NOT NULL DEFAULT {SqliteRowHash.Nothing}, c0")}");
        Quietly(() => session.Execute($"INSERT INTO {Store} ({key.Names}, c0) SELECT {key.Of("t")}, t.{SqliteName.Quote(column)} FROM {Table} t"));
    }

    /// <summary>How many rows a capture keeps, and a sum over all that it keeps of them.</summary>
    public static (long Rows, string Sum) Seal(SqliteSession session, string name, IMigrationObserver observer, CancellationToken cancel)
    {
        // What the script left is noted beside the images after they are taken; a table without images has nothing else.
        var columns = session.List("SELECT name FROM pragma_table_xinfo(?1) ORDER BY cid", row => row.RequiredText(0), name);
        columns.RemoveAll(c => c == "h" && columns.Contains("c0"));
        return SqliteRowHash.SumOf(session, name, $"SELECT {string.Join(", ", columns)} FROM main.{SqliteName.Quote(name)}", observer, cancel);
    }

    public void Drop() => session.Execute($"DROP TABLE IF EXISTS {Store}");

    private string ValuesOf(string row) => string.Concat(Kept.Select(c => $", {row}.{SqliteName.Quote(c)}"));

    private string Trigger(string kind) => SqliteName.Quote($"{Name}_{kind}");

    private void CreateStore() => session.Execute(
        $"CREATE TABLE {Store} {key.Definition($", i INTEGER NOT NULL, h BLOB NOT NULL DEFAULT {SqliteRowHash.Nothing}{Values}")}");

    /// <summary>Leaves last_insert_rowid() as it is, which the script may ask for. (What triggers insert does not count for it.)</summary>
    private void Quietly(Action insert)
    {
        if (!key.IsRowId)
        {
            insert();
            return;
        }

        var last = session.Long("SELECT last_insert_rowid()");
        insert();
        session.Execute($"CREATE TEMP TABLE IF NOT EXISTS {SqliteName.Prefix}last (id INTEGER PRIMARY KEY)");
        session.Execute($"INSERT OR REPLACE INTO temp.{SqliteName.Prefix}last VALUES (?1)", last);
    }
}
