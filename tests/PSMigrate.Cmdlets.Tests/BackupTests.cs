using System.Management.Automation;
using PSMigrate.Cmdlets.Tests.Rooms;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>Backups are made, proved and put back.</summary>
public sealed class BackupTests : CmdletTest
{
    private readonly Database shop;

    public BackupTests()
    {
        shop = Room.Shop();
        shop.Run("CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO orders (note) VALUES ('one'), ('two')");
    }

    [Fact]
    public void A_backup_is_restored_by_plan()
    {
        Session.Do("$run = New-MigrationPlan migrations sqlite:shop.db | Backup-MigrationTarget | Invoke-Migration -Confirm:$false");
        shop.Run("DELETE FROM orders");
        var backup = Session.One("$run | Restore-MigrationTarget -Confirm:$false");
        Assert.Equal(2, backup.Rows);
        Assert.Equal("orders", shop.Tables);
        Assert.Equal(2, shop.Count("orders"));
    }

    [Theory]
    [InlineData("$backup | Restore-MigrationTarget")]
    [InlineData("Restore-MigrationTarget $backup.Path")]
    [InlineData("Restore-MigrationTarget -Backup $backup")]
    public void A_backup_is_restored_by_itself_or_by_its_folder(string script)
    {
        Session.Do("$backup = Backup-MigrationTarget sqlite:shop.db -StatePath kept");
        Assert.StartsWith(Room["kept"], Session.One("$backup.Path"), StringComparison.Ordinal);
        Assert.True(Session.One("$backup.RestoreTested"));
        shop.Run("DROP TABLE orders");
        Session.Do(script + " -Confirm:$false");
        Assert.Equal(2, shop.Count("orders"));
    }

    [Fact]
    public void A_backup_is_restored_over_another_target_or_one_that_is_gone()
    {
        Session.Do("$backup = Backup-MigrationTarget sqlite:shop.db; $null = $backup | Restore-MigrationTarget -Target sqlite:copy.db -Confirm:$false");
        Assert.Equal(2, new Database(Room["copy.db"]).Count("orders"));
        File.Delete(shop.Path);
        Session.Do("$null = $backup | Restore-MigrationTarget -Confirm:$false");
        Assert.Equal(2, shop.Count("orders"));
    }

    [Fact]
    public void A_backup_that_was_altered_is_not_restored()
    {
        Session.Do("$backup = Backup-MigrationTarget sqlite:shop.db");
        var file = Directory.EnumerateFiles((string)Session.One("$backup.Path")).Single(path => !path.EndsWith("manifest.json", StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        var before = Room.Content();
        var error = Session.Refused("$backup | Restore-MigrationTarget -Confirm:$false");
        Assert.Equal("BackupAltered,PSMigrate.Cmdlets.RestoreMigrationTargetCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Equal(file, error.TargetObject);
        Assert.Equal(before, Room.Content());
    }

    [Theory]
    [InlineData("Restore-MigrationTarget missing", "BackupNotFound")]
    [InlineData("Restore-MigrationTarget migrations", "BackupNotFound")]
    [InlineData("New-MigrationPlan migrations sqlite:shop.db | Restore-MigrationTarget", "BackupNotFound")]
    [InlineData("Restore-MigrationTarget broken", "BackupManifestInvalid")]
    public void What_is_no_backup_is_not_restored(string script, string errorId)
    {
        Room.Write("broken/manifest.json", "{ \"half");
        var error = Session.Refused(script + " -Confirm:$false");
        Assert.Equal($"{errorId},PSMigrate.Cmdlets.RestoreMigrationTargetCommand", error.FullyQualifiedErrorId);
        Assert.NotNull(error.TargetObject);
        Assert.NotEqual("", error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Several_targets_of_a_plan_are_all_backed_up()
    {
        Room.Database("archive.db", "CREATE TABLE old (id INTEGER)");
        Room.Write("archive/001_older.sql", "CREATE TABLE older (id INTEGER);");
        Room.Write("plan.yaml", "target: sqlite:shop.db\ntargets: { archive: 'sqlite:archive.db' }\nsteps:\n  - sql: ./migrations\n  - { sql: ./archive, target: archive }\n");
        Session.Do("$run = New-MigrationPlan plan.yaml | Backup-MigrationTarget | Invoke-Migration -Confirm:$false");
        Assert.Equal(2, Session.Do("$run | Restore-MigrationTarget -Confirm:$false").Count);
        Assert.Equal("orders", shop.Tables);
        Assert.Equal("old", new Database(Room["archive.db"]).Tables);
    }
}
