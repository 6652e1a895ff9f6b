using PSMigrate.Engine;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Code.Tests;

/// <summary>What the tests of the target share: a tree, and the target over it.</summary>
public abstract class TargetRoom : IDisposable
{
    private protected Tree Tree { get; } = new();

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected static IMigrationObserver Silent => SilentObserver.Instance;

    private protected Target Target => new DirectoryTarget(new TargetAddress("dir", Tree.Root));

    private protected Task<TargetSnapshot> SnapshotAsync(Target? target = null) => (target ?? Target).SnapshotAsync(SnapshotDepth.Checksums, Silent, Cancel);

    private protected async Task<(string Folder, BackupContent Content)> BackupAsync()
    {
        var folder = Tree.Beside($"backup-{Guid.NewGuid():N}");
        return (folder, await Target.BackupAsync(folder, Silent, Cancel));
    }

    public void Dispose()
    {
        Tree.Dispose();
        GC.SuppressFinalize(this);
    }
}
