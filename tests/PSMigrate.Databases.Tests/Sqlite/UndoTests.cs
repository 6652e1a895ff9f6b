using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>What undo must do on any engine, on SQLite, and with what only SQLite has.</summary>
public sealed class UndoTests : UndoContract
{
    public static TheoryData<string> Names => [.. UndoCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_a_script_changed_in_SQLite_is_given_back(string name) => ThereAndBackAsync(UndoCases.All.Single(c => c.Name == name));

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

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));

    private protected override void RequireSound(MigrationFolder folder) => Assert.Equal("ok", folder.Value("PRAGMA integrity_check"));
}
