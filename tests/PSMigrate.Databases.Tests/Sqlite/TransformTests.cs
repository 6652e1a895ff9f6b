using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Changing rows of a SQLite file in place.</summary>
public sealed class TransformTests : TransformContract
{
    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));

    private protected override bool HasRowNumbers => true;
}
