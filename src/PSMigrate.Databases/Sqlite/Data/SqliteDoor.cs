using System.Globalization;
using Microsoft.Data.Sqlite;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Sqlite;

/// <summary>How rows get into a SQLite database and out of it: by SQLite's own prepared statements.</summary>
/// <param name="file">The database.</param>
/// <param name="busyTimeout">How long another program's lock is waited for.</param>
internal sealed class SqliteDoor(string file, TimeSpan busyTimeout) : DataDoor
{
    public override string Engine => "SQLite";

    public override TableText Tables { get; } = new SqliteTableText();

    public override (string Bytes, string Text) LongTypes => ("BLOB", "TEXT");

    public override DataLimits Limits { get; } = new() { TakesInfiniteTimes = true, TakesNonFiniteDecimals = true, Days = (int.MinValue, int.MaxValue), Times = (long.MinValue / 10, long.MaxValue / 10) };

    public override string Quote(string name) => SqliteName.Quote(name);

    public override DbObject Own(string name) => new() { Kind = DbKinds.Table, Name = SqliteName.Prefix + name };

    public override Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancel)
    {
        using var session = Open(SqliteOpenMode.ReadWrite);
        session.Stop = cancel;
        foreach (var statement in statements)
        {
            cancel.ThrowIfCancellationRequested();
            session.Execute(statement);
        }

        return Task.CompletedTask;
    }

    public override int MostWriters => 1;

    public override Task<IReadOnlyList<string>> ListOwnAsync(CancellationToken cancel)
    {
        using var session = Open(SqliteOpenMode.ReadOnly);
        return Task.FromResult<IReadOnlyList<string>>(session.List("SELECT substr(name, length(?1) + 1) FROM main.sqlite_schema WHERE type = 'table' AND substr(name, 1, length(?1)) = ?1", row => row.RequiredText(0), SqliteName.Prefix));
    }

    public override Task<IReadOnlyList<string>> BrokenReferencesAsync(IReadOnlySet<string> tables, CancellationToken cancel)
    {
        using var session = Open(SqliteOpenMode.ReadOnly);
        return Task.FromResult<IReadOnlyList<string>>(session.Interruptible(cancel, () => ForeignKeys.Find(session).Where(v => v.Table is null || tables.Contains(v.Table)).Select(v => v.Text).ToList()));
    }

    /// <summary>A transaction that may write is alone with that.</summary>
    public override IReadOnlyList<string> KeepFromWriting(DbObject table) => [];

    public override Task<DbStructure> ReadStructureAsync(CancellationToken cancel)
    {
        using var session = Open(SqliteOpenMode.ReadOnly);
        return Task.FromResult(SqliteStructure.Read(session));
    }

    public override DataType TypeOf(DbObject column, DbStructure structure) => SqliteTypes.Read(column.Facet(DbFacets.Type) ?? "");

    /// <summary>
    /// The declared key, unless it may be NULL: then the row's own number, which is the same until the file is vacuumed.
    /// </summary>
    public override IReadOnlyList<DbObject> KeyOf(DbObject table, DbStructure structure)
    {
        var columns = structure.ColumnsOf(table.Key);
        var key = structure.PartsOf(table.Key).FirstOrDefault(p => p.Kind == DbKinds.PrimaryKey)?.Columns.Select(name => columns.First(c => c.Name == name)).ToList() ?? [];
        return key.Count > 0 && key.TrueForAll(c => c.Facet(DbFacets.Nullable) == "no") ? key
            : table.Notes.TryGetValue(SqliteStructure.RowIdNote, out var rowId) ? [new DbObject { Kind = DbKinds.Column, Name = rowId, Parent = table.Key }]
            : [];
    }

    public override string? Declare(DataType type) => SqliteTypes.Declare(type);

    public override string Literal(ReadOnlySpan<byte> value, DataType type) => value[0] switch
    {
        (byte)'i' => FormText.Of(value, DataForm.Dynamic),
        (byte)'r' when double.IsFinite(System.Buffers.Binary.BinaryPrimitives.ReadDoubleBigEndian(value[1..])) =>
            System.Buffers.Binary.BinaryPrimitives.ReadDoubleBigEndian(value[1..]).ToString("E17", CultureInfo.InvariantCulture),
        (byte)'r' => value[1] < 0x80 ? "9e999" : "-9e999",
        // A text literal ends at U+0000.
        (byte)'t' => $"CAST(X'{Convert.ToHexString(value[1..])}' AS TEXT)",
        _ => $"X'{Convert.ToHexString(value[1..])}'",
    };

    public override string LiteralOf(string expression, DbObject column) => $"CASE typeof({expression}) WHEN 'text' THEN 'CAST(X''' || hex({expression}) || ''' AS TEXT)' ELSE quote({expression}) END";

    public override Task<ReadMoment> OpenMomentAsync(CancellationToken cancel) => Task.FromResult<ReadMoment>(new SqliteMoment(this, Open(SqliteOpenMode.ReadOnly)));

    public override Task<DoorSession> OpenSessionAsync(CancellationToken cancel) => Task.FromResult<DoorSession>(new SqliteDoorSession(Open(SqliteOpenMode.ReadWrite)));

    public override string UpdateJoined(DbObject table, IReadOnlyList<(string Column, string Value)> set, string from, string on) =>
        $"UPDATE {Name(table)} AS t SET {string.Join(", ", set.Select(s => $"{Quote(s.Column)} = {s.Value}"))} FROM {from} WHERE {on}";

    /// <summary>1 and 1.0 are equal, and not alike.</summary>
    public override string Same(string one, string other, DbObject column) => $"({one} IS {other} COLLATE BINARY AND typeof({one}) = typeof({other}))";

    public override Task<RowWriter> OpenWriterAsync(DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel)
    {
        var session = Open(SqliteOpenMode.ReadWrite);
        session.Stop = cancel;
        return Task.FromResult<RowWriter>(new SqliteRowWriter(this, session, table, columns));
    }

    public override Task<RowWriter?> OpenWriterFromAsync(DataDoor from, DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel)
    {
        if (from is not SqliteDoor source || source.IsLogged)
        {
            return Task.FromResult<RowWriter?>(null);
        }

        var session = Open(SqliteOpenMode.ReadWrite);
        session.Stop = cancel;
        session.Execute($"ATTACH ?1 AS {Quote(SqliteRowWriter.Source)}", source.FilePath);
        return Task.FromResult<RowWriter?>(new SqliteRowWriter(this, session, table, columns));
    }

    private string FilePath => file;

    /// <summary>With a write-ahead log, what another connection reads may be newer than what this one does; without, nobody writes while somebody reads.</summary>
    private bool IsLogged
    {
        get
        {
            using var session = Open(SqliteOpenMode.ReadOnly);
            return session.Text("PRAGMA journal_mode") == "wal";
        }
    }

    /// <summary>To look at a database that does not exist yet must not make it.</summary>
    internal SqliteSession Open(SqliteOpenMode mode) => mode == SqliteOpenMode.ReadOnly && !File.Exists(file)
        ? new SqliteSession(":memory:", SqliteOpenMode.Memory, busyTimeout)
        : new SqliteSession(file, mode, busyTimeout);
}
