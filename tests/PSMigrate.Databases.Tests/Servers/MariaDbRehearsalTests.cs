using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Rehearsals on MariaDB: what reaches beyond the copy is left out.</summary>
public sealed class MariaDbRehearsalTests(MariaDbServer server) : RehearsalContract
{
    [Theory]
    [InlineData("CREATE DATABASE elsewhere")]
    [InlineData("CREATE USER elsewhere")]
    [InlineData("CREATE TABLE elsewhere.made (x INTEGER)")]
    [InlineData("SET GLOBAL max_connections = 100")]
    [InlineData("SELECT text INTO OUTFILE '/nowhere/elsewhere' FROM notes")]
    [InlineData("INSERT INTO elsewhere.made SELECT 1")]
    [InlineData("USE elsewhere")]
    public Task What_reaches_beyond_the_copy_is_not_rehearsed_and_is_said_to_be_so(string outside) => RequireLeftOutAsync(outside);

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
