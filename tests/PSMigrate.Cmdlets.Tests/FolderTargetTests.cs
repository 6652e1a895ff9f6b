namespace PSMigrate.Cmdlets.Tests;

/// <summary>A folder on the whole way of a plan, changed by scripts of PowerShell's own.</summary>
public sealed class FolderTargetTests : CmdletTest
{
    private const string Root = "$root = $Migration.Target.Substring('dir:'.Length)\n";

    public FolderTargetTests()
    {
        Room.Write("site/index.html", "old");
        Room.Write("site/.git/HEAD", "ref: refs/heads/main");
        Room.Write("do.ps1", Root + "[IO.File]::WriteAllText(\"$root/index.html\", 'new'); [IO.File]::WriteAllText(\"$root/made.html\", 'made'); $null = $seen.Add($root)");
        Room.Write("undo.ps1", Root + "[IO.File]::WriteAllText(\"$root/index.html\", 'old'); [IO.File]::Delete(\"$root/made.html\")");
        Room.Write("check.ps1", Root + "[IO.File]::ReadAllText(\"$root/index.html\") -eq 'new'");
        Room.Write("plan.yaml", "target: dir:site\nsteps:\n  - script: { do: ./do.ps1, undo: ./undo.ps1, check: ./check.ps1, rehearse: true }\n");
        Session["seen"] = Seen;
    }

    private List<object> Seen { get; } = [];

    [Fact]
    public void It_is_rehearsed_on_a_copy_backed_up_run_verified_undone_and_restored()
    {
        var plan = Session.One("New-MigrationPlan plan.yaml | Test-MigrationPlan");
        Assert.True(plan.Rehearsal.UndoProved, plan.Rehearsal.Summary);
        Assert.NotEmpty(Seen);
        Assert.DoesNotContain(Room["site"], Seen);
        Assert.Equal("old", File.ReadAllText(Room["site/index.html"]));
        Assert.False(File.Exists(Room["site/made.html"]));

        var results = Session.Do("""
            $plan = New-MigrationPlan plan.yaml | Test-MigrationPlan | Backup-MigrationTarget | Invoke-Migration -Confirm:$false
            $plan | Test-MigrationIntegrity
            """);
        Assert.NotEmpty(results);
        Assert.All(results, result => Assert.True(((dynamic)result.BaseObject).Passed, result.ToString()));
        Assert.Equal("new", File.ReadAllText(Room["site/index.html"]));

        Session.Do("Undo-Migration -Target dir:site -Confirm:$false");
        Assert.Equal("old", File.ReadAllText(Room["site/index.html"]));
        Assert.False(File.Exists(Room["site/made.html"]));

        Room.Write("site/index.html", "spoiled");
        Session.Do("$plan | Restore-MigrationTarget -Confirm:$false");
        Assert.Equal("old", File.ReadAllText(Room["site/index.html"]));
        Assert.Equal("ref: refs/heads/main", File.ReadAllText(Room["site/.git/HEAD"]));
    }

    [Fact]
    public void A_folder_that_changed_after_it_was_planned_is_refused_with_the_files_name()
    {
        Session.Do("$plan = New-MigrationPlan plan.yaml | Test-MigrationPlan");
        Room.Write("site/other.html", "somebody else's");
        var error = Session.Refused("$plan | Invoke-Migration -Confirm:$false");
        Assert.Equal("TargetDrifted,PSMigrate.Cmdlets.InvokeMigrationCommand", error.FullyQualifiedErrorId);
        Assert.Contains("file other.html is new", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_are_completed_after_the_scheme()
    {
        var found = Session.Do("(TabExpansion2 'New-MigrationPlan plan.yaml -Target dir:si').CompletionMatches.CompletionText");
        Assert.Equal(["dir:site/"], found.Select(f => f.ToString()));
    }
}
