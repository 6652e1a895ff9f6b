using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>What backing up, restoring and copying may use.</summary>
/// <param name="Door">The target's own connection.</param>
public sealed record ServerBackupContext(ServerEngine Engine, ServerAddress Address, TargetAddress Target, IServerDoor Door, IMigrationObserver Observer)
{
    /// <summary>The database on another server that copies are made of here; null where they are made of the connected one.</summary>
    public ServerBackupContext? Original { get; init; }

    /// <summary>The target's own session, which may hold the runners' lock; another one after <see cref="IServerDoor.LeaveAsync"/>.</summary>
    public ServerSession Session => Door.Session;

    /// <summary>Opens another connection to the server.</summary>
    /// <param name="database">Null for the target's own.</param>
    public async Task<ServerSession> ConnectAsync(string? database, CancellationToken cancel)
    {
        var session = await Engine.ConnectAsync(Address, database, cancel).ConfigureAwait(false);
        session.Observer = Observer;
        return session;
    }
}

/// <summary>A target's own connection, which can be let go for a while: some servers copy and rename a database only while nobody is in it.</summary>
public interface IServerDoor
{
    ServerSession Session { get; }

    /// <summary>Runs an act while the session is closed, and opens it again whatever comes of that; a lock that it held is taken again.</summary>
    Task LeaveAsync(Func<Task> act, CancellationToken cancel);
}
