using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Core.Tests.Journal;

public sealed class StateFolderTests : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder folder = new();
    private readonly StateFolder state;

    public StateFolderTests() => state = new StateFolder(folder.File("state"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Nothing_is_made_by_asking()
    {
        Assert.Empty(state.Runs());
        Assert.Empty(state.EvidenceFor("00ff"));
        Assert.False(Directory.Exists(state.Path));
    }

    [Fact]
    public void Only_the_owner_can_read_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("There are no such modes on Windows.");
            return;
        }

        foreach (var evidence in SamplePlans.Of("x").Evidence)
        {
            state.Keep(evidence);
        }

        using (RunJournal.Begin(state, SamplePlans.Of("x"), "forward", ["sqlite:a.db"], FakeKinds.Services))
        {
        }

        var folders = Directory.GetDirectories(state.Path, "*", SearchOption.AllDirectories).Append(state.Path).ToList();
        var files = Directory.GetFiles(state.Path, "*", SearchOption.AllDirectories);
        Assert.True(folders.Count >= 3 && files.Length >= 3);
        foreach (var path in folders)
        {
            Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        }

        foreach (var path in files)
        {
            Assert.Equal(OwnerFile, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void Evidence_comes_back_for_its_hash_only()
    {
        var plan = SamplePlans.Of("a\nb | ü");
        foreach (var evidence in plan.Evidence)
        {
            state.Keep(evidence);
        }

        var kept = plan with { Evidence = state.EvidenceFor(plan.Hash) };
        Assert.Equal(plan with { Evidence = [.. plan.Evidence.Where(e => e.PlanHash == plan.Hash)] }, kept);
        Assert.IsType<IntegrityEvidence>(Assert.Single(state.EvidenceFor("other")));
    }

    [Fact]
    public void A_torn_last_line_is_no_evidence()
    {
        var plan = SamplePlans.Of("x");
        state.Keep(plan.Rehearsal!);
        state.Keep(plan.Approval!);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(state.Path, "evidence")));
        var whole = File.ReadAllText(file);
        File.WriteAllText(file, whole[..^20]);
        Assert.IsType<RehearsalEvidence>(Assert.Single(state.EvidenceFor(plan.Hash)));
    }

    [Fact]
    public void Evidence_kept_after_a_torn_line_is_found()
    {
        var plan = SamplePlans.Of("x");
        state.Keep(plan.Rehearsal!);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(state.Path, "evidence")));
        File.WriteAllText(file, File.ReadAllText(file)[..^20]);
        state.Keep(plan.Approval!);
        Assert.IsType<ApprovalEvidence>(Assert.Single(state.EvidenceFor(plan.Hash)));
    }

    [Fact]
    public void Runs_come_oldest_first()
    {
        foreach (var id in new[] { "20261122T103000Z-ff", "20251122T103000Z-aa", "20261122T103001Z-00" })
        {
            state.Create("runs", id);
        }

        Assert.Equal(["20251122T103000Z-aa", "20261122T103000Z-ff", "20261122T103001Z-00"], state.Runs().Select(Path.GetFileName));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_said()
    {
        folder.Write("file", "x");
        var error = Assert.Throws<MigrationException>(() => new StateFolder(folder.File("file")).Create("runs", "x"));
        Assert.Equal("StateNotWritable", error.ErrorId);
    }
}
