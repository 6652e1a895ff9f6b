using System.Management.Automation;
using PSMigrate.Cmdlets.Tests.Rooms;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>Old backups and what is in quarantine go when somebody asks, and what is needed stays and says for whom.</summary>
public sealed class RetentionTests : CmdletTest
{
    private const string Cmdlet = "PSMigrate.Cmdlets.RemoveMigrationBackupCommand";

    private readonly Database shop;

    public RetentionTests()
    {
        shop = Room.Database("shop.db", "CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO orders (note) VALUES ('one'), ('two')");
        Room.Write("migrations/001_delete.sql", "DELETE FROM orders WHERE id = 1;\n");
    }

    private IEnumerable<string> Backups => Directory.Exists(Room[".psmigrate/backups"]) ? Directory.GetDirectories(Room[".psmigrate/backups"]).Order(StringComparer.Ordinal) : [];

    [Theory]
    [InlineData("-Target sqlite:shop.db -KeepLast 1")]
    [InlineData("-Target sqlite:shop.db -OlderThan 0")]
    [InlineData("-Target sqlite:shop.db -OlderThan 0 -KeepLast 1 -StatePath .psmigrate")]
    [InlineData("-Target 'sqlite:Data Source=shop.db' -KeepLast 0")]
    [InlineData("-Plan (New-MigrationPlan migrations sqlite:shop.db) -KeepLast 1")]
    public void By_target_or_plan_the_old_go_and_the_last_stays(string arguments)
    {
        Session.Do("foreach ($i in 1..3) { $null = Backup-MigrationTarget sqlite:shop.db }");
        var last = Backups.Last();

        var items = Session.Do($"Remove-MigrationBackup {arguments} -Confirm:$false").Select(o => (dynamic)o.BaseObject).ToList();

        Assert.Equal([true, true, false], items.Select(i => (bool)i.Removed));
        Assert.All(items, i => Assert.Equal("Backup", i.Kind.ToString()));
        Assert.All(items, i => Assert.NotEqual("", (string)i.Reason));
        Assert.Equal([last], Backups);
    }

    [Fact]
    public void By_the_plans_own_policy()
    {
        Room.Write("plan.yaml", "target: sqlite:shop.db\nretention: { keepLast: 2 }\nsteps:\n  - sql: ./migrations\n");
        Session.Do("foreach ($i in 1..3) { $null = Backup-MigrationTarget sqlite:shop.db }; $null = New-MigrationPlan plan.yaml | Remove-MigrationBackup -Confirm:$false");
        Assert.Equal(2, Backups.Count());
        Session.Do("$null = New-MigrationPlan plan.yaml | Remove-MigrationBackup -KeepLast 1 -Confirm:$false");
        Assert.Single(Backups);
        Session.Do("$null = New-MigrationPlan plan.yaml | Export-MigrationPlan plan.json; $null = Backup-MigrationTarget sqlite:shop.db; $null = Backup-MigrationTarget sqlite:shop.db; $null = Get-MigrationPlan plan.json | Remove-MigrationBackup -Confirm:$false");
        Assert.Equal(2, Backups.Count());
    }

    [Theory]
    [InlineData("Remove-MigrationBackup -Target sqlite:shop.db")]
    [InlineData("Remove-MigrationBackup -Target sqlite:shop.db -IncludeQuarantine -Force")]
    [InlineData("New-MigrationPlan migrations sqlite:shop.db | Remove-MigrationBackup")]
    public void Who_does_not_say_what_may_go_is_asked_to(string script)
    {
        var error = Session.Refused(script);
        Assert.Equal($"RetentionMissing,{Cmdlet}", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Contains("-KeepLast", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$backup | Remove-MigrationBackup")]
    [InlineData("Remove-MigrationBackup $backup.Path")]
    [InlineData("Remove-MigrationBackup -LiteralPath $backup.Path -StatePath .psmigrate")]
    public void What_is_named_goes_and_does_not_keep_the_rest_where_it_does_not_exist(string script)
    {
        Session.Do("$backup = Backup-MigrationTarget sqlite:shop.db; $last = Backup-MigrationTarget sqlite:shop.db");
        Assert.True(Session.One(script + " -Confirm:$false").Removed);
        Assert.Single(Backups);
        Session.Do("$backup = Backup-MigrationTarget sqlite:shop.db");
        var outcome = Session.Run("Remove-MigrationBackup missing, migrations, $last.Path -Confirm:$false");
        Assert.Equal([$"BackupNotFound,{Cmdlet}", $"BackupNotFound,{Cmdlet}"], outcome.Errors.Select(e => e.FullyQualifiedErrorId));
        Assert.Single(outcome.Output);
        Assert.Single(Backups);
        Assert.True(Directory.Exists(Room["migrations"]));
    }

    [Fact]
    public void What_is_named_and_needed_is_an_error_that_names_the_run()
    {
        Session.Do("$run = New-MigrationPlan migrations sqlite:shop.db | Backup-MigrationTarget | Approve-MigrationPlan | Invoke-Migration -Confirm:$false; $last = Backup-MigrationTarget sqlite:shop.db");
        var folder = Backups.First();

        var error = Session.Complains($"Remove-MigrationBackup '{folder}' -Confirm:$false");

        Assert.Equal($"BackupNeeded,{Cmdlet}", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidOperation, error.CategoryInfo.Category);
        Assert.Equal(folder, error.TargetObject);
        Assert.Contains((string)Session.One("$run.Run.RunId"), error.ToString(), StringComparison.Ordinal);
        Assert.Contains("-Force", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(2, Backups.Count());
        Assert.True(Session.One($"Remove-MigrationBackup '{folder}' -Force -Confirm:$false").Removed);
        Assert.Contains("last good", Session.Complains("$last | Remove-MigrationBackup -Confirm:$false").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_history_lists_can_be_removed_from_the_quarantine()
    {
        Session.Do("$run = New-MigrationPlan migrations sqlite:shop.db | Approve-MigrationPlan | Invoke-Migration -Confirm:$false");
        shop.Run("CREATE TABLE psmigrate_saved_20261122T161752123Z_a1b2c3_1 (x); INSERT INTO psmigrate_saved_20261122T161752123Z_a1b2c3_1 VALUES (1)");
        var entry = Session.One("Get-MigrationHistory sqlite:shop.db");
        Assert.Equal((true, 1L), ((bool)entry.CanUndo, (long)entry.QuarantinedRows));

        var outcome = Session.Run("$run | Get-MigrationHistory -Quarantine | Remove-MigrationBackup -Confirm:$false");

        Assert.Equal($"CaptureNeeded,{Cmdlet}", Assert.Single(outcome.Errors).FullyQualifiedErrorId);
        Assert.Contains((string)Session.One("$run.Run.RunId"), outcome.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("SavedRows", outcome.Single.Kind.ToString());
        Assert.Equal("001_delete", Session.One("Get-MigrationHistory sqlite:shop.db -Quarantine").Step);

        Assert.True(Session.One("Get-MigrationHistory sqlite:shop.db -Quarantine | Remove-MigrationBackup -Force -Confirm:$false").Removed);
        Assert.False(Session.One("Get-MigrationHistory sqlite:shop.db").CanUndo);
        Assert.StartsWith("CaptureRemoved,", Session.Refused("Undo-Migration -Target sqlite:shop.db -Confirm:$false").FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(1, shop.Count("orders"));
    }

    [Fact]
    public void A_person_is_asked_for_each_and_a_no_keeps_it()
    {
        Session.Do("foreach ($i in 1..2) { $null = Backup-MigrationTarget sqlite:shop.db }");
        var before = Room.Content();
        Session.UI.Answer = "No";
        Assert.All(Session.Do("Remove-MigrationBackup -Target sqlite:shop.db -KeepLast 0"), o => Assert.False(((dynamic)o.BaseObject).Removed));
        var question = Assert.Single(Session.UI.Questions);
        Assert.Contains("Remove the backup", question, StringComparison.Ordinal);
        Assert.Contains(Backups.First(), question, StringComparison.Ordinal);
        Assert.Equal(before, Room.Content());

        Session.UI.Answer = "Yes";
        Session.Do("Remove-MigrationBackup -Target sqlite:shop.db -KeepLast 0");
        Assert.Single(Backups);
    }

    [Fact]
    public void What_would_go_is_put_out_under_WhatIf()
    {
        Session.Do("foreach ($i in 1..2) { $null = Backup-MigrationTarget sqlite:shop.db }");
        var items = Session.Do("Remove-MigrationBackup -Target sqlite:shop.db -KeepLast 0 -WhatIf").Select(o => (dynamic)o.BaseObject).ToList();
        Assert.Equal(["Removable", "Needed"], items.Select(i => (string)i.Verdict.ToString()));
        Assert.Contains("Remove the backup", Session.UI.Screen, StringComparison.Ordinal);
        Assert.Equal(2, Backups.Count());
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData("'30'", 30)]
    [InlineData("0.5", 0.5)]
    [InlineData("30d", 30)]
    [InlineData("'12h'", 0.5)]
    [InlineData("12h", 0.5)]
    [InlineData("43200s", 0.5)]
    [InlineData("([timespan]::FromHours(36))", 1.5)]
    [InlineData("'1.12:00:00'", 1.5)]
    public void An_age_is_in_days_unless_it_says_otherwise(string age, double days)
    {
        // The backup seems to be older than what is asked for, or younger, by an hour.
        Session.Do("foreach ($i in 1..2) { $null = Backup-MigrationTarget sqlite:shop.db }");
        var (old, manifest) = (Backups.First(), Path.Combine(Backups.First(), "manifest.json"));
        foreach (var (hours, goes) in new[] { (-1, false), (1, true) })
        {
            var text = File.ReadAllText(manifest);
            var at = DateTimeOffset.UtcNow - TimeSpan.FromDays(days) - TimeSpan.FromHours(hours);
            File.WriteAllText(manifest, System.Text.RegularExpressions.Regex.Replace(text, "(?m)^  \"at\": \"[^\"]+\"", $"  \"at\": \"{at:yyyy-MM-ddTHH:mm:ss.fffzzz}\""));
            Session.Do($"Remove-MigrationBackup -Target sqlite:shop.db -OlderThan {age} -Confirm:$false");
            Assert.Equal(goes, !Directory.Exists(old));
        }
    }

    [Theory]
    [InlineData("-KeepLast -1")]
    [InlineData("-OlderThan -1")]
    [InlineData("-OlderThan soon")]
    [InlineData("-OlderThan 999999")]
    [InlineData("-OlderThan $null")]
    public void What_is_no_number_or_age_is_refused(string arguments)
    {
        Session.Do("foreach ($i in 1..2) { $null = Backup-MigrationTarget sqlite:shop.db }");
        Assert.NotNull(Session.Run($"Remove-MigrationBackup -Target sqlite:shop.db {arguments} -Confirm:$false").Terminating);
        Assert.Equal(2, Backups.Count());
    }

    [Fact]
    public void A_target_that_is_held_keeps_its_backups()
    {
        Session.Do("foreach ($i in 1..2) { $null = Backup-MigrationTarget sqlite:shop.db }");
        using (new FileStream(Room["shop.db-psmigrate.lock"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            var outcome = Session.Run("Remove-MigrationBackup -Target sqlite:shop.db -KeepLast 0 -LockTimeout 0 -Confirm:$false");
            Assert.StartsWith("TargetLocked,", Assert.Single(outcome.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        }

        Assert.Equal(2, Backups.Count());
    }

    [Fact]
    public void A_folders_backups_go_too()
    {
        Room.Write("src/a.txt", "a");
        Session.Do("foreach ($i in 1..2) { $null = Backup-MigrationTarget dir:src }; $null = Remove-MigrationBackup -Target dir:src -KeepLast 1 -IncludeQuarantine -Confirm:$false");
        Assert.Single(Backups);
        Assert.Empty(Session.Do("Get-MigrationHistory dir:src -Quarantine"));
    }

    [Theory]
    [InlineData("Remove-MigrationBackup -Target sqlite:shop.db -KeepLast 1 -IncludeQuarantine -WhatIf", "Removed", "Reason", "needed by run", "Capture")]
    [InlineData("Get-MigrationHistory sqlite:shop.db -Quarantine", "Kind", "Capture", "001_delete", "yes", "psmigrate_capture_")]
    [InlineData("Get-MigrationHistory sqlite:shop.db", "Rows kept", "possible")]
    public void What_is_put_out_can_be_read(string script, params string[] words)
    {
        Session.Do("$null = New-MigrationPlan migrations sqlite:shop.db | Backup-MigrationTarget | Approve-MigrationPlan | Invoke-Migration -Confirm:$false; foreach ($i in 1..2) { $null = Backup-MigrationTarget sqlite:shop.db }");
        Session.Do("try { $PSStyle.OutputRendering = 'PlainText' } catch { }");
        Session.Do($"{script} | Out-Default");
        Assert.All(words, word => Assert.Contains(word, Session.UI.Screen, StringComparison.Ordinal));
        Assert.DoesNotContain("System.Collections", Session.UI.Screen, StringComparison.Ordinal);
    }
}
