using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Several runners on one PostgreSQL database.</summary>
public sealed class PostgreSqlConcurrencyTests(PostgreSqlServer server) : ConcurrencyContract
{
    private protected override string Endless => "INSERT INTO numbers (n) SELECT 5 FROM pg_sleep(300)";

    private protected override string Hold => "INSERT INTO numbers VALUES (1)";

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
