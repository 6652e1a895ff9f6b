using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Which steps an undo takes back, on PostgreSQL.</summary>
public sealed class PostgreSqlUndoSelectionTests(PostgreSqlServer server) : UndoSelectionContract
{
    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
