using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Which steps an undo takes back, on MariaDB.</summary>
public sealed class MariaDbUndoSelectionTests(MariaDbServer server) : UndoSelectionContract
{
    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
