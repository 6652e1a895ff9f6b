using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Infrastructure;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Targets;

/// <summary>What any target must do, on this machine: it has a history and a lock, and nothing of it can be copied.</summary>
public sealed class HostTargetTests : TargetContract
{
    protected override bool HasContent => false;

    protected override bool HasUnitsOfWork => false;

    protected override Task<Target> CreateAsync() => Task.FromResult(Open());

    protected override Task<Target> OpenAgainAsync(Target target) => Task.FromResult(Open());

    [Fact]
    public async Task A_whole_machine_is_not_backed_up_and_says_so()
    {
        await using var host = Open();
        await Refused.WithAsync("BackupNotSupported", () => host.BackupAsync(WorkFolder("backup"), Silent, Cancel));
    }

    private Target Open() => new HostTarget(new TargetAddress("host", ""), WorkFolder("state"));
}
