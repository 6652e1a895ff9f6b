namespace PSMigrate.Cmdlets.Tests;

/// <summary>A run whose process died in the middle of a script step: nobody goes on without being told.</summary>
public sealed class UnfinishedRunTests : CmdletTest
{
    private const string Plan = "New-MigrationPlan plan.yaml | Approve-MigrationPlan | Invoke-Migration -Confirm:$false";

    private readonly List<object> said = [];

    public UnfinishedRunTests()
    {
        Room.Database();
        Session["said"] = said;
        Room.Write("do.ps1", "$null = $said.Add('done')");
        Room.Write("undo.ps1", "$null = $said.Add('undone')");
        Room.Write("check.ps1", "$said.Contains('done')");
    }

    [Fact]
    public void It_is_refused_and_the_step_in_doubt_is_named()
    {
        Die("do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1");
        var error = Session.Refused(Plan);
        Assert.Equal("RunUnfinished,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains("In doubt: do", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("-Resume", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(said);
    }

    [Fact]
    public void With_resume_the_check_decides()
    {
        Die("do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1");
        Session.Do(Plan + " -Resume");
        Assert.Single(said);
        Assert.Single(Session.Do("Get-MigrationHistory sqlite:shop.db"));
    }

    [Fact]
    public void What_the_check_has_found_done_can_be_undone()
    {
        Room.Write("undo.ps1", "$said.Clear()");
        Die("do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1");
        Session.Do(Plan + " -Resume");
        Session.Do("Undo-Migration -Target sqlite:shop.db -Confirm:$false");
        Assert.Empty(said);
    }

    [Fact]
    public void With_resume_what_was_not_done_is_done()
    {
        Die("do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1");
        said.Clear();
        Session.Do(Plan + " -Resume");
        Assert.Equal(["done"], said);
    }

    [Fact]
    public void Without_a_check_nobody_guesses()
    {
        Die("do: ./do.ps1, undo: ./undo.ps1");
        Assert.StartsWith("RunUnfinished,", Session.Refused(Plan + " -Resume").FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Single(said);
    }

    [Fact]
    public void It_is_noticed_however_the_target_is_written()
    {
        Die("do: ./do.ps1, undo: ./undo.ps1");
        Room.Write("plan.yaml", File.ReadAllText(Room["plan.yaml"]).Replace("sqlite:shop.db", "sqlite:Data Source=shop.db", StringComparison.Ordinal));
        Assert.StartsWith("RunUnfinished,", Session.Refused(Plan).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_was_stopped_is_in_doubt_too()
    {
        Room.Write("do.ps1", $"$null = $said.Add('begun'); [System.IO.File]::WriteAllText('{Room["begun"]}', ''); while (-not [System.IO.File]::Exists('{Room["go"]}')) {{ [System.Threading.Thread]::Sleep(20) }}");
        Room.Write("plan.yaml", "target: sqlite:shop.db\nsteps:\n  - script: { do: ./do.ps1, undo: ./undo.ps1 }\n");
        using (var running = Session.Start(Plan))
        {
            Wait.Until(() => File.Exists(Room["begun"]));
            running.Stop();
        }

        Room.Write("go", "");
        Assert.StartsWith("RunUnfinished,", Session.Refused(Plan).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(["begun"], said);
    }

    /// <summary>Leaves what a process leaves that dies after the script and before the record of it.</summary>
    private void Die(string scripts)
    {
        Room.Write("plan.yaml", $"target: sqlite:shop.db\nsteps:\n  - script: {{ {scripts} }}\n");
        Session.Do(Plan);
        var journal = Directory.EnumerateFiles(Room[".psmigrate/runs"], "journal.jsonl", SearchOption.AllDirectories).Single();
        File.WriteAllLines(journal, File.ReadAllLines(journal).TakeWhile(line => !line.Contains("\"done\"", StringComparison.Ordinal)));
        new Rooms.Database(Room["shop.db"]).Run("DELETE FROM psmigrate_history");
        foreach (var evidence in Directory.EnumerateFiles(Room[".psmigrate/evidence"]))
        {
            File.Delete(evidence);
        }
    }
}
