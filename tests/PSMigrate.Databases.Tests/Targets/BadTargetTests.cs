using PSMigrate.Databases.Sqlite;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Targets;

/// <summary>Targets that are not what a migration needs: each is an error that says what is wrong, and nothing is changed.</summary>
public sealed class BadTargetTests
{
    [Fact]
    public async Task A_missing_database_is_not_made()
    {
        using var folder = new MigrationFolder();
        var missing = Path.Combine(folder.Folder, "missing.db");

        var error = await Refused.WithAsync("TargetNotFound", () => PlanAsync(folder, $"sqlite:{missing}"));

        Assert.Contains("missing.db", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(missing));
        await Refused.WithAsync("TargetNotFound", () => PlanAsync(folder, $"sqlite:Data Source={Path.Combine(folder.Folder, "no", "folder.db")};Mode=ReadWriteCreate"));
    }

    [Fact]
    public async Task A_folder_is_no_database()
    {
        using var folder = new MigrationFolder();

        await Refused.WithAsync("TargetNotADatabase", () => PlanAsync(folder, $"sqlite:{folder.Folder}"));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task What_is_no_database_or_is_encrypted_is_said_to_be_so(int bytes)
    {
        using var folder = new MigrationFolder();
        var random = new byte[bytes];
        new Random(5).NextBytes(random);
        await File.WriteAllBytesAsync(folder.Database, random, MigrationFolder.Cancel);

        var error = await Refused.WithAsync("TargetNotADatabase", () => PlanAsync(folder, folder.Target));

        Assert.Contains("encrypted", error.Message, StringComparison.Ordinal);
        Assert.Equal(random, await File.ReadAllBytesAsync(folder.Database, MigrationFolder.Cancel));
    }

    [Fact]
    public async Task An_empty_file_is_an_empty_database()
    {
        using var folder = new MigrationFolder();
        await File.WriteAllBytesAsync(folder.Database, [], MigrationFolder.Cancel);
        folder.Script("change.sql", "CREATE TABLE made (x)");

        var plan = await folder.PlanAsync();

        Assert.Equal(0, new FileInfo(folder.Database).Length);
        Assert.True((await folder.RehearseAsync(plan)).Rehearsal!.UndoProved);
        Assert.Equal(0, new FileInfo(folder.Database).Length);
        Assert.True((await folder.BackupAsync()).RestoreTested);
        Assert.Null((await folder.RunAsync(plan)).Failure);
        Assert.Null((await folder.UndoAsync(plan)).Failure);
    }

    [Fact]
    public async Task A_target_opened_for_reading_can_be_planned_and_not_run()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (x);");
        var before = folder.Image();

        var plan = await PlanAsync(folder, $"sqlite:Data Source={folder.Database};Mode=ReadOnly");
        await Refused.WithAsync("TargetReadOnly", () => folder.RunAsync(plan));

        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(folder.State.Runs());
    }

    [Fact]
    public async Task A_database_that_another_program_holds_is_waited_for_as_long_as_the_connection_says()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (x);");
        var address = $"sqlite:Data Source={folder.Database};Default Timeout=1";
        var plan = await PlanAsync(folder, address);
        using var other = folder.Open();
        MigrationFolder.Run(other, "BEGIN EXCLUSIVE");
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var planning = await Refused.WithAsync("TargetBusy", () => PlanAsync(folder, address));
        var running = await Refused.WithAsync("TargetBusy", () => folder.RunAsync(plan));

        Assert.InRange(clock.Elapsed.TotalSeconds, 1.5, 15);
        Assert.All([planning, running], e => Assert.Equal(ErrorKind.Busy, e.Kind));
        MigrationFolder.Run(other, "ROLLBACK");
        Assert.Null((await folder.RunAsync(plan)).Failure);
    }

    [Fact]
    public async Task A_full_disk_takes_the_script_back()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (x); INSERT INTO t VALUES (1);");
        folder.Script("1_fine.sql", "INSERT INTO t VALUES (2)");
        folder.Script("2_too_much.sql", "PRAGMA max_page_count = 40; UPDATE t SET x = 9; INSERT INTO t VALUES (zeroblob(1000000))");
        folder.Script("3_never.sql", "DELETE FROM t");

        var result = await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced);

        var error = Refused.Is("DiskFull", result.Failure);
        Assert.EndsWith("2_too_much.sql", error.Place!.File);
        Assert.Equal("1,2", folder.Value("SELECT group_concat(x) FROM t"));
        Assert.Equal(["1_fine"], (await folder.HistoryAsync()).Select(e => e.Step));
        Assert.Single(DatabaseImage.Captures(folder.Database));
        Assert.Equal("ok", folder.Value("PRAGMA integrity_check"));
    }

    [Theory]
    [InlineData("sqlite::memory:")]
    [InlineData("sqlite:Data Source=:memory:")]
    [InlineData("sqlite:Data Source=x;Mode=Memory;Cache=Shared")]
    [InlineData("sqlite:Data Source=")]
    [InlineData("sqlite:")]
    [InlineData("sqlite:Data Source=x;Nonsense=1")]
    public void What_names_no_file_is_refused(string address) =>
        Refused.With("TargetAddressInvalid", () => new SqliteTargetKind().Normalize(TargetAddress.Parse(address), "/"));

    [Fact]
    public async Task A_damaged_page_is_an_error_and_never_a_success()
    {
        using var folder = new MigrationFolder("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i, 'some text that takes some room ' || i FROM n;");
        folder.Script("change.sql", "UPDATE t SET x = x || '!'");
        var plan = await folder.PlanAsync();
        var bytes = await File.ReadAllBytesAsync(folder.Database, MigrationFolder.Cancel);
        Array.Fill(bytes, (byte)0xEE, 4096 * 4, 4096 * 3);
        await File.WriteAllBytesAsync(folder.Database, bytes, MigrationFolder.Cancel);

        Refused.Is("TargetCorrupt", (await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        await Refused.WithAsync("TargetCorrupt", folder.BackupAsync);

        Assert.Empty(Directory.Exists(Path.Combine(folder.State.Path, "backups")) ? Directory.GetDirectories(Path.Combine(folder.State.Path, "backups")) : []);
        await using var target = await folder.OpenTargetAsync();
        Assert.Contains(await target.SelfCheckAsync(MigrationFolder.Cancel), c => !c.Passed && c.Name.Contains("integrity_check", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_before_anything_is_done()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "the administrator writes everywhere");
        using var folder = new MigrationFolder("CREATE TABLE t (x);");
        var plan = await PlanAsync(folder, folder.Target);
        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(folder.Folder);
            File.SetUnixFileMode(folder.Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            try
            {
                await Refused.WithAsync("LockNotWritable", () => folder.RunAsync(plan));
            }
            finally
            {
                File.SetUnixFileMode(folder.Folder, mode);
            }
        }
    }

    private static Task<MigrationPlan> PlanAsync(MigrationFolder folder, string target)
    {
        folder.Script("change.sql", "CREATE TABLE made (x)");
        return folder.PlanAsync(FolderDrafts.OfFolder(folder.Scripts), target);
    }
}
