using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Rehearsals on PostgreSQL: what reaches beyond the copy is left out.</summary>
public sealed class PostgreSqlRehearsalTests(PostgreSqlServer server) : RehearsalContract
{
    [Theory]
    [InlineData("CREATE ROLE elsewhere")]
    [InlineData("CREATE DATABASE elsewhere")]
    [InlineData("ALTER SYSTEM SET work_mem = '8MB'")]
    [InlineData("COPY notes TO '/nowhere/elsewhere'")]
    [InlineData("COPY (SELECT 1) TO PROGRAM 'cat'")]
    [InlineData("GRANT elsewhere TO tester")]
    public Task What_reaches_beyond_the_copy_is_not_rehearsed_and_is_said_to_be_so(string outside) => RequireLeftOutAsync(outside);

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
