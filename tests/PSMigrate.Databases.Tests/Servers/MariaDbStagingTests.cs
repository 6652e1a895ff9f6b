using System.Globalization;
using MySqlConnector;
using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class MariaDbStagingTests(MariaDbServer server, MariaDbStaging staging) : StagingContract, IClassFixture<MariaDbStaging>
{
    private protected override string Staging => $"mysql:{staging.Server.ConnectionString("staging")}";

    private protected override (string Query, string Answer) Where => ("select @@port", staging.Server.Port.ToString(CultureInfo.InvariantCulture));

    private protected override string Somebody => "USER";

    private protected override void OnStaging(string sql) => staging.Server.ExecuteAsync(sql).GetAwaiter().GetResult();

    private protected override IReadOnlyList<string> StagingContent()
    {
        using var connection = new MySqlConnection(staging.Server.ConnectionString("staging"));
        connection.Open();
        using var command = new MySqlCommand("SELECT schema_name FROM information_schema.schemata UNION ALL SELECT CONCAT('row ', id) FROM kept", connection);
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
