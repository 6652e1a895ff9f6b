using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Copying into a MariaDB database.</summary>
public sealed class MariaDbCopyTests(MariaDbServer server) : CopyContract
{
    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);

    private protected override string AlteringTrigger => "CREATE TRIGGER alters BEFORE INSERT ON numbers FOR EACH ROW SET NEW.text = IF(NEW.id = 300, 'altered', NEW.text)";
}
