using PSMigrate.Databases.Data.Copying;
using PSMigrate.Databases.Data.Transforming;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using PSMigrate.Backups;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Infrastructure;
using PSMigrate.Journal;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>A folder with a database, scripts and state, and the engine over them as a user's session would have it; gone after the test.</summary>
internal sealed class MigrationFolder : IDisposable
{
    public static readonly RunOptions Forced = new() { Force = true };

    private readonly TestDatabase database;

    /// <param name="setup">What the database holds at first.</param>
    /// <param name="database">Makes it in the folder; null for a SQLite file.</param>
    public MigrationFolder(string setup = "", Func<string, TestDatabase>? database = null)
    {
        Folder = Directory.CreateTempSubdirectory("psmigrate-test-").FullName;
        Scripts = Directory.CreateDirectory(Path.Combine(Folder, "migrations")).FullName;
        this.database = database?.Invoke(Folder) ?? new SqliteTestDatabase(Path.Combine(Folder, "shop.db"));
        if (setup.Length > 0)
        {
            Sql(setup);
        }
    }

    public string Folder { get; }

    public string Scripts { get; }

    /// <summary>The file, where the database is one.</summary>
    public string Database => ((SqliteTestDatabase)database).File;

    public string Target => database.Target;

    public TestDatabase TestDatabase => database;

    /// <inheritdoc cref="TestDatabase.Name"/>
    public string DatabaseName => database.Name;

    /// <inheritdoc cref="TestDatabase.StructureIsTransactional"/>
    public bool StructureIsTransactional => database.StructureIsTransactional;

    /// <inheritdoc cref="TestDatabase.DuplicateSaid"/>
    public string DuplicateSaid => database.DuplicateSaid;

    public StateFolder State => new(Path.Combine(Folder, StateFolder.Name));

    public IMigrationObserver Observer { get; init; } = SilentObserver.Instance;

    public IScriptRunner? ScriptRunner { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What one runner has: nothing of it is shared with another's.</summary>
    public MigrationServices NewServices(string actor = "tester@here") => new()
    {
        Catalog = WithSource(new MigrationCatalog().Add(database.Kind))
            .Add(new HostTargetKind())
            .Add(new SqlStepKind())
            .Add(new CopyStepKind())
            .Add(new TransformStepKind())
            .Add(new ScriptStepKind())
            .Add(new QueryCheckKind()),
        Actor = actor,
        Scripts = ScriptRunner,
        Clock = Clock,
    };

    public string Script(string name, string text) => Write(Path.Combine("migrations", name), database.InDialect(text));

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Sql(string sql) => database.Execute(database.InDialect(sql));

    public object? Value(string sql) => database.Value(sql);

    public IReadOnlyList<string> Rows(string sql) => database.Rows(sql);

    public IReadOnlyList<string> Captures() => database.Captures();

    public IReadOnlyList<string> OwnTables() => database.OwnTables();

    public string Own(string name) => database.Own(name);

    public string Shown(string table) => database.Shown(table);

    public DbConnection Connect() => database.Connect();

    public void DeleteDatabase() => database.Delete();

    public SqliteConnection Open(string mode = "ReadWrite", int timeout = 30) => ((SqliteTestDatabase)database).Open(mode, timeout);

    public static void Run(DbConnection connection, string sql) => TestDatabase.Run(connection, sql);

    public Task<MigrationPlan> PlanAsync() => PlanAsync(FolderDrafts.OfFolder(Scripts));

    public Task<MigrationPlan> PlanFileAsync(string yaml, string name = "plan.yaml") =>
        PlanAsync(PlanFileReader.Read(Write(name, yaml), NewServices()));

    public Task<MigrationPlan> PlanAsync(PlanDraft draft, string? target = null) =>
        new PlanBuilder(NewServices(), Observer).BuildAsync(
            draft with { Targets = WithTarget(draft.Targets, target ?? Target) }, State.Path, null, Cancel);

    public Task<ActResult> RunAsync(MigrationPlan plan, RunOptions? options = null) =>
        new MigrationRunner(NewServices(), Observer).RunAsync(plan, options ?? new RunOptions(), Cancel);

    public async Task<MigrationPlan> RehearseAsync(MigrationPlan plan) =>
        (await new Rehearsal(NewServices(), Observer).RunAsync(plan, Cancel)).Plan;

    public MigrationPlan Approve(MigrationPlan plan)
    {
        var approval = new ApprovalEvidence { PlanHash = plan.Hash, At = DateTimeOffset.UtcNow, By = "colleague@there", Succeeded = true, Summary = "Approved" };
        State.Keep(approval);
        return plan.With(approval);
    }

    public Task<ActResult> UndoAsync(MigrationPlan plan, UndoSelection? selection = null, RunOptions? options = null) =>
        new UndoRunner(NewServices(), Observer).UndoAsync(plan, selection ?? new UndoSelection(), options ?? new RunOptions(), Cancel);

    /// <summary>Plans, runs and expects success.</summary>
    public async Task<MigrationPlan> MigrateAsync(RunOptions? options = null)
    {
        var result = await RunAsync(await PlanAsync(), options ?? Forced);
        Assert.Null(result.Failure);
        return result.Plan;
    }

    public async Task<Target> OpenTargetAsync(string? address = null)
    {
        var services = NewServices();
        var parsed = TargetAddress.Parse(address ?? Target);
        var kind = services.Catalog.Target(parsed.Scheme);
        var target = kind.Open(kind.Normalize(parsed, Folder));
        await target.OpenAsync(Cancel);
        return target;
    }

    public async Task<Backup> BackupAsync()
    {
        await using var target = await OpenTargetAsync();
        return await new BackupKeeper(NewServices(), Observer).BackupAsync(target, State, "", Cancel);
    }

    public async Task<IReadOnlyList<HistoryEntry>> HistoryAsync()
    {
        await using var target = await OpenTargetAsync();
        return await target.History.ReadAsync(Cancel);
    }

    public DatabaseImage Image() => database.Image();

    /// <summary>Every file in the folder with its content's hash: what "not a byte was written" is measured by.</summary>
    public IReadOnlyDictionary<string, string> Files() => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(Folder, f), f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f))));

    public void Dispose()
    {
        database.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Whatever the database is, what is copied into it may come from a SQLite file.</summary>
    private MigrationCatalog WithSource(MigrationCatalog catalog) => database is SqliteTestDatabase ? catalog : catalog.Add(new SqliteTargetKind());

    private static SortedDictionary<string, TargetAddress> WithTarget(IReadOnlyDictionary<string, TargetAddress> targets, string target)
    {
        var all = new SortedDictionary<string, TargetAddress>(targets.ToDictionary(t => t.Key, t => t.Value), StringComparer.Ordinal);
        all.TryAdd(MigrationPlan.DefaultTargetName, TargetAddress.Parse(target));
        return all;
    }
}
