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

    public override DataLimits Limits { get; } = new() { TakesInfiniteTimes = true, TakesNonFiniteDecimals = true, Days = (int.MinValue, int.MaxValue), Times = (long.MinValue / 10, long.MaxValue / 10) };

    public override string Quote(string name) => SqliteName.Quote(name);

    public override string OwnTable(string name) => Quote(SqliteName.Prefix + name);

    public override Task<DbStructure> ReadStructureAsync(CancellationToken cancel)
    {
        using var session = Open(SqliteOpenMode.ReadOnly);
        return Task.FromResult(SqliteStructure.Read(session));
    }

    public override DataType TypeOf(DbObject column, DbStructure structure) => SqliteTypes.Read(column.Facet(DbFacets.Type) ?? "");

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

    public override Task<ReadMoment> OpenMomentAsync(CancellationToken cancel) => Task.FromResult<ReadMoment>(new SqliteMoment(this, Open(SqliteOpenMode.ReadOnly)));

    public override Task<RowWriter> OpenWriterAsync(DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel)
    {
        var session = Open(SqliteOpenMode.ReadWrite);
        session.Stop = cancel;
        return Task.FromResult<RowWriter>(new SqliteRowWriter(this, session, table, columns));
    }

    internal SqliteSession Open(SqliteOpenMode mode) => new(file, mode, busyTimeout);
}
