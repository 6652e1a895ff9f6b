using System.Globalization;
using Microsoft.Data.Sqlite;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Steps;
using PSMigrate.Targets;
using SQLitePCL;

namespace PSMigrate.Databases.Sqlite;

/// <summary>A SQLite database file.</summary>
public sealed class SqliteTarget : DatabaseTarget
{
    private static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(10);

    private readonly SqliteConnectionStringBuilder settings;
    private readonly TimeSpan busyTimeout;
    private readonly SqliteHistory history;
    private readonly SqliteActions actions = new();
    private SqliteSession? session;
    private SqliteSchema? schema;
    private DataDoor? data;
    private bool isStandIn;
    private CancellationToken stop;
    private int applied;
    private string? capturesOfRun;

    public SqliteTarget(TargetAddress address)
        : base(address)
    {
        var connection = address.ConnectionWithSecrets;
        settings = connection.Contains('=', StringComparison.Ordinal) && !File.Exists(connection)
            ? new SqliteConnectionStringBuilder(connection)
            : new SqliteConnectionStringBuilder { DataSource = connection, Mode = SqliteOpenMode.ReadWrite };
        if (!settings.ContainsKey("Mode") || !connection.Contains("Mode", StringComparison.OrdinalIgnoreCase))
        {
            // The driver would create a file that is missing; a migration of a database that is not there is a mistake.
            settings.Mode = SqliteOpenMode.ReadWrite;
        }

        busyTimeout = connection.Contains("Timeout", StringComparison.OrdinalIgnoreCase) ? TimeSpan.FromSeconds(settings.DefaultTimeout) : DefaultBusyTimeout;
        history = new SqliteHistory(() => Session);
    }

    public override SqlDialect Dialect => SqlDialect.Sqlite;

    public override string Identity => $"sqlite:{Path.GetFullPath(FilePath)}";

    public override string DisplayName => Path.GetFileName(FilePath);

    public override IHistory History => history;

    public override IQuarantine Quarantine => new SqliteQuarantine(Session, history, Address.ToString());

    public override DataDoor Data => data ??= new SqliteDoor(FilePath, busyTimeout);

    public override string? UndoUnitSettings => SqliteUnitSettings.Undo;

    private string FilePath => settings.DataSource.StartsWith("file:", StringComparison.Ordinal)
        ? new Uri(settings.DataSource).LocalPath
        : settings.DataSource;

    private SqliteSession Session => session ?? throw new InvalidOperationException("The target has not been opened.");

    /// <summary>The present structure, kept up to date while scripts run and read anew after anything else.</summary>
    private SqliteSchema Schema => schema ??= SqliteSchema.Read(Session);

    public override Task OpenAsync(CancellationToken cancel)
    {
        stop = cancel;
        if (Directory.Exists(FilePath))
        {
            throw new MigrationException("TargetNotADatabase", ErrorKind.InvalidInput, $"{FilePath} is a folder, not a SQLite database.")
            {
                Offender = FilePath,
                RecommendedAction = "Name the database file.",
            };
        }

        if (!File.Exists(FilePath))
        {
            if (settings.Mode != SqliteOpenMode.ReadWriteCreate)
            {
                throw new MigrationException("TargetNotFound", ErrorKind.NotFound, $"There is no database at {FilePath}.")
                {
                    Offender = FilePath,
                    RecommendedAction = $"Check the path. To begin a new database, write sqlite:Data Source={FilePath};Mode=ReadWriteCreate.",
                };
            }

            if (!Directory.Exists(Path.GetDirectoryName(FilePath)))
            {
                throw new MigrationException("TargetNotFound", ErrorKind.NotFound, $"The folder of {FilePath} does not exist.")
                {
                    Offender = FilePath,
                    RecommendedAction = "Create the folder first.",
                };
            }

            // Looking at a database that does not exist yet must not create it.
            isStandIn = true;
            Connect(":memory:", SqliteOpenMode.Memory);
            return Task.CompletedTask;
        }

        Connect(FilePath, settings.Mode);
        return Task.CompletedTask;
    }

    public override Task OpenForRestoreAsync(CancellationToken cancel)
    {
        if (!File.Exists(FilePath))
        {
            settings.Mode = SqliteOpenMode.ReadWriteCreate;
        }

        return OpenAsync(cancel);
    }

    public override Task RequireWritableAsync(CancellationToken cancel)
    {
        if (isStandIn)
        {
            Session.Dispose();
            isStandIn = false;
            Connect(FilePath, SqliteOpenMode.ReadWriteCreate);
        }

        if (raw.sqlite3_db_readonly(Session.Handle, "main") == 1)
        {
            throw new MigrationException("TargetReadOnly", ErrorKind.Denied, $"{FilePath} is read-only.")
            {
                Offender = FilePath,
                RecommendedAction = "Make the file writable for this user, and do not open it with Mode=ReadOnly.",
            };
        }

        Session.KeepWriteAheadLog(false);
        Session.Execute("BEGIN IMMEDIATE");
        Session.Execute("ROLLBACK");
        return Task.CompletedTask;
    }

    public override async Task<IAsyncDisposable> LockAsync(LockHolder holder, TimeSpan timeout, IMigrationObserver observer, CancellationToken cancel) =>
        await FileLock.TakeAsync(FilePath + "-psmigrate.lock", DisplayName, holder, timeout, observer, cancel).ConfigureAwait(false);

    public override Task<TargetSnapshot> SnapshotAsync(SnapshotDepth depth, IMigrationObserver observer, CancellationToken cancel)
    {
        schema = null;
        return Task.FromResult(Session.Interruptible(cancel, () => SqliteSnapshot.Read(Session, depth, DateTimeOffset.UtcNow, observer, cancel)));
    }

    public override Task<IReadOnlyList<ContentFingerprint>> FingerprintAsync(
        IReadOnlyCollection<string> objects, IMigrationObserver observer, CancellationToken cancel) =>
        Task.FromResult(Session.Interruptible<IReadOnlyList<ContentFingerprint>>(cancel,
            () => [.. objects.Where(name => Schema.FindTable(name) is not null).Select(name => SqliteContent.Read(Session, name, observer, cancel))]));

    public override Task<RowDifferences?> CompareRowsAsync(Target other, string name, int most, CancellationToken cancel) => Task.FromResult(
        other is SqliteTarget { isStandIn: false } database && !isStandIn
            ? Session.Interruptible(cancel, () => SqliteRowComparison.Find(Session, database.FilePath, name, most))
            : null);

    public override Task<IReadOnlyList<CheckResult>> SelfCheckAsync(CancellationToken cancel) => Task.FromResult(Session.Interruptible(cancel, SelfCheck));

    private IReadOnlyList<CheckResult> SelfCheck()
    {
        var integrity = OrDamage(() => Session.List("PRAGMA main.integrity_check(10)", row => row.RequiredText(0)));
        var whole = integrity is ["ok"];
        var violations = OrDamage(() => ForeignKeys.Violations(Session));
        return
        [
            new CheckResult("database file is whole (integrity_check)", whole, string.Join("; ", integrity)),
            new CheckResult("foreign keys hold (foreign_key_check)", violations.Count == 0,
                violations.Count == 0 ? "ok" : $"{violations.Count} rows refer to rows that are not there: {string.Join("; ", violations.Take(5))}"),
        ];
    }

    /// <summary>A file may be too damaged to be looked through: that is what the check has found then.</summary>
    private static IReadOnlyList<string> OrDamage(Func<IReadOnlyList<string>> check)
    {
        try
        {
            return check();
        }
        catch (MigrationException e) when (e.ErrorId == "TargetCorrupt")
        {
            return [e.Message];
        }
    }

    public override Task<BackupContent> BackupAsync(string folder, IMigrationObserver observer, CancellationToken cancel) =>
        SqliteBackup.CreateAsync(Session, folder, DisplayName, observer, cancel);

    public override Task RestoreAsync(string folder, BackupContent content, IMigrationObserver observer, CancellationToken cancel)
    {
        using var backup = new SqliteSession(Path.Combine(folder, SqliteBackup.FileName), SqliteOpenMode.ReadOnly, busyTimeout);
        SqliteBackup.Copy(backup, Session, $"Restoring {DisplayName}", busyTimeout, observer, cancel);
        schema = null;
        history.Forget();
        return Task.CompletedTask;
    }

    public override async Task<Target> RestoreCopyAsync(string folder, BackupContent content, string workFolder, IMigrationObserver observer, CancellationToken cancel)
    {
        var file = Path.Combine(workFolder, DisplayName);
        try
        {
            File.Copy(Path.Combine(folder, SqliteBackup.FileName), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrationException("CopyNotMade", ErrorKind.Failed, $"The backup cannot be copied to {file} to be looked at: {e.Message}", e)
            {
                Offender = file,
                RecommendedAction = "Make room on that disk, or choose another place with -StatePath.",
            };
        }

        return await OpenCopyAsync(file, cancel).ConfigureAwait(false);
    }

    public override async Task<Target> CreateCopyAsync(string workFolder, IMigrationObserver observer, CancellationToken cancel)
    {
        var file = Path.Combine(workFolder, DisplayName);
        using (var copy = new SqliteSession(file, SqliteOpenMode.ReadWriteCreate, busyTimeout))
        {
            SqliteBackup.Copy(Session, copy, $"Copying {DisplayName}", busyTimeout, observer, cancel);
        }

        return await OpenCopyAsync(file, cancel).ConfigureAwait(false);
    }

    public override async Task<RehearsalCopy> CreateCopyAsync(CopyWish wish, string workFolder, IMigrationObserver observer, CancellationToken cancel)
    {
        if (wish.SampleRows is not { } most || wish.On is not null || isStandIn)
        {
            return await base.CreateCopyAsync(wish, workFolder, observer, cancel).ConfigureAwait(false);
        }

        var file = Path.Combine(workFolder, DisplayName);
        IReadOnlyList<SampledTable> sampled;
        using (var copy = new SqliteSession(file, SqliteOpenMode.ReadWriteCreate, busyTimeout))
        {
            sampled = new SqliteSample(copy, FilePath, most, observer).Make(cancel);
        }

        return new RehearsalCopy(await OpenCopyAsync(file, cancel).ConfigureAwait(false)) { Sampled = sampled };
    }

    public override Task<IUnitOfWork?> BeginAsync(string settings, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult<IUnitOfWork?>(new SqliteUnitOfWork(Session, settings, history, () => schema = null));
    }

    public override string? UnitSettingsFor(SqlScript script, ScriptContent content) => SqliteUnitSettings.For(script, content);

    public override Task<IInspectionScratch> CreateScratchAsync(CancellationToken cancel) =>
        Task.FromResult<IInspectionScratch>(new SqliteScratch(Session, FilePath));

    public override Task<StepInspection> InspectScriptAsync(
        string step, SqlScript script, ScriptContent content, InspectionContext context, CancellationToken cancel) =>
        Task.FromResult(new SqliteInspection((SqliteScratch)context.Scratch!, step, script, content, context.Observer).Inspect());

    public override async Task<AppliedStep> ApplyScriptAsync(string step, SqlScript script, ScriptContent content, StepContext context, CancellationToken cancel)
    {
        using var interrupt = Session.InterruptOn(cancel);
        try
        {
            var (record, rows, touched) = UnitSettingsFor(script, content) is null
                ? await ApplyPiecewiseAsync(step, content, context, cancel).ConfigureAwait(false)
                : Apply(content, context, cancel);
            record = record with
            {
                Rollback = content.RollbackText,
                RollbackOrigin = content.RollbackText is null ? null : script.CompanionUndoPath ?? script.FilePath,
            };
            return new AppliedStep(record.ToJson(), rows, touched);
        }
        catch (Exception e) when (e is MigrationException or OperationCanceledException)
        {
            schema = null;
            history.Forget();
            if (e is MigrationException && cancel.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancel);
            }

            throw;
        }
    }

    private (SqliteUndoRecord Record, long Rows, IReadOnlyList<string> Touched) Apply(ScriptContent content, StepContext context, CancellationToken cancel)
    {
        var run = NewRun(context);
        foreach (var statement in content.Forward.Statements)
        {
            cancel.ThrowIfCancellationRequested();
            run.Run(statement);
        }

        run.End(cancel);
        return (SqliteUndoRecord.Of(run), run.RowsChanged, [.. run.Structure.Touched]);
    }

    private async Task<(SqliteUndoRecord Record, long Rows, IReadOnlyList<string> Touched)> ApplyPiecewiseAsync(
        string step, ScriptContent content, StepContext context, CancellationToken cancel)
    {
        var pieces = new SqlitePiecewiseRun(Session, [.. content.Forward.Prelude, .. content.Forward.Statements], context, () =>
        {
            schema = null;
            history.Forget();
            return NewRun(context);
        });
        await pieces.RunAsync(cancel).ConfigureAwait(false);
        if (Session.InTransaction)
        {
            Session.Execute("ROLLBACK");
            throw LeftOpen(step, content.Forward.Statements[^1]);
        }

        return (pieces.Record, pieces.RowsChanged, [.. pieces.Touched]);
    }

    /// <summary>A run that is resumed has captures already, which an earlier process numbered.</summary>
    private SqliteScriptRun NewRun(StepContext context)
    {
        var captures = $"{SqliteName.Prefix}capture_{context.RunId.Replace('-', '_')}_";
        if (captures != capturesOfRun)
        {
            capturesOfRun = captures;
            new SqliteRowIds(Session).RemoveLeftovers();
            applied = (int)Session.Long(
                "SELECT coalesce(max(CAST(substr(name, length(?1) + 1) AS INTEGER)), 0) FROM main.sqlite_schema WHERE substr(name, 1, length(?1)) = ?1", captures);
        }

        return new SqliteScriptRun(Session, Schema, actions, $"{captures}{++applied}", context.Observer);
    }

    public override Task<UndoneStep> UndoScriptAsync(HistoryEntry entry, ScriptVariables variables, StepContext context, CancellationToken cancel)
    {
        schema = null;
        // Of a script that came only part of the way, the author's rollback knows nothing; what was noted does.
        var record = entry.IsBegun
            ? SqliteUndoRecord.Merge([SqliteUndoRecord.Parse(entry.UndoRecord, entry.Step), .. entry.Progress.Select(p => SqliteUndoRecord.Parse(p.UndoPart, entry.Step))])
            : SqliteUndoRecord.Parse(entry.UndoRecord, entry.Step);
        return Task.FromResult(Session.Interruptible(cancel, () => new SqliteUndo(Session, actions, record, entry.Step, context.RunId, context.Force, context.Observer).Run(variables, cancel)));
    }

    public override string? CannotUndoBecause(HistoryEntry entry) => SqliteUndoRecord.CannotUndoBecause(entry);

    public override Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, int mostRows, CancellationToken cancel) =>
        Task.FromResult(Session.Interruptible(cancel, () => Query(sql, mostRows)));

    private IReadOnlyList<IReadOnlyList<string?>> Query(string sql, int mostRows)
    {
        using var query = Session.Prepare(sql);
        if (raw.sqlite3_stmt_readonly(query.Statement) == 0)
        {
            throw new MigrationException("QueryWrites", ErrorKind.InvalidInput, $"A check only reads, but this statement writes: {sql}")
            {
                Offender = sql,
                RecommendedAction = "Write a SELECT.",
            };
        }

        var rows = new List<IReadOnlyList<string?>>();
        while (rows.Count < mostRows && query.Read())
        {
            rows.Add([.. Enumerable.Range(0, query.ColumnCount).Select(i => Convert.ToString(query.Value(i), CultureInfo.InvariantCulture) is { } text && !query.IsNull(i) ? text : null)]);
        }

        return rows;
    }

    public override ValueTask DisposeAsync()
    {
        session?.Dispose();
        session = null;
        return ValueTask.CompletedTask;
    }

    private void Connect(string dataSource, SqliteOpenMode mode)
    {
        var builder = new SqliteConnectionStringBuilder(settings.ConnectionString) { DataSource = dataSource, Mode = mode };
        var log = new FileInfo(FilePath + "-wal");
        session = new SqliteSession(builder.ConnectionString, FilePath, busyTimeout) { Stop = stop };
        try
        {
            session.KeepWriteAheadLog(log is { Exists: true, Length: > 0 });
            raw.sqlite3_set_authorizer(session.Handle, Authorize, actions);
            SqliteRowHash.Register(session);
            session.Long("SELECT count(*) FROM main.sqlite_schema");
        }
        catch
        {
            session.Dispose();
            session = null;
            throw;
        }
    }

    internal static int Authorize(object actions, int code, utf8z first, utf8z second, utf8z database, utf8z trigger)
    {
        ((SqliteActions)actions).Note(code, first, second, database);
        return raw.SQLITE_OK;
    }

    private static MigrationException LeftOpen(string step, SqlStatement last) =>
        new("TransactionLeftOpen", ErrorKind.InvalidInput, $"{last.Place}: '{step}' ends with its transaction still open.")
        {
            Place = last.Place,
            Offender = step,
            RecommendedAction = "End it with COMMIT.",
        };

    private static async Task<Target> OpenCopyAsync(string file, CancellationToken cancel)
    {
        var copy = new SqliteTarget(new TargetAddress("sqlite", file));
        await copy.OpenAsync(cancel).ConfigureAwait(false);
        return copy;
    }
}
