using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Which steps an undo takes back, on SQL Server.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerUndoSelectionTests(SqlServerServer server) : UndoSelectionContract
{
    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
