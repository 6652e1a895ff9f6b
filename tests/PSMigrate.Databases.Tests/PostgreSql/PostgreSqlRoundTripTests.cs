using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.PostgreSql;

/// <summary>What was read of one database and made in another reads the same there.</summary>
public sealed class PostgreSqlRoundTripTests(PostgreSqlServer server)
{
    [Fact]
    public async Task A_database_with_something_of_every_kind_is_made_again_the_same()
    {
        await using var one = await server.CreateDatabaseAsync();
        await one.ExecuteEachAsync(Corpus.All);
        await using var other = await server.CreateDatabaseAsync();
        await PostgreSqlRooms.AssertMadeAgainAsync(one, other);
    }
}
