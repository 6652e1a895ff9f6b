using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Steps that fail, on SQLite, and what only SQLite says.</summary>
public sealed class FailureTests : FailureContract
{
    [Theory]
    [InlineData("SELECT * FROM nowhere", "StatementFailed", "no such table: nowhere")]
    [InlineData("UPDATE customers SET nme = 1", "StatementFailed", "no such column: nme")]
    [InlineData("CREATE TABLE x (", "StatementFailed", "incomplete input")]
    [InlineData("INSERT INTO customers VALUES (1, 'again')", "ConstraintViolated", "customers.id")]
    [InlineData("SELECT json('{')", "StatementFailed", "malformed JSON")]
    [InlineData("UPDATE customers SET id = 1", "ConstraintViolated", "customers.id")]
    [InlineData("INSERT INTO customers SELECT id + 10, name FROM customers; INSERT INTO customers VALUES (9223372036854775807, 'last'); INSERT INTO customers (name) SELECT RAISE(ABORT, 'x')", "StatementFailed", "RAISE")]
    public Task What_SQLite_says_is_told_with_its_place(string sql, string errorId, string message) => RequireToldAsync(sql, errorId, message);

    [Fact]
    public async Task Broken_foreign_keys_are_found_where_the_script_turned_them_off()
    {
        using var folder = NewFolder("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id)); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1);");
        folder.Script("change.sql", "PRAGMA foreign_keys = OFF;\nDELETE FROM p;");
        var before = folder.Image();

        var error = Refused.Is("ForeignKeysBroken", (await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced)).Failure);

        Assert.Contains("c row 1 refers to p", error.Message, StringComparison.Ordinal);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
