using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers;

/// <summary>How rows get into a database on a server and out of it: what the engine's other declarations say already.</summary>
/// <param name="engine">The engine.</param>
/// <param name="connect">Opens a connection to the database, with the settings that PSMigrate relies on.</param>
internal abstract class ServerDoor(ServerEngine engine, Func<CancellationToken, Task<ServerSession>> connect) : DataDoor
{
    public override string Engine => engine.Name;

    /// <summary>What the engine declares.</summary>
    protected ServerEngine Server => engine;

    /// <summary>Opens a connection to the database.</summary>
    protected Task<ServerSession> OpenAsync(CancellationToken cancel) => connect(cancel);

    public override async Task<DbStructure> ReadStructureAsync(CancellationToken cancel)
    {
        var session = await connect(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
    }

    public override bool HoldsRows(DbObject table) => engine.HoldsRows(table);

    public override IReadOnlyList<DbObject> KeyOf(DbObject table, DbStructure structure) => TableKey.Of(table, structure, engine.Rows);

    public override string Quote(string name) => engine.Rows.Quote(name);

    public override DbObject Own(string name) => new() { Kind = DbKinds.Table, Schema = engine.OwnSchema ?? "", Name = engine.OwnSchema is null ? engine.OwnName(name) : name };

    public override async Task<IReadOnlyList<string>> ListOwnAsync(CancellationToken cancel)
    {
        var session = await connect(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        return [.. await engine.ListOwnAsync(session, CaptureNames.Capture, cancel).ConfigureAwait(false), .. await engine.ListOwnAsync(session, CaptureNames.Saved, cancel).ConfigureAwait(false)];
    }

    public override async Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancel)
    {
        var session = await connect(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        foreach (var statement in statements)
        {
            await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
        }
    }

    public override async Task<DoorSession> OpenSessionAsync(CancellationToken cancel) => new ServerDoorSession(engine, await connect(cancel).ConfigureAwait(false));

    public override (IReadOnlyList<string> Off, IReadOnlyList<string> On)? SetAside(DbObject foreignKey, DbStructure structure) =>
        (engine.Writer.Drop(foreignKey), engine.Writer.Create(foreignKey, structure));

    public override string UpdateJoined(DbObject table, IReadOnlyList<(string Column, string Value)> set, string from, string on) => engine.Rows.UpdateJoined(Name(table), set, from, on);

    public override string Same(string one, string other, DbObject column) => engine.Rows.Same(one, other, column);

    public override string LiteralOf(string expression, DbObject column) => engine.Rows.LiteralOf(expression, column);
}
