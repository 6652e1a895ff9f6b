using PSMigrate.Backups;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>A database that grew old: backups and runs with days between them, and retention over them.</summary>
internal sealed class RetentionFolder : IDisposable
{
    /// <summary>A table t of three rows.</summary>
    public const string Threes = "CREATE TABLE t (id INTEGER PRIMARY KEY, x VARCHAR(50)); INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three');";

    public static readonly RetentionPolicy Nothing = new() { KeepLast = 0, IncludeQuarantine = true };

    public RetentionFolder(Func<string, TestDatabase>? database = null, string setup = Threes, IMigrationObserver? observer = null) =>
        Folder = new MigrationFolder(setup, database) { Clock = Clock, Observer = observer ?? SilentObserver.Instance };

    public SteppedClock Clock { get; } = new();

    public MigrationFolder Folder { get; }

    public RetentionScope Scope => new(Folder.State, [TargetAddress.Parse(Folder.Target)]);

    public Retention Retention => new(Folder.NewServices(), Folder.Observer);

    public string Backups => Path.Combine(Folder.State.Path, "backups");

    public void Days(double days) => Clock.Pass(TimeSpan.FromDays(days));

    /// <summary>A backup, and a day after it.</summary>
    public async Task<Backup> BackupAsync()
    {
        var backup = await Folder.BackupAsync();
        Days(1);
        return backup;
    }

    /// <summary>A new script and a run of it; unless it is rehearsed its undo is not proved.</summary>
    public async Task<MigrationPlan> RunAsync(string name, string script, bool rehearsed = false)
    {
        Folder.Script(name + ".sql", script);
        var plan = await Folder.PlanAsync();
        var result = await Folder.RunAsync(rehearsed ? await Folder.RehearseAsync(plan) : plan, MigrationFolder.Forced);
        Assert.Null(result.Failure);
        Days(1);
        return result.Plan;
    }

    /// <summary>What a process leaves that dies before its run has ended.</summary>
    public void LoseTheEnd(string runId)
    {
        var journal = Path.Combine(Folder.State.Folder("runs", runId), "journal.jsonl");
        File.WriteAllLines(journal, File.ReadAllLines(journal).Where(line => !line.Contains("\"end\"", StringComparison.Ordinal)));
    }

    public async Task<IReadOnlyList<RetentionItem>> ConsiderAsync(RetentionPolicy policy, bool force = false)
    {
        var report = await Retention.ConsiderAsync(Scope, policy, force, MigrationFolder.Cancel);
        Assert.Empty(report.Failures);
        return report.Items;
    }

    /// <summary>Considers and removes, and expects no failure.</summary>
    public async Task<IReadOnlyList<RetentionItem>> ClearAsync(RetentionPolicy policy, bool force = false)
    {
        var report = await Retention.RemoveAsync(Scope, await ConsiderAsync(policy, force), force, TimeSpan.FromSeconds(5), MigrationFolder.Cancel);
        Assert.Empty(report.Failures);
        return report.Items;
    }

    public IReadOnlyList<string> Ids() => Directory.Exists(Backups) ? [.. Directory.GetDirectories(Backups).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)] : [];

    public async Task<IReadOnlyList<HistoryEntry>> HistoryAsync()
    {
        await using var target = await Folder.OpenTargetAsync();
        return await new HistoryReader(Folder.NewServices()).ReadAsync(target, MigrationFolder.Cancel);
    }

    public async Task<IReadOnlyList<QuarantineItem>> QuarantineAsync()
    {
        await using var target = await Folder.OpenTargetAsync();
        return await target.Quarantine!.ReadAsync(MigrationFolder.Cancel);
    }

    public void Dispose() => Folder.Dispose();
}
