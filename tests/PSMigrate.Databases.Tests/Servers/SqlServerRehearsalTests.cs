using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Rehearsals on SQL Server: what reaches beyond the copy is left out.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerRehearsalTests(SqlServerServer server) : RehearsalContract
{
    [Theory]
    [InlineData("CREATE LOGIN elsewhere WITH PASSWORD = 'Not-used-1'")]
    [InlineData("CREATE DATABASE elsewhere")]
    [InlineData("EXEC sp_configure 'max degree of parallelism', 1")]
    [InlineData("EXEC master.dbo.xp_cmdshell 'cd'")]
    [InlineData("EXEC sp_send_dbmail @recipients = 'a@b'")]
    [InlineData("EXEC ('SELECT 1') AT elsewhere")]
    [InlineData("BACKUP DATABASE elsewhere TO DISK = 'elsewhere.bak'")]
    [InlineData("ALTER SERVER ROLE sysadmin ADD MEMBER elsewhere")]
    public Task What_reaches_beyond_the_copy_is_not_rehearsed_and_is_said_to_be_so(string outside) => RequireLeftOutAsync(outside);

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
