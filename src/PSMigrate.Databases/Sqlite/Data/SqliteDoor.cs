using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Sqlite;

/// <summary>How rows get into a SQLite database and out of it.</summary>
internal sealed class SqliteDoor(string file, TimeSpan busyTimeout) : DataDoor
{
    internal string File => file;

    internal TimeSpan BusyTimeout => busyTimeout;

    public override string Engine => "SQLite";

    public override string Quote(string name) => SqliteName.Quote(name);

    public override Task<DbStructure> ReadStructureAsync(CancellationToken cancel) => throw new NotImplementedException();

    public override DataType TypeOf(DbObject column, DbStructure structure) => throw new NotImplementedException();

    public override string? Declare(DataType type) => throw new NotImplementedException();

    public override string Literal(ReadOnlySpan<byte> value, DataType type) => throw new NotImplementedException();

    public override Task<ReadMoment> OpenMomentAsync(CancellationToken cancel) => throw new NotImplementedException();

    public override Task<RowWriter> OpenWriterAsync(DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel) => throw new NotImplementedException();
}
