using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Retention over backups of PostgreSQL databases.</summary>
public sealed class PostgreSqlRetentionTests(PostgreSqlServer server) : RetentionContract
{
    private protected override string Otherwise(string target) => target.Replace("Host=", "server = ", StringComparison.Ordinal) + ";Application Name=another";

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
