using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Steps that fail, on PostgreSQL.</summary>
public sealed class PostgreSqlFailureTests(PostgreSqlServer server) : FailureContract
{
    [Theory]
    [InlineData("SELECT * FROM nowhere", "StatementFailed", "relation \"nowhere\" does not exist")]
    [InlineData("UPDATE customers SET nme = 1", "StatementFailed", "column \"nme\"")]
    [InlineData("CREATE TABLE x (", "StatementFailed", "syntax error")]
    [InlineData("INSERT INTO customers VALUES (1, 'again')", "ConstraintViolated", "Key (id)=(1) already exists")]
    [InlineData("SELECT '{'::json", "ValueDoesNotFit", "invalid input syntax for type json")]
    [InlineData("INSERT INTO customers VALUES (2147483648, 'large')", "ValueDoesNotFit", "out of range")]
    [InlineData("CREATE TABLE half (x integer); DO $$ BEGIN RAISE EXCEPTION 'not today'; END $$", "StatementFailed", "not today")]
    public Task What_PostgreSQL_says_is_told_with_its_place(string sql, string errorId, string message) => RequireToldAsync(sql, errorId, message);

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
