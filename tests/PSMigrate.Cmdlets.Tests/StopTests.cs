using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>Ctrl+C is honoured at once and leaves the target as it was before the step that was stopped.</summary>
public sealed class StopTests : CmdletTest
{
    private const string Endless = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 4000000000)\nINSERT INTO customers (name) SELECT 'x' FROM (SELECT count(*) FROM n);";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    [Fact]
    public void A_long_statement_is_stopped_and_leaves_nothing()
    {
        var shop = Room.Shop();
        Session.Do("New-MigrationPlan migrations sqlite:shop.db | Invoke-Migration -Confirm:$false");
        Room.Write("migrations/003_endless.sql", "UPDATE customers SET name = 'half';\n" + Endless);
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");

        Assert.True(StopOnceRunning("$plan | Invoke-Migration -Force -Confirm:$false -Debug -Verbose") < Soon);
        Assert.Equal(2, shop.Count("customers WHERE name <> 'half'"));
        Assert.Equal(2, Session.Do("Get-MigrationHistory sqlite:shop.db").Count);

        Room.Write("migrations/003_endless.sql", "UPDATE customers SET name = 'whole';\n");
        var run = Session.One("New-MigrationPlan migrations sqlite:shop.db | Test-MigrationPlan | Invoke-Migration -Confirm:$false");
        Assert.Equal("Succeeded", run.Run.Outcome.ToString());
    }

    [Fact]
    public void A_rehearsal_is_stopped_and_leaves_no_copy()
    {
        Room.Shop();
        Room.Write("migrations/003_endless.sql", Endless);
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        Assert.True(StopOnceRunning("$plan | Test-MigrationPlan -Debug -Verbose") < Soon);
        Assert.True(!Directory.Exists(Room[".psmigrate/rehearsals"]) || !Directory.EnumerateFileSystemEntries(Room[".psmigrate/rehearsals"]).Any());
    }

    [Fact]
    public void A_check_that_takes_for_ever_is_stopped()
    {
        Room.Shop();
        Room.Write("plan.yaml", "target: sqlite:shop.db\nsteps:\n  - sql: ./migrations\nchecks:\n  - query: WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n\n    expect: 1\n");
        Session.Do("$run = New-MigrationPlan plan.yaml");
        Assert.True(StopOnceRunning("$run | Test-MigrationIntegrity") < Soon);
    }

    [Fact]
    public void A_script_is_stopped_and_what_it_locked_is_free_again()
    {
        var shop = Room.Shop();
        var begun = Room["begun"];
        Room.Write("do.ps1", $"[System.IO.File]::WriteAllText('{begun}', ''); while ($true) {{ [System.Threading.Thread]::Sleep(20) }}");
        Room.Write("undo.ps1", "");
        Room.Write("plan.yaml", "target: sqlite:shop.db\nmaintenance: { flag: ./offline }\nsteps:\n  - sql: ./migrations\n  - script: { do: ./do.ps1, undo: ./undo.ps1 }\n");
        Session.Do("$plan = New-MigrationPlan plan.yaml");
        using (var running = Session.Start("$plan | Invoke-Migration -Force -Confirm:$false"))
        {
            Wait.Until(() => File.Exists(begun));
            Assert.True(running.Stop() < Soon);
            Assert.Equal(PSInvocationState.Stopped, running.State);
        }

        Assert.Equal("customers", shop.Tables);
        Assert.Equal(["001_create_customers", "002_add_email"], Session.Do("(Get-MigrationHistory sqlite:shop.db | & { process { if ($_.IsApplied) { $_ } } }).Step").Select(s => s.ToString()));
        Assert.False(File.Exists(Room["offline"]));
        // Without a check nobody can tell how far the script came; the operator can.
        Assert.StartsWith("RunUnfinished,", Session.Refused("Undo-Migration -Target sqlite:shop.db -Confirm:$false -LockTimeout 0").FullyQualifiedErrorId, StringComparison.Ordinal);
        Session.Do("Undo-Migration -Target sqlite:shop.db -Confirm:$false -LockTimeout 0 -Force");
        Assert.Equal("", shop.Tables);
    }

    [Fact]
    public void Waiting_for_another_runner_is_stopped()
    {
        Room.Shop();
        Room.Write("do.ps1", $"[System.IO.File]::WriteAllText('{Room["begun"]}', ''); while (-not [System.IO.File]::Exists('{Room["go"]}')) {{ [System.Threading.Thread]::Sleep(20) }}");
        Room.Write("undo.ps1", "");
        Room.Write("slow.yaml", "target: sqlite:shop.db\nsteps:\n  - script: { do: ./do.ps1, undo: ./undo.ps1 }\n");
        using var other = new Shell.Session(Room.Folder);
        using var holding = other.Start("New-MigrationPlan slow.yaml | Invoke-Migration -Force -Confirm:$false");
        Wait.Until(() => File.Exists(Room["begun"]));
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        using (var waiting = Session.Start("$plan | Invoke-Migration -Confirm:$false"))
        {
            Thread.Sleep(500);
            Assert.True(waiting.Stop() < Soon);
        }

        Room.Write("go", "");
        Assert.Null(holding.Wait().Terminating?.ToString());
    }

    [Fact]
    public void Waiting_for_another_program_is_stopped()
    {
        var shop = Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        using var other = shop.Open();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();
        Assert.True(StopOnceRunning("$plan | Invoke-Migration -Confirm:$false") < Soon);
    }

    [Fact]
    public void A_warning_that_the_caller_makes_fatal_stops_the_run()
    {
        var shop = Room.Shop();
        Room.Write("plan.yaml", "target: sqlite:shop.db\ndependsOn: [ other ]\nsteps:\n  - sql: ./migrations\n");
        var error = Session.Refused("New-MigrationPlan plan.yaml | Invoke-Migration -Force -Confirm:$false -WarningAction Stop");
        Assert.Contains("depends on 'other'", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", shop.Tables);
    }

    [Fact]
    public void A_pipeline_that_has_all_it_wants_stops_nothing_half_done()
    {
        var shop = Room.Shop();
        Room.Write("more/001_more.sql", "CREATE TABLE more (id INTEGER);");
        var run = Session.One("""
            & { New-MigrationPlan migrations sqlite:shop.db; New-MigrationPlan more sqlite:shop.db } |
                Invoke-Migration -Confirm:$false | & { process { $_; break } }
            """);
        Assert.Equal("Succeeded", run.Run.Outcome.ToString());
        Assert.Equal("customers", shop.Tables);
    }

    private TimeSpan StopOnceRunning(string script)
    {
        using var running = Session.Start(script);
        Thread.Sleep(1500);
        Assert.Equal(PSInvocationState.Running, running.State);
        var taken = running.Stop();
        Assert.Equal(PSInvocationState.Stopped, running.State);
        return taken;
    }
}
