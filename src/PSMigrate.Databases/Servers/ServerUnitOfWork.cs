using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// A transaction on a server. Where the connection is lost while it is committed, nobody here knows whether it was: then a mark
/// that commits with it is looked for over a new connection, once the old session is gone.
/// </summary>
internal sealed class ServerUnitOfWork(ServerTarget target, string mark) : IUnitOfWork
{
    private const string Mark = "unit";

    private bool ended;

    public static async Task<ServerUnitOfWork> BeginAsync(ServerTarget target, UnitSettings settings, CancellationToken cancel)
    {
        var engine = target.Engine;
        if (!engine.StructureIsTransactional)
        {
            // Making tables would commit what the unit has done so far.
            await target.ServerHistory.CreateAsync(cancel).ConfigureAwait(false);
        }

        foreach (var setting in settings.Outside)
        {
            await target.Session.ExecuteAsync(setting, cancel).ConfigureAwait(false);
        }

        foreach (var limit in engine.Limits(settings.LockTimeout, settings.StatementTimeout))
        {
            await target.Session.ExecuteAsync(limit, cancel).ConfigureAwait(false);
        }

        target.Session.WritesSoFar = null;
        (target.Session.StatementTimeout, target.Session.LockTimeout) = (settings.StatementTimeout, settings.LockTimeout);
        await target.Session.ExecuteAsync(engine.BeginTransaction, cancel).ConfigureAwait(false);
        return new ServerUnitOfWork(target, Guid.NewGuid().ToString("N"));
    }

    public async Task CommitAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        await target.ServerHistory.CreateAsync(cancel).ConfigureAwait(false);
        await target.ServerHistory.SetAsync(Mark, mark, cancel).ConfigureAwait(false);
        try
        {
            // Not cancellable: whoever stops in the middle of a commit would not know what became of it.
            await target.Session.ExecuteAsync(target.Engine.Commit, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "ConnectionLost")
        {
            ended = true;
            await target.ReconnectAsync(cancel).ConfigureAwait(false);
            if (!await WasCommittedAsync(cancel).ConfigureAwait(false))
            {
                throw;
            }

            target.Observer.Decision("The connection was lost while a transaction was committed; the server had committed it.");
        }

        ended = true;
        await target.EndUnitAsync(committed: true).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (!ended)
        {
            ended = true;
            await target.RollBackAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> WasCommittedAsync(CancellationToken cancel) =>
        await target.Engine.HasOwnAsync(target.Session, "state", cancel).ConfigureAwait(false)
        && await target.ServerHistory.GetAsync(Mark, cancel).ConfigureAwait(false) == mark;
}
