using CsCheck;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>What holds for the changes that somebody thought of holds for whatever comes.</summary>
public sealed class MySqlRandomTests(MariaDbServer server)
{
    [Fact]
    public async Task Any_schema_becomes_any_other_and_comes_back()
    {
        await server.StartAsync();
        var (made, refused) = (0, 0);
        await Gen.Select(RandomSchema.Statements, RandomSchema.Statements).SampleAsync(async (first, second) =>
        {
            await using var one = await TryCreateAsync(first);
            await using var other = await TryCreateAsync(second);
            if (one is null || other is null)
            {
                Interlocked.Increment(ref refused);
                return;
            }

            var before = await one.ReadAsync();
            var wanted = await other.ReadAsync();
            await one.BecomeAsync(wanted, one.Writer);
            await one.BecomeAsync(before, one.Writer);

            // The other one is made of nothing at all.
            await using var empty = await MySqlWorld.CreateAsync(server);
            await empty.BecomeAsync(wanted, empty.Writer);
            Interlocked.Increment(ref made);
        }, iter: 40, threads: 2);
        Assert.True(made > refused, $"{refused} of {made + refused} pairs were refused by the server.");
    }

    /// <summary>Null where the server does not take the schema: not everything goes together.</summary>
    private async Task<MySqlWorld?> TryCreateAsync(string[] statements)
    {
        try
        {
            return await MySqlWorld.CreateAsync(server, statements);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
