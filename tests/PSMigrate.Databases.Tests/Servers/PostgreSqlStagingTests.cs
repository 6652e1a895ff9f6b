using System.Globalization;
using Npgsql;
using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class PostgreSqlStagingTests(PostgreSqlServer server, PostgreSqlStaging staging) : StagingContract, IClassFixture<PostgreSqlStaging>
{
    private protected override string Staging => $"postgres:{staging.Server.ConnectionString("staging")}";

    private protected override (string Query, string Answer) Where => ("select inet_server_port()", staging.Server.Port.ToString(CultureInfo.InvariantCulture));

    private protected override void OnStaging(string sql) => staging.Server.ExecuteAsync(sql).GetAwaiter().GetResult();

    private protected override IReadOnlyList<string> StagingContent()
    {
        using var connection = new NpgsqlConnection(staging.Server.ConnectionString("staging"));
        connection.Open();
        using var command = new NpgsqlCommand("SELECT datname::text FROM pg_database UNION ALL SELECT 'row ' || id FROM kept ORDER BY 1", connection);
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
