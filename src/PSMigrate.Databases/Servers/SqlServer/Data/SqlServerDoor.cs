using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>How rows get into a SqlServer database and out of it.</summary>
internal sealed class SqlServerDoor(ServerEngine engine, Func<CancellationToken, Task<ServerSession>> connect) : DataDoor
{
    public override string Engine => engine.Name;

    public override DataLimits Limits { get; } = new() { TakesNonFinite = false };

    public override string Quote(string name) => engine.Rows.Quote(name);

    public override string OwnTable(string name) => engine.Own(name);

    public override async Task<DbStructure> ReadStructureAsync(CancellationToken cancel)
    {
        var session = await connect(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
    }

    public override DataType TypeOf(DbObject column, DbStructure structure) => throw new NotImplementedException();

    public override string? Declare(DataType type) => throw new NotImplementedException();

    public override string Literal(ReadOnlySpan<byte> value, DataType type) => throw new NotImplementedException();

    public override Task<ReadMoment> OpenMomentAsync(CancellationToken cancel) => throw new NotImplementedException();

    public override Task<RowWriter> OpenWriterAsync(DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel) => throw new NotImplementedException();
}
