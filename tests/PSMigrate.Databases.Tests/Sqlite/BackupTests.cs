using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Backups of SQLite files, in both journal modes.</summary>
public sealed class BackupTests : BackupContract
{
    [Fact]
    public Task A_backup_taken_while_others_write_ahead_is_of_one_moment() => RequireOneMomentAsync("PRAGMA journal_mode = WAL");

    [Fact]
    public async Task What_the_file_itself_is_marked_with_is_restored()
    {
        using var folder = NewFolder("CREATE TABLE t (x); INSERT INTO t VALUES (x'00'); PRAGMA user_version = 7;");
        var before = folder.Image();
        var backup = await folder.BackupAsync();
        folder.Sql("PRAGMA user_version = 8");

        await RestoreAsync(folder, backup);

        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    private protected override string BeginWriting => "BEGIN IMMEDIATE";

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
