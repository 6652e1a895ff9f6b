using PSMigrate.Databases.Data;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Servers.Planning;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Servers.Undoing;
using PSMigrate.Databases.Servers.Watching;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// A database on a server, of whatever engine. One connection does everything and holds the lock as well, so that as long as the
/// server still works on something of ours, nobody else can begin.
/// </summary>
public sealed class ServerTarget : DatabaseTarget, IServerDoor
{
    private readonly ServerAddress server;
    private readonly ServerHistory history;
    private readonly ServerCopies copies;
    private readonly HashSet<string> cleaned = new(StringComparer.Ordinal);
    private ServerSession? session;
    private StatementWatch? watch;
    private DataDoor? data;
    private SqlDialect? dialect;
    private StructureCache? cache;
    private WaysOut? waysOut;
    private CaptureNames? captures;
    private string? capturesOfRun;
    private string sessionId = "";
    private LockHolder? holder;

    public ServerTarget(TargetAddress address, ServerEngine engine)
        : base(address)
    {
        Engine = engine;
        server = engine.Read(address);
        NameInScripts = server.Database;
        history = new ServerHistory(engine, () => Session);
        copies = new ServerCopies(engine, server);
    }

    internal ServerEngine Engine { get; }

    internal ServerHistory ServerHistory => history;

    internal IMigrationObserver Observer { get; private set; } = SilentObserver.Instance;

    /// <summary>What to do when the target is closed: a copy is removed.</summary>
    internal Func<ValueTask>? OnDispose { get; init; }

    ServerSession IServerDoor.Session => Session;

    internal ServerSession Session => session ?? throw new InvalidOperationException("The target has not been opened.");

    /// <summary>What scripts call the database: a copy stands for its original.</summary>
    internal string NameInScripts { get; init; }

    public override SqlDialect Dialect => session is null ? Engine.Dialect
        : dialect ??= Engine.Dialect with { Database = new OwnDatabase(NameInScripts, Engine.DatabaseNameComparison) { IsCopy = NameInScripts != server.Database } };

    public override string Identity => server.Identity;

    public override string DisplayName => server.Database;

    public override IHistory History => history;

    public override IQuarantine Quarantine => new ServerQuarantine(Engine, Session, history, Address.ToString());

    public override DataDoor Data => data ??= Engine.DoorTo(stop => Engine.ConnectAsync(server, null, stop));

    public override string? UndoUnitSettings => Engine.StructureIsTransactional ? "" : null;

    private StructureCache Cache => cache ??= new StructureCache(Engine, Session);

    public override async Task OpenAsync(CancellationToken cancel)
    {
        session = await Engine.ConnectAsync(server, null, cancel).ConfigureAwait(false);
        await WatchAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>A database that is missing is made, empty: what it is restored from is put in its place.</summary>
    public override async Task OpenForRestoreAsync(CancellationToken cancel)
    {
        try
        {
            await OpenAsync(cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "TargetNotFound" && Engine.HomeDatabase is not null)
        {
            var home = await Engine.ConnectAsync(server, Engine.HomeDatabase, cancel).ConfigureAwait(false);
            await using (home.ConfigureAwait(false))
            {
                await home.ExecuteAsync($"CREATE DATABASE {Engine.Rows.Quote(server.Database)}", cancel).ConfigureAwait(false);
            }

            await OpenAsync(cancel).ConfigureAwait(false);
        }
    }

    public override async Task RequireWritableAsync(CancellationToken cancel)
    {
        if (await Engine.ReadOnlyBecauseAsync(Session, cancel).ConfigureAwait(false) is { } why)
        {
            throw new MigrationException("TargetReadOnly", ErrorKind.Denied, $"{server.Shown} cannot be written: {why}.")
            {
                Offender = Address.ToString(),
                RecommendedAction = "Connect to a server, and with an account, that may write.",
            };
        }

        var missing = await Engine.MissingRightsAsync(Session, new NeededRights { KeepsHistory = true }, cancel).ConfigureAwait(false);
        if (missing.Count > 0)
        {
            throw Denied(missing);
        }
    }

    /// <summary>The error for rights that are missing, with the list of them.</summary>
    internal MigrationException Denied(IReadOnlyList<string> missing) =>
        new("RightsMissing", ErrorKind.Denied, $"The account may not do what this needs on {server.Shown}: {string.Join("; ", missing)}.")
        {
            Offender = Address.ToString(),
            RecommendedAction = "Have these rights given to the account, or use another account.",
        };

    public override async Task<IAsyncDisposable> LockAsync(LockHolder holder, TimeSpan timeout, IMigrationObserver observer, CancellationToken cancel)
    {
        Observer = observer;
        var taken = await ServerLock.TakeAsync(this, holder, timeout, observer, cancel).ConfigureAwait(false);
        this.holder = holder;
        taken.Released += () => this.holder = null;
        return taken;
    }

    public override Task<TargetSnapshot> SnapshotAsync(SnapshotDepth depth, IMigrationObserver observer, CancellationToken cancel) =>
        new ServerSnapshot(Engine, Session).ReadAsync(depth, observer, cancel);

    public override Task<IReadOnlyList<ContentFingerprint>> FingerprintAsync(IReadOnlyCollection<string> objects, IMigrationObserver observer, CancellationToken cancel) =>
        new ServerSnapshot(Engine, Session).FingerprintAsync(objects, observer, cancel);

    public override Task<RowDifferences?> CompareRowsAsync(Target other, string name, int most, CancellationToken cancel) =>
        other is ServerTarget database && database.Engine.Scheme == Engine.Scheme
            ? new RowComparison(Engine, Session, database.Session).FindAsync(name, most, cancel)
            : Task.FromResult<RowDifferences?>(null);

    public override Task<IReadOnlyList<CheckResult>> SelfCheckAsync(CancellationToken cancel) => Engine.SelfCheckAsync(Session, cancel);

    public override Task<BackupContent> BackupAsync(string folder, IMigrationObserver observer, CancellationToken cancel) =>
        copies.BackupAsync(this, folder, observer, cancel);

    public override async Task RestoreAsync(string folder, BackupContent content, IMigrationObserver observer, CancellationToken cancel)
    {
        await copies.RestoreAsync(this, folder, content, observer, cancel).ConfigureAwait(false);
        Forget();
    }

    public override Task<Target> RestoreCopyAsync(string folder, BackupContent content, string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        copies.RestoreCopyAsync(this, folder, content, workFolder, observer, cancel);

    public override Task<Target> CreateCopyAsync(string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        copies.CreateCopyAsync(this, workFolder, observer, cancel);

    public override async Task<RehearsalCopy> CreateCopyAsync(CopyWish wish, string workFolder, IMigrationObserver observer, CancellationToken cancel)
    {
        if (wish is { SampleRows: null, On: null })
        {
            return await base.CreateCopyAsync(wish, workFolder, observer, cancel).ConfigureAwait(false);
        }

        var place = (wish.On ?? this) is ServerTarget on && on.Engine.Scheme == Engine.Scheme ? on : throw NoStaging(wish.On!);
        return await copies.CreateCopyAsync(this, place, wish.SampleRows, workFolder, observer, cancel).ConfigureAwait(false);
    }

    /// <summary>What making copies on this server may use.</summary>
    internal ServerBackupContext BackupContext(IMigrationObserver observer) => copies.Context(this, observer);

    public override async Task<IUnitOfWork?> BeginAsync(string settings, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return await ServerUnitOfWork.BeginAsync(this, UnitSettings.Parse(settings), cancel).ConfigureAwait(false);
    }

    public override string? UnitSettingsFor(SqlScript script, ScriptContent content) =>
        TransactionNeeds.RunInUnit(Engine, content)
            ? new UnitSettings
            {
                LockTimeout = script.LockTimeout,
                StatementTimeout = script.StatementTimeout,
                Outside = [.. content.Forward.Prelude.Select(p => p.Text)],
            }.ToString()
            : null;

    public override async Task<IInspectionScratch> CreateScratchAsync(CancellationToken cancel) =>
        await ServerScratch.ReadAsync(Engine, Session, cancel).ConfigureAwait(false);

    public override Task<StepInspection> InspectScriptAsync(string step, SqlScript script, ScriptContent content, InspectionContext context, CancellationToken cancel) =>
        new ServerInspection(this, (ServerScratch)context.Scratch!, step, script, content).InspectAsync(cancel);

    public override async Task<AppliedStep> ApplyScriptAsync(string step, SqlScript script, ScriptContent content, StepContext context, CancellationToken cancel)
    {
        Observer = context.Observer;
        Session.Observer = context.Observer;
        try
        {
            if (content.Forward.Head is { } head)
            {
                await new EmptyDatabase(this, step, head).RequireAsync(context.Begun, cancel).ConfigureAwait(false);
            }

            var names = await NamesAsync(context.RunId, cancel).ConfigureAwait(false);
            context = await FinishUndoAsync(context, cancel).ConfigureAwait(false);
            var (record, rows, touched) = UnitSettingsFor(script, content) is null
                ? await new PiecewiseRun(this, step, names, script, content, context).RunAsync(cancel).ConfigureAwait(false)
                : await ApplyAsync(content, names, context, cancel).ConfigureAwait(false);
            record = record with
            {
                Rollback = content.RollbackText,
                RollbackOrigin = content.RollbackText is null ? null : script.CompanionUndoPath ?? script.FilePath,
            };
            return new AppliedStep(record.ToJson(), rows, touched);
        }
        catch (Exception e) when (e is MigrationException or OperationCanceledException)
        {
            Forget();
            throw;
        }
    }

    public override async Task<UndoneStep> UndoScriptAsync(HistoryEntry entry, ScriptVariables variables, StepContext context, CancellationToken cancel)
    {
        Observer = context.Observer;
        Session.Observer = context.Observer;
        Forget();
        await Engine.RemoveLeftoversAsync(Session, cancel).ConfigureAwait(false);
        if ((entry.IsBegun || !Engine.StructureIsTransactional) && cleaned.Add(entry.RunId))
        {
            await OrphanCaptures.DropAsync(Engine, Session, history, entry.RunId, cancel).ConfigureAwait(false);
        }

        if (!Engine.StructureIsTransactional && !entry.IsBegun)
        {
            // An undo that does not come to its end leaves a step that is neither applied nor not.
            await history.SetAsync(ServerHistory.UndoneOf(entry.Sequence), "0", cancel).ConfigureAwait(false);
            await history.RecordAsync(entry with { IsBegun = true }, cancel).ConfigureAwait(false);
        }

        // Of a script that came only part of the way, the author's rollback knows nothing; what was noted does.
        var record = entry.IsBegun
            ? await new Doubt(this).SettleAsync(entry, cancel).ConfigureAwait(false)
            : ServerUndoRecord.Parse(entry.UndoRecord, entry.Step);
        var trial = Engine.StructureIsTransactional ? null : await TryAuthorsAsync(record, entry, variables, context, cancel).ConfigureAwait(false);
        var undo = new ServerUndo(Engine, Session, history, record, entry.Step, context.RunId, context.Force, context.Observer) { Dialect = Dialect, Entry = entry.Sequence, Trial = trial };
        try
        {
            return await undo.RunAsync(variables, SendAsync, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (!Engine.StructureIsTransactional && !entry.IsBegun && !undo.HasActed && e.ErrorId != "ConnectionLost")
        {
            // Nothing was taken back: it is as applied as before.
            await undo.LeaveNothingAsync(CancellationToken.None).ConfigureAwait(false);
            await history.SetAsync(ServerHistory.UndoneOf(entry.Sequence), "", CancellationToken.None).ConfigureAwait(false);
            await history.RecordAsync(entry, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The author's rollback as a script of its own; null where there is none, or an earlier undo came to what was captured.</summary>
    private async Task<AuthorsTrial?> TryAuthorsAsync(ServerUndoRecord record, HistoryEntry entry, ScriptVariables variables, StepContext context, CancellationToken cancel)
    {
        var trial = new AuthorsTrial(this, history, entry, context);
        await trial.TakeBackAsync(cancel).ConfigureAwait(false);
        if (record.Rollback is not { } rollback)
        {
            return null;
        }

        await trial.RunAsync(ScriptPart.Read(rollback, record.RollbackOrigin ?? entry.Step, Dialect, variables), await NamesAsync(context.RunId, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        return trial;
    }

    public override async Task<string?> NotRehearsableBecauseAsync(ScriptContent content, CancellationToken cancel)
    {
        waysOut ??= await WaysOut.OfCopyAsync(this, cancel).ConfigureAwait(false);
        return waysOut.Of(content.Forward) ?? (content.Rollback is { } rollback ? waysOut.Of(rollback) : null);
    }

    public override string? CannotUndoBecause(HistoryEntry entry) => ServerUndoRecord.CannotUndoBecause(entry);

    public override async Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, int mostRows, CancellationToken cancel) =>
        await new ReadOnlyQuery(Engine, Session).RunAsync(sql, mostRows, cancel).ConfigureAwait(false);

    public override async ValueTask DisposeAsync()
    {
        await EndWatchAsync().ConfigureAwait(false);
        if (session is not null)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            session = null;
        }

        if (OnDispose is { } end)
        {
            await end().ConfigureAwait(false);
        }
    }

    /// <summary>Runs a statement of a script's.</summary>
    /// <returns>The rows that it changed.</returns>
    /// <exception cref="MigrationException">StatementFailed, or what the server's error means; with its place in the script.</exception>
    internal async Task<long> SendAsync(SqlStatement statement, CancellationToken cancel)
    {
        try
        {
            return await Engine.SendAsync(Session, statement, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost" && e.Place is null)
        {
            throw StatementErrors.Of(Engine, statement, e);
        }
    }

    internal async Task RollBackAsync()
    {
        try
        {
            if (Session.Connection.State == System.Data.ConnectionState.Open)
            {
                await Session.ExecuteAsync(Engine.Rollback, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (MigrationException e)
        {
            // The server rolls back by itself when the session ends; what failed before this is what the operator must hear.
            Observer.Decision($"The transaction could not be rolled back: {e.Message}");
            await ReconnectAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await EndUnitAsync(committed: false).ConfigureAwait(false);
    }

    internal async Task EndUnitAsync(bool committed)
    {
        if (!committed)
        {
            Forget();
        }

        if (Session.Connection.State == System.Data.ConnectionState.Open)
        {
            (Session.StatementTimeout, Session.LockTimeout) = (null, null);
            await Engine.ResetAsync(Session, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>A new connection in the place of one that was lost, once the server has ended the old one's session.</summary>
    internal async Task ReconnectAsync(CancellationToken cancel)
    {
        var lost = sessionId;
        await Session.DisposeAsync().ConfigureAwait(false);
        Forget();
        session = await ServerLock.ReconnectAsync(Engine, server, lost, Observer, cancel).ConfigureAwait(false);
        session.Observer = Observer;
        await WatchAsync(cancel).ConfigureAwait(false);
        cache = null;
        if (holder is { } held)
        {
            await ServerLock.TakeAgainAsync(this, held, cancel).ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(CancellationToken cancel)
    {
        sessionId = await Engine.SessionIdAsync(Session, cancel).ConfigureAwait(false);
        await EndWatchAsync().ConfigureAwait(false);
        watch = new StatementWatch(Engine, stop => Engine.ConnectAsync(server, null, stop), sessionId);
        Session.Watch = watch;
    }

    private async Task EndWatchAsync()
    {
        if (watch is not null)
        {
            await watch.DisposeAsync().ConfigureAwait(false);
            watch = null;
        }
    }

    /// <inheritdoc/>
    async Task IServerDoor.LeaveAsync(Func<Task> act, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        await EndWatchAsync().ConfigureAwait(false);
        await Session.DisposeAsync().ConfigureAwait(false);
        try
        {
            await act().ConfigureAwait(false);
        }
        finally
        {
            await ReconnectAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    internal string SessionId => sessionId;

    /// <summary>What was known of the structure may not be so any more.</summary>
    internal void Forget()
    {
        cache?.Forget();
        if (session is not null)
        {
            session.WritesSoFar = null;
        }

        history.Forget();
        captures = null;
        capturesOfRun = null;
    }

    internal ServerScriptRun NewRun(CaptureNames names, Demand demand, IMigrationObserver observer) =>
        new(Engine, Session, Cache, new EffectReader(Engine, Cache), names, demand, observer);

    private async Task<(ServerUndoRecord Record, long Rows, IReadOnlyList<string> Touched)> ApplyAsync(
        ScriptContent content, CaptureNames names, StepContext context, CancellationToken cancel)
    {
        const string Begin = "psmigrate_script";
        var demand = new Demand();
        var needsSavepoint = TransactionNeeds.MayNeedAnotherRun(Engine, content);
        while (true)
        {
            if (needsSavepoint)
            {
                await Session.ExecuteAsync(Engine.Savepoint(Begin), cancel).ConfigureAwait(false);
            }

            var run = NewRun(names, demand with { IsTransactional = needsSavepoint }, context.Observer);
            try
            {
                await run.BeginAsync(cancel).ConfigureAwait(false);
                foreach (var statement in content.Forward.Statements)
                {
                    cancel.ThrowIfCancellationRequested();
                    await run.RunAsync(statement, SendAsync, cancel).ConfigureAwait(false);
                }

                await run.EndAsync(cancel).ConfigureAwait(false);
                return (new ServerUndoRecord { Ops = [.. run.Ops] }, run.RowsChanged, [.. run.Touched]);
            }
            catch (CaptureNeededException needed)
            {
                await Session.ExecuteAsync(Engine.RollbackTo(Begin), cancel).ConfigureAwait(false);
                Engine.BeganAnew(Session);
                Cache.Forget();
                demand = needed.Demand;
            }
        }
    }

    /// <summary>A step whose undo did not come to its end is taken back wholly before it is applied again.</summary>
    private async Task<StepContext> FinishUndoAsync(StepContext context, CancellationToken cancel)
    {
        if (Engine.StructureIsTransactional || context.Begun is not { } begun
            || await history.GetAsync(ServerHistory.UndoneOf(begun.Sequence), cancel).ConfigureAwait(false) is not { Length: > 0 })
        {
            return context;
        }

        context.Observer.Decision($"An undo of '{begun.Step}' did not come to its end: it is finished first.");
        await new AuthorsTrial(this, history, begun, context).TakeBackAsync(cancel).ConfigureAwait(false);
        var record = await new Doubt(this).SettleAsync(begun, cancel).ConfigureAwait(false);
        await new ServerUndo(Engine, Session, history, record, begun.Step, context.RunId, context.Force, context.Observer) { Dialect = Dialect, Entry = begun.Sequence }
            .RunAsync(new ScriptVariables(new Dictionary<string, string>()), SendAsync, cancel).ConfigureAwait(false);
        await history.SetAsync(ServerHistory.UndoneOf(begun.Sequence), "", cancel).ConfigureAwait(false);
        return context with { Begun = await history.RestartAsync(begun, cancel).ConfigureAwait(false) };
    }

    private async Task<CaptureNames> NamesAsync(string runId, CancellationToken cancel)
    {
        if (captures is null || capturesOfRun != runId)
        {
            // Captures stand beside the history: what makes room for it makes room for them.
            await history.CreateAsync(cancel).ConfigureAwait(false);
            await Engine.RemoveLeftoversAsync(Session, cancel).ConfigureAwait(false);
            await OrphanCaptures.DropAsync(Engine, Session, history, runId, cancel).ConfigureAwait(false);
            captures = await CaptureNames.OfRunAsync(Engine, Session, runId, cancel).ConfigureAwait(false);
            capturesOfRun = runId;
        }

        return captures;
    }
}
