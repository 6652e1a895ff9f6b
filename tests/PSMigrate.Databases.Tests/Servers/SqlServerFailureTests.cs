using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Steps that fail, on SQL Server.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerFailureTests(SqlServerServer server) : FailureContract
{
    /// <summary>Servers that only speak T-SQL say some of it in other words; what both say is looked for.</summary>
    [Theory]
    [InlineData("SELECT * FROM nowhere", "StatementFailed", "nowhere")]
    [InlineData("UPDATE customers SET nme = 1", "StatementFailed", "nme")]
    [InlineData("CREATE TABLE x (", "StatementFailed", "syntax")]
    [InlineData("INSERT INTO customers VALUES (1, 'again')", "ConstraintViolated", "constraint")]
    [InlineData("CREATE TABLE half (x integer) RAISERROR('not today', 16, 1)", "StatementFailed", "not today")]
    [InlineData("THROW 50001, 'not today', 1", "StatementFailed", "not today")]
    public Task What_SQL_Server_says_is_told_with_its_place(string sql, string errorId, string message) => RequireToldAsync(sql, errorId, message);

    [Theory]
    [InlineData("SELECT CAST('x' AS int)", "ValueDoesNotFit", "converting")]
    [InlineData("INSERT INTO customers VALUES (2147483648, 'large')", "ValueDoesNotFit", "overflow")]
    [Trait("Server", "real")]
    public async Task What_only_a_real_server_numbers_is_told_apart(string sql, string errorId, string message)
    {
        await server.SkipUnlessRealAsync();
        await RequireToldAsync(sql, errorId, message);
    }

    private protected override (int Line, int Column) FailingPlace => (5, 1);

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
