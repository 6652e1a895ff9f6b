using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Rehearsals on a staging server of SQL Server's.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerStagingTests(SqlServerServer server) : StagingContract, IAsyncDisposable
{
    private readonly SqlServerStaging staging = new(server);

    private protected override string Staging => $"sqlserver:{staging.ConnectionString}";

    private protected override (string Query, string Answer) Where => ("select app_name()", SqlServerStaging.Program);

    private protected override void OnStaging(string sql) => server.ExecuteAsync(sql).GetAwaiter().GetResult();

    private protected override IReadOnlyList<string> StagingContent() => staging.Content();

    /// <summary>Sessions are not kept: they would say that they are another program.</summary>
    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server, keepsSessions: false);

    public ValueTask DisposeAsync() => staging.DisposeAsync();
}
