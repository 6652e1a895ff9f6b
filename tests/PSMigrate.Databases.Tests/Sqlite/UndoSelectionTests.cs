using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Which steps an undo takes back, on SQLite.</summary>
public sealed class UndoSelectionTests : UndoSelectionContract
{
    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
