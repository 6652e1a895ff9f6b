using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Two SQLite databases compared by row.</summary>
public sealed class RowComparisonTests : RowComparisonContract
{
    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
