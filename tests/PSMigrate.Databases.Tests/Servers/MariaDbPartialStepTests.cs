using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Steps without a transaction that fail in the middle, on MariaDB.</summary>
public sealed class MariaDbPartialStepTests(MariaDbServer server) : PartialStepContract
{
    private protected override string ForeignKeysOff => "SET foreign_key_checks = 0";

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
