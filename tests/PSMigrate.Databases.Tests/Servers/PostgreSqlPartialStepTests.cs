using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Steps without a transaction that fail in the middle, on PostgreSQL.</summary>
public sealed class PostgreSqlPartialStepTests(PostgreSqlServer server) : PartialStepContract
{
    private protected override string ForeignKeysOff => "SET session_replication_role = replica";

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
