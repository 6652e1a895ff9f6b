using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Undo gives back structure and data of whatever a script changed, without the author writing anything for it.</summary>
public sealed class UndoTests
{
    public static TheoryData<string> Names => [.. UndoCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_a_script_changed_is_given_back(string name) => ThereAndBackAsync(UndoCases.All.Single(c => c.Name == name));

    /// <summary>Not a matter of speed alone: what takes the square of the rows takes hours on a real table.</summary>
    [Theory]
    [InlineData("CREATE TABLE t (a INTEGER, b TEXT)")]
    [InlineData("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")]
    [InlineData("CREATE TABLE t (a NVARCHAR(20), b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID")]
    [InlineData("CREATE TABLE t (a NUMERIC PRIMARY KEY, b TEXT) WITHOUT ROWID")]
    [InlineData("CREATE TABLE t (a REAL PRIMARY KEY, b TEXT) WITHOUT ROWID")]
    [InlineData("CREATE TABLE t (a TEXT COLLATE NOCASE PRIMARY KEY, b TEXT) WITHOUT ROWID")]
    public Task Many_rows_are_captured_and_given_back_in_a_time_that_grows_with_their_number(string table) => Task.Run(() => ThereAndBackAsync(new UndoCase("many rows",
        $"{table}; INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, 'x' FROM n;",
        "UPDATE t SET b = 'y' || b; DELETE FROM t WHERE a > 15000; INSERT INTO t SELECT a + 100000, b FROM t WHERE a < 5000")), MigrationFolder.Cancel)
        .WaitAsync(TimeSpan.FromSeconds(30), MigrationFolder.Cancel);

    private static async Task ThereAndBackAsync(UndoCase change)
    {
        using var folder = new MigrationFolder(change.Before);
        folder.Script("change.sql", change.Script);
        var before = folder.Image();

        var plan = await folder.MigrateAsync();
        Assert.NotEqual("", before.DifferenceTo(folder.Image()));

        var undo = await folder.UndoAsync(plan);

        Assert.Null(undo.Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(DatabaseImage.Captures(folder.Database));
        Assert.All(await folder.HistoryAsync(), entry => Assert.False(entry.IsApplied));
        Assert.Equal("ok", folder.Value("PRAGMA integrity_check"));

        // What was undone can be done again, and undone again.
        var again = await folder.MigrateAsync();
        Assert.Null((await folder.UndoAsync(again)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }
}
