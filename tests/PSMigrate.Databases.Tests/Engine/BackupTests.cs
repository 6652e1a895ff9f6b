using System.Globalization;
using PSMigrate.Backups;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Backups of databases in use, and what becomes of the target when they are restored.</summary>
public sealed class BackupTests
{
    private const string Bank = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, filler BLOB); INSERT INTO accounts WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) SELECT i, 100, zeroblob(700) FROM n;";

    [Theory]
    [InlineData("DELETE")]
    [InlineData("WAL")]
    public async Task A_backup_taken_while_others_write_is_of_one_moment(string journal)
    {
        using var folder = new MigrationFolder(Bank);
        folder.Sql($"PRAGMA journal_mode = {journal}");
        using var stop = new CancellationTokenSource();
        var transfers = 0;
        var writer = Task.Run(() =>
        {
            using var connection = folder.Open();
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
            {
                MigrationFolder.Run(connection, string.Create(CultureInfo.InvariantCulture,
                    $"BEGIN IMMEDIATE; UPDATE accounts SET balance = balance - 1 WHERE id = {random.Next(1, 4001)}; UPDATE accounts SET balance = balance + 1 WHERE id = {random.Next(1, 4001)}; COMMIT"));
                transfers++;
                Thread.Sleep(2);
            }
        }, MigrationFolder.Cancel);
        Backup backup;
        try
        {
            Assert.True(SpinWait.SpinUntil(() => transfers > 2, TimeSpan.FromSeconds(20)));
            backup = await folder.BackupAsync();
        }
        finally
        {
            await stop.CancelAsync();
            await writer;
        }

        Assert.True(backup.RestoreTested);
        Assert.Equal(4000, backup.Rows);
        using var restored = new MigrationFolder();
        await using (var target = await restored.OpenTargetAsync())
        {
            await new BackupKeeper(restored.NewServices(), SilentObserver.Instance).RestoreAsync(backup, target, TimeSpan.FromSeconds(5), MigrationFolder.Cancel);
        }

        Assert.Equal(400_000L, restored.Value("SELECT sum(balance) FROM accounts"));
        Assert.Equal("ok", restored.Value("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_restore_gives_back_everything_and_removes_what_came_later()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (x); INSERT INTO t VALUES (1), (NULL), (x'00'); CREATE VIEW v AS SELECT x FROM t; PRAGMA user_version = 7;");
        folder.Script("change.sql", "DROP TABLE t");
        var before = folder.Image();
        var backup = await folder.BackupAsync();
        await folder.MigrateAsync();
        folder.Sql("CREATE TABLE later (x); PRAGMA user_version = 8");

        await RestoreAsync(folder, backup);

        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(await folder.HistoryAsync());
        await folder.MigrateAsync();
    }

    [Fact]
    public async Task A_missing_database_is_restored_to_its_place()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (x); INSERT INTO t VALUES (1);");
        var before = folder.Image();
        var backup = await folder.BackupAsync();
        File.Delete(folder.Database);

        await RestoreAsync(folder, backup);

        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Theory]
    [InlineData("database.sqlite")]
    [InlineData(BackupManifest.FileName)]
    public async Task An_altered_backup_is_refused_and_the_target_is_left_alone(string file)
    {
        using var folder = new MigrationFolder("CREATE TABLE t (x); INSERT INTO t VALUES (1);");
        var backup = await folder.BackupAsync();
        var path = Path.Combine(backup.Path, file);
        var bytes = await File.ReadAllBytesAsync(path, MigrationFolder.Cancel);
        if (file == BackupManifest.FileName)
        {
            var text = System.Text.Encoding.UTF8.GetString(bytes);
            await File.WriteAllTextAsync(path, text.Replace("\"rows\": 1", "\"rows\": 2", StringComparison.Ordinal), MigrationFolder.Cancel);
            Assert.NotEqual(text, await File.ReadAllTextAsync(path, MigrationFolder.Cancel));
        }
        else
        {
            bytes[^10] ^= 1;
            await File.WriteAllBytesAsync(path, bytes, MigrationFolder.Cancel);
        }

        folder.Sql("INSERT INTO t VALUES (2)");
        var before = folder.Image();

        var error = await Assert.ThrowsAsync<MigrationException>(() => RestoreAsync(folder, Backup.Read(backup.Path)));

        Assert.Contains(error.ErrorId, new[] { "BackupAltered", "RestoreDiffers" });
        if (error.ErrorId == "BackupAltered")
        {
            Assert.Equal("", before.DifferenceTo(folder.Image()));
        }
    }

    [Fact]
    public async Task A_backup_that_misses_a_file_or_its_manifest_is_refused()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (x);");
        var backup = await folder.BackupAsync();
        File.Delete(Path.Combine(backup.Path, "database.sqlite"));

        await Refused.WithAsync("BackupAltered", () => RestoreAsync(folder, backup));
        File.Delete(Path.Combine(backup.Path, BackupManifest.FileName));
        Refused.With("BackupNotFound", () => Backup.Read(backup.Path));
        await File.WriteAllTextAsync(Path.Combine(backup.Path, BackupManifest.FileName), "{ \"id\": ", MigrationFolder.Cancel);
        Refused.With("BackupManifestInvalid", () => Backup.Read(backup.Path));
    }

    [Fact]
    public async Task Only_the_owner_can_read_a_backup()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (x);");
        var backup = await folder.BackupAsync();
        Assert.False(Directory.Exists(Path.Combine(folder.State.Path, "restore-tests", backup.Id)));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var path in Directory.GetFiles(backup.Path).Append(backup.Path))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }
    }

    private static async Task RestoreAsync(MigrationFolder folder, Backup backup)
    {
        await BackupKeeper.RequireUnalteredAsync(backup, MigrationFolder.Cancel);
        var address = TargetAddress.Parse(backup.Target);
        await using var target = folder.NewServices().Catalog.Target(address.Scheme).Open(address);
        await target.OpenForRestoreAsync(MigrationFolder.Cancel);
        await new BackupKeeper(folder.NewServices(), SilentObserver.Instance).RestoreAsync(backup, target, TimeSpan.FromSeconds(5), MigrationFolder.Cancel);
    }
}
