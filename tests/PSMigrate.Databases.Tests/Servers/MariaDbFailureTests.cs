using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Steps that fail, on MariaDB: those that only write rows are taken back as a whole.</summary>
public sealed class MariaDbFailureTests(MariaDbServer server) : FailureContract
{
    [Theory]
    [InlineData("SELECT * FROM nowhere", "StatementFailed", "nowhere' doesn't exist")]
    [InlineData("UPDATE customers SET nme = 1", "StatementFailed", "Unknown column 'nme'")]
    [InlineData("SELECT 1 +", "StatementFailed", "You have an error in your SQL syntax")]
    [InlineData("INSERT INTO customers VALUES (1, 'again')", "ConstraintViolated", "Duplicate entry '1'")]
    [InlineData("INSERT INTO customers VALUES (2147483648, 'large')", "ValueDoesNotFit", "Out of range")]
    [InlineData("INSERT INTO customers VALUES (4, repeat('x', 51))", "ValueDoesNotFit", "Data too long")]
    public Task What_MariaDB_says_is_told_with_its_place(string sql, string errorId, string message) => RequireToldAsync(sql, errorId, message);

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
