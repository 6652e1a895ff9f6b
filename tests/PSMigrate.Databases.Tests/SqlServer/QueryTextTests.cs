using Microsoft.SqlServer.TransactSql.ScriptDom;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.SqlServer;
using Xunit;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>What the reader asks a server that has everything, so that each of its queries is sent; the parser is that of 2016.</summary>
public sealed class QueryTextTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_query_of_the_catalog_parses(bool newest)
    {
        await using var connection = new ListeningConnection(newest ? "newest" : "oldest", newest);
        await using var session = new ServerSession(connection, e => throw e);
        var read = await new SqlServerStructureReader().ReadAsync(session, null, TestContext.Current.CancellationToken);
        Assert.Empty(read.Objects);
        Assert.True(connection.Heard.Count > 65, $"{connection.Heard.Count} queries");
        var parser = new TSql130Parser(true);
        var errors = new List<string>();
        foreach (var query in connection.Heard)
        {
            using var reader = new StringReader(query);
            parser.Parse(reader, out var found);
            errors.AddRange(found.Select(e => $"{e.Message}\n    {query}"));
        }

        Assert.True(errors.Count == 0, string.Join('\n', errors));
        Assert.DoesNotContain(connection.Heard, q => q.Contains('{', StringComparison.Ordinal));
    }
}
