using PSMigrate.Engine;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Infrastructure;

/// <summary><c>host:</c> is this machine.</summary>
public sealed class HostTargetKind : ITargetKind
{
    public string Scheme => "host";

    public TargetAddress Normalize(TargetAddress address, string currentFolder) => address.Connection.Length == 0
        ? address
        : throw new MigrationException("TargetAddressInvalid", ErrorKind.NotSupported, $"'{address}': other machines cannot be reached in this version.")
        {
            Offender = address.ToString(),
            RecommendedAction = "Write 'host:' for this machine.",
        };

    public Target Open(TargetAddress address) => new HostTarget(address, HostTarget.DefaultFolder);
}

/// <summary>
/// This machine, on which scripts act. What scripts change is theirs to know: nothing is snapshotted, and there is nothing to back
/// up or to copy but the history of the steps.
/// </summary>
public sealed class HostTarget(TargetAddress address, string folder) : Target(address)
{
    public static string DefaultFolder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "PSMigrate");

    public override string DisplayName => Environment.MachineName;

    public override IHistory History { get; } = new FileHistory(Path.Combine(folder, "history.jsonl"));

    public override Task OpenAsync(CancellationToken cancel) => Task.CompletedTask;

    public override Task RequireWritableAsync(CancellationToken cancel) => Task.CompletedTask;

    public override async Task<IAsyncDisposable> LockAsync(LockHolder holder, TimeSpan timeout, IMigrationObserver observer, CancellationToken cancel)
    {
        try
        {
            Journal.StateFolder.CreatePrivate(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrationException("LockNotWritable", ErrorKind.Denied, $"The folder {folder}, in which the history of this machine is kept, cannot be made: {e.Message}", e)
            {
                Offender = folder,
                RecommendedAction = "Make it writable for this user.",
            };
        }

        return await FileLock.TakeAsync(Path.Combine(folder, "host.lock"), DisplayName, holder, timeout, observer, cancel).ConfigureAwait(false);
    }

    public override Task<TargetSnapshot> SnapshotAsync(SnapshotDepth depth, IMigrationObserver observer, CancellationToken cancel) =>
        Task.FromResult(new TargetSnapshot(DateTimeOffset.UtcNow, [], []));

    public override Task<IReadOnlyList<ContentFingerprint>> FingerprintAsync(IReadOnlyCollection<string> objects, IMigrationObserver observer, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<ContentFingerprint>>([]);

    public override Task<IReadOnlyList<CheckResult>> SelfCheckAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<CheckResult>>([]);

    public override Task<BackupContent> BackupAsync(string folder, IMigrationObserver observer, CancellationToken cancel) => throw NotBackedUp();

    public override Task RestoreAsync(string folder, BackupContent content, IMigrationObserver observer, CancellationToken cancel) => throw NotBackedUp();

    public override Task<Target> RestoreCopyAsync(string folder, BackupContent content, string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        throw NotBackedUp();

    /// <summary>A history of its own; steps that would act on the machine are not rehearsed.</summary>
    public override Task<Target> CreateCopyAsync(string workFolder, IMigrationObserver observer, CancellationToken cancel) =>
        Task.FromResult<Target>(new HostTarget(Address, workFolder));

    public override Task<IUnitOfWork?> BeginAsync(string settings, CancellationToken cancel) => Task.FromResult<IUnitOfWork?>(null);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MigrationException NotBackedUp() =>
        new("BackupNotSupported", ErrorKind.NotSupported, $"The machine {DisplayName} as a whole cannot be backed up.")
        {
            Offender = Address.ToString(),
            RecommendedAction = "Back up what the scripts change in the scripts themselves, and give each an undo.",
        };
}
