using System.Collections.Concurrent;
using PSMigrate.Backups;
using PSMigrate.Databases.Servers;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Steps;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers.Backups;

/// <summary>
/// These tests tell PSMigrate by environment variables where the tools of the servers are, and so each of them runs alone.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BackupCollection
{
    public const string Name = "Backups of servers";
}

/// <summary>Backs up, restores and copies one database, with the server's tools or without, and hears what is said of it.</summary>
internal sealed class BackupRoom : IMigrationObserver, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("psmigrate-backups-");
    private readonly string variable;
    private readonly string? before;
    private readonly ITargetKind kind;
    private readonly string address;

    /// <param name="variable">Names the folder of the tools.</param>
    /// <param name="tools">That folder; empty for one without tools, null for wherever they are.</param>
    public BackupRoom(ITargetKind kind, string address, string variable, string? tools)
    {
        (this.kind, this.address, this.variable) = (kind, address, variable);
        before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, tools is { Length: 0 } ? folder.CreateSubdirectory("no-tools").FullName : tools);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Folder => folder.FullName;

    public ConcurrentQueue<string> Decisions { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<ProgressReport> Reports { get; } = new();

    /// <summary>Is called at every progress.</summary>
    public Action<ProgressReport> OnProgress { get; set; } = _ => { };

    public StateFolder State => new(Path.Combine(Folder, "state"));

    public BackupKeeper Keeper => new(new MigrationServices { Catalog = new MigrationCatalog().Add(kind), Actor = "tester@here" }, this);

    public async Task<ServerTarget> OpenAsync(string? other = null)
    {
        var target = (ServerTarget)kind.Open(TargetAddress.Parse(other ?? address));
        await target.OpenAsync(Cancel);
        return target;
    }

    public async Task<Backup> BackupAsync()
    {
        await using var target = await OpenAsync();
        return await Keeper.BackupAsync(target, State, "", Cancel);
    }

    public async Task RestoreAsync(Backup backup, string? other = null)
    {
        await using var target = await OpenAsync(other);
        await Keeper.RestoreAsync(backup, target, TimeSpan.FromSeconds(5), Cancel);
    }

    public string NewFolder(string name) => folder.CreateSubdirectory(name).FullName;

    public void Progress(ProgressReport report)
    {
        Reports.Enqueue(report);
        OnProgress(report);
    }

    public void Milestone(string message) { }

    public void Decision(string message) => Decisions.Enqueue(message);

    public void Detail(string message) { }

    public void Warning(string message) => Warnings.Enqueue(message);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(variable, before);
        folder.Delete(recursive: true);
    }
}
