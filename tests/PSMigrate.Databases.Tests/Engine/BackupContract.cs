using System.Globalization;
using PSMigrate.Backups;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Backups of databases in use, and what becomes of the target when they are restored: on any engine.</summary>
public abstract class BackupContract : EngineContract
{
    private const int Accounts = 1024;

    /// <summary>1024 accounts, made by doubling, as engines differ in how they count.</summary>
    private static readonly string Bank = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, filler VARCHAR(700)); "
        + $"INSERT INTO accounts VALUES (1, 100, '{new string('x', 700)}'); "
        + string.Concat(Enumerable.Range(0, 10).Select(i => $"INSERT INTO accounts SELECT id + {1 << i}, balance, filler FROM accounts; "));

    [Fact]
    public Task A_backup_taken_while_others_write_is_of_one_moment() => RequireOneMomentAsync("");

    /// <param name="mode">What is set up before.</param>
    private protected async Task RequireOneMomentAsync(string mode)
    {
        using var folder = NewFolder(Bank + mode);
        using var stop = new CancellationTokenSource();
        var transfers = 0;
        var writer = Task.Run(() =>
        {
            using var connection = folder.Connect();
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
            {
                MigrationFolder.Run(connection, string.Create(CultureInfo.InvariantCulture,
                    $"{BeginWriting}; UPDATE accounts SET balance = balance - 1 WHERE id = {random.Next(1, Accounts + 1)}; UPDATE accounts SET balance = balance + 1 WHERE id = {random.Next(1, Accounts + 1)}; COMMIT"));
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
        Assert.Equal(Accounts, backup.Rows);
        using var restored = NewFolder();
        await using (var target = await restored.OpenTargetAsync())
        {
            await new BackupKeeper(restored.NewServices(), SilentObserver.Instance).RestoreAsync(backup, target, TimeSpan.FromSeconds(5), MigrationFolder.Cancel);
        }

        Assert.Equal(100L * Accounts, Convert.ToInt64(restored.Value("SELECT sum(balance) FROM accounts"), CultureInfo.InvariantCulture));
        await using var checkedTarget = await restored.OpenTargetAsync();
        Assert.All(await checkedTarget.SelfCheckAsync(MigrationFolder.Cancel), check => Assert.True(check.Passed, check.ToString()));
    }

    [Fact]
    public async Task A_restore_gives_back_everything_and_removes_what_came_later()
    {
        using var folder = NewFolder("CREATE TABLE t (x INTEGER, y VARCHAR(50)); INSERT INTO t VALUES (1, 'a'), (NULL, NULL), (1, ''); CREATE VIEW v AS SELECT x FROM t;");
        folder.Script("change.sql", "DROP VIEW v; DROP TABLE t");
        var before = folder.Image();
        var backup = await folder.BackupAsync();
        await folder.MigrateAsync();
        folder.Sql("CREATE TABLE later (x INTEGER)");

        await RestoreAsync(folder, backup);

        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(await folder.HistoryAsync());
        await folder.MigrateAsync();
    }

    [Fact]
    public async Task A_missing_database_is_restored_to_its_place()
    {
        using var folder = NewFolder("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1);");
        var before = folder.Image();
        var backup = await folder.BackupAsync();
        folder.DeleteDatabase();

        await RestoreAsync(folder, backup);

        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_altered_backup_is_refused_and_the_target_is_left_alone(bool manifest)
    {
        using var folder = NewFolder("CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1);");
        var backup = await folder.BackupAsync();
        var path = manifest ? Path.Combine(backup.Path, BackupManifest.FileName) : LargestFile(backup);
        var bytes = await File.ReadAllBytesAsync(path, MigrationFolder.Cancel);
        if (manifest)
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
        using var folder = NewFolder("CREATE TABLE t (x INTEGER);");
        var backup = await folder.BackupAsync();
        File.Delete(LargestFile(backup));

        await Refused.WithAsync("BackupAltered", () => RestoreAsync(folder, backup));
        File.Delete(Path.Combine(backup.Path, BackupManifest.FileName));
        Refused.With("BackupNotFound", () => Backup.Read(backup.Path));
        await File.WriteAllTextAsync(Path.Combine(backup.Path, BackupManifest.FileName), "{ \"id\": ", MigrationFolder.Cancel);
        Refused.With("BackupManifestInvalid", () => Backup.Read(backup.Path));
    }

    [Fact]
    public async Task Only_the_owner_can_read_a_backup()
    {
        using var folder = NewFolder("CREATE TABLE t (x INTEGER);");
        var backup = await folder.BackupAsync();
        Assert.False(Directory.Exists(Path.Combine(folder.State.Path, "restore-tests", backup.Id)));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var path in Directory.GetFileSystemEntries(backup.Path, "*", SearchOption.AllDirectories).Append(backup.Path))
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }
    }

    /// <summary>The statement that begins a transaction that will write.</summary>
    private protected virtual string BeginWriting => "BEGIN";

    private static string LargestFile(Backup backup) => Directory.GetFiles(backup.Path, "*", SearchOption.AllDirectories)
        .Where(f => Path.GetFileName(f) != BackupManifest.FileName).MaxBy(f => new FileInfo(f).Length)!;

    private protected static async Task RestoreAsync(MigrationFolder folder, Backup backup)
    {
        await BackupKeeper.RequireUnalteredAsync(backup, MigrationFolder.Cancel);
        var address = TargetAddress.Parse(folder.Target);
        await using var target = folder.NewServices().Catalog.Target(address.Scheme).Open(address);
        await target.OpenForRestoreAsync(MigrationFolder.Cancel);
        await new BackupKeeper(folder.NewServices(), SilentObserver.Instance).RestoreAsync(backup, target, TimeSpan.FromSeconds(5), MigrationFolder.Cancel);
    }
}
