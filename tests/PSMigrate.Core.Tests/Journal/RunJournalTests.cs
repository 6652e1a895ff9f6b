using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Core.Tests.Journal;

public sealed class RunJournalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Gives_back_what_was_written()
    {
        var records = RunJournal.Read(Write());
        Assert.Equal(
            [JournalAct.Begin, JournalAct.Intent, JournalAct.Done, JournalAct.Intent, JournalAct.Failed, JournalAct.RolledBack, JournalAct.Undone, JournalAct.End],
            records.Select(r => r.Act));
        Assert.Equal("forward", records[0].Direction);
        Assert.Equal(["a", "b\nc"], records[1].Steps);
        Assert.Equal("line 1\nline 2", records[4].Error);
        Assert.Equal("stopped", records[^1].Outcome);
    }

    [Fact]
    public void The_frozen_plan_is_kept_with_it()
    {
        var plan = SamplePlans.Of("x");
        using var journal = RunJournal.Begin(new StateFolder(folder.File("state")), plan, "forward", ["sqlite:a.db"], FakeKinds.Services);
        Assert.Equal(plan, PlanDocument.Read(File.ReadAllText(Path.Combine(journal.Folder, "plan.json")), journal.Folder, "it"));
    }

    [Fact]
    public void A_torn_last_line_is_passed_over_wherever_it_was_torn()
    {
        var run = Write();
        var whole = File.ReadAllBytes(RunJournal.FileIn(run));
        var records = RunJournal.Read(run).Count;
        for (var length = whole.Length - 1; length >= 0; length--)
        {
            File.WriteAllBytes(RunJournal.FileIn(run), whole[..length]);
            var complete = whole[..length].Count(b => b == '\n');
            // A line that lacks only its line feed is whole.
            Assert.InRange(RunJournal.Read(run).Count, complete, Math.Min(complete + 1, records));
        }
    }

    [Fact]
    public void A_damaged_line_in_the_middle_is_an_error_with_its_place()
    {
        var run = Write();
        var lines = File.ReadAllLines(RunJournal.FileIn(run));
        lines[2] = lines[2][..10];
        File.WriteAllLines(RunJournal.FileIn(run), lines);
        var error = Assert.Throws<MigrationException>(() => RunJournal.Read(run));
        Assert.Equal("JournalDamaged", error.ErrorId);
        Assert.Equal(3, error.Place!.Line);
    }

    [Fact]
    public void No_journal_has_no_records() => Assert.Empty(RunJournal.Read(folder.Path));

    private string Write()
    {
        using var journal = RunJournal.Begin(new StateFolder(folder.File("state")), null, "forward", ["sqlite:a.db"], FakeKinds.Services);
        journal.Intent(["a", "b\nc"], flush: true);
        journal.Done(["a", "b\nc"], flush: true);
        journal.Intent(["ü"], flush: false);
        journal.Failed("ü", "line 1\nline 2");
        journal.RolledBack(["ü"], "x");
        journal.Undone(["a"], flush: true);
        journal.End("stopped");
        return journal.Folder;
    }
}
