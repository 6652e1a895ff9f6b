using System.Globalization;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.Watching;

/// <summary>
/// Looks at what the server makes of a statement that takes long, over a connection of its own: who blocks it, what it waits for, how
/// far it is. Statements that are over at once cost nothing; the connection is made for the first that is not.
/// </summary>
/// <param name="connect">Makes the connection.</param>
/// <param name="watched">The session that is looked at.</param>
internal sealed class StatementWatch(ServerEngine engine, Func<CancellationToken, Task<ServerSession>> connect, string watched) : IAsyncDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim gate = new(1, 1);
    private ServerSession? session;
    private bool isBlind;
    private string told = "";

    /// <summary>Who was seen last to block the statement that ran last.</summary>
    public IReadOnlyList<string> Blockers { get; private set; } = [];

    /// <summary>Runs a statement and looks at it while it runs.</summary>
    /// <param name="lockTimeout">How long it waits for locks; it is looked at before that is over.</param>
    public async Task<T> DuringAsync<T>(Func<Task<T>> act, TimeSpan? lockTimeout, IMigrationObserver observer)
    {
        Blockers = [];
        var acting = act();
        if (acting.IsCompleted || isBlind)
        {
            return await acting.ConfigureAwait(false);
        }

        using var over = new CancellationTokenSource();
        var watching = WatchAsync(lockTimeout is { } wait && wait / 2 < First ? wait / 2 : First, observer, over.Token);
        try
        {
            return await acting.ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not null)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        gate.Dispose();
    }

    private async Task WatchAsync(TimeSpan pause, IMigrationObserver observer, CancellationToken over)
    {
        try
        {
            for (; ; pause = pause + pause < Longest ? pause + pause : Longest)
            {
                await Task.Delay(pause, over).ConfigureAwait(false);
                if (await LookAsync(over).ConfigureAwait(false) is { } activity)
                {
                    Tell(activity, observer);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The statement is over.
        }
        catch (Exception e) when (e is MigrationException or InvalidOperationException or InvalidCastException or FormatException or OverflowException)
        {
            // A server that gives no second connection, or tells this account nothing that we can read, can be worked on all the same.
            isBlind = true;
            observer.Decision($"What the server does meanwhile cannot be looked at: {e.Message}");
        }
    }

    private async Task<SessionActivity?> LookAsync(CancellationToken over)
    {
        await gate.WaitAsync(over).ConfigureAwait(false);
        try
        {
            session ??= await connect(over).ConfigureAwait(false);
            return await engine.ActivityAsync(session, watched, over).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private void Tell(SessionActivity activity, IMigrationObserver observer)
    {
        Blockers = activity.Blockers;
        var state = activity.Rows is { } rows and > 0 ? $"{activity.State}; {rows.ToString("N0", CultureInfo.InvariantCulture)} rows" : activity.State;
        observer.Progress(new ProgressReport("The server", state, 1, activity.Percent ?? -1));
        if (activity.Blockers.Count == 0)
        {
            told = "";
        }
        else if (string.Join("; ", activity.Blockers) is var blockers && blockers != told)
        {
            told = blockers;
            observer.Milestone($"The statement waits ({activity.State}) for {blockers}.");
        }
    }
}
