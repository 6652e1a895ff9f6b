using PSMigrate.Databases.Servers.Watching;
using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>The lock that keeps other runners away from a database: the server's own, so that it goes when its session does.</summary>
internal sealed class ServerLock : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>How long a session is waited for that has lost its connection and may still be at work.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    private const string Holder = "lock holder";

    private readonly ServerTarget target;
    private readonly GrowthWatch growth;

    private ServerLock(ServerTarget target, GrowthWatch growth)
    {
        this.target = target;
        this.growth = growth;
    }

    public event Action? Released;

    /// <exception cref="MigrationException">TargetLocked, naming the holder.</exception>
    public static async Task<ServerLock> TakeAsync(ServerTarget target, LockHolder holder, TimeSpan timeout, IMigrationObserver observer, CancellationToken cancel)
    {
        var deadline = DateTime.UtcNow + timeout;
        var said = false;
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            cancel.ThrowIfCancellationRequested();
            if (await target.Engine.TryLockAsync(target.Session, holder, cancel).ConfigureAwait(false))
            {
                await TellAsync(target, holder, cancel).ConfigureAwait(false);
                return new ServerLock(target, await GrowthWatch.BeginAsync(target.Engine, target.Session, cancel).ConfigureAwait(false));
            }

            var other = await DescribeAsync(target, cancel).ConfigureAwait(false);
            if (DateTime.UtcNow >= deadline)
            {
                throw new MigrationException("TargetLocked", ErrorKind.Busy, $"{target.DisplayName} is held by another runner: {other}.")
                {
                    Offender = target.DisplayName,
                    RecommendedAction = "Wait until it has ended, or wait longer with -LockTimeout.",
                };
            }

            if (!said)
            {
                said = true;
                observer.Milestone($"Waiting for {target.DisplayName}, which is held by another runner: {other}.");
            }

            observer.Progress(new ProgressReport("Waiting for another runner", target.DisplayName, 0, -1));
            await Task.Delay(pause, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock again for a runner that lost its connection: nobody may have come in between.</summary>
    /// <exception cref="MigrationException">TargetLocked.</exception>
    public static async Task TakeAgainAsync(ServerTarget target, LockHolder holder, CancellationToken cancel) =>
        _ = await TakeAsync(target, holder, TimeSpan.FromSeconds(5), target.Observer, cancel).ConfigureAwait(false);

    /// <summary>Connects again, and waits until the server has ended the session whose connection was lost.</summary>
    /// <exception cref="MigrationException">SessionStillAtWork; what connecting says.</exception>
    public static async Task<ServerSession> ReconnectAsync(ServerEngine engine, ServerAddress server, string lost, IMigrationObserver observer, CancellationToken cancel)
    {
        var deadline = DateTime.UtcNow + LongestWait;
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            ServerSession? session = null;
            try
            {
                session = await engine.ConnectAsync(server, null, cancel).ConfigureAwait(false);
                if (await engine.DescribeSessionAsync(session, lost, cancel).ConfigureAwait(false) is not { } doing)
                {
                    return session;
                }

                observer.Progress(new ProgressReport("Waiting for the server", $"the session that was lost is still at work: {doing}", 0, -1));
                await session.DisposeAsync().ConfigureAwait(false);
                if (DateTime.UtcNow >= deadline)
                {
                    throw new MigrationException("SessionStillAtWork", ErrorKind.Busy, $"The connection to {server.Shown} was lost, and the server still works on what it was sent: {doing}.")
                    {
                        Offender = server.Shown,
                        RecommendedAction = "Wait until it has ended, or end that session on the server; then run again with -Resume.",
                    };
                }
            }
            catch (MigrationException e) when (e.ErrorId is "ServerNotReached" or "ConnectionLost" or "ServerNotReady" && DateTime.UtcNow < deadline)
            {
                if (session is not null)
                {
                    await session.DisposeAsync().ConfigureAwait(false);
                }

                observer.Progress(new ProgressReport("Waiting for the server", e.Message, 0, -1));
            }

            await Task.Delay(pause, cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Released?.Invoke();
        if (target.Session.Connection.State == System.Data.ConnectionState.Open)
        {
            await growth.EndAsync(target.Engine, target.Session, target.Observer).ConfigureAwait(false);
            await target.Engine.UnlockAsync(target.Session, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Where the server cannot tell others who holds the lock, a row does.</summary>
    private static async Task TellAsync(ServerTarget target, LockHolder holder, CancellationToken cancel)
    {
        if (!target.Engine.TellsLockHolder)
        {
            await target.ServerHistory.CreateAsync(cancel).ConfigureAwait(false);
            await target.ServerHistory.SetAsync(Holder, holder.ToString(), cancel).ConfigureAwait(false);
        }
    }

    private static async Task<string> DescribeAsync(ServerTarget target, CancellationToken cancel)
    {
        var session = await target.Engine.DescribeLockHolderAsync(target.Session, cancel).ConfigureAwait(false) ?? "a session that the server does not describe to this account";
        return !target.Engine.TellsLockHolder && await target.Engine.HasOwnAsync(target.Session, "state", cancel).ConfigureAwait(false)
            && await target.ServerHistory.GetAsync(Holder, cancel).ConfigureAwait(false) is { } told ? $"{told} ({session})" : session;
    }

    private static TimeSpan Longer(TimeSpan pause) => pause + pause < LongestPause ? pause + pause : LongestPause;
}
