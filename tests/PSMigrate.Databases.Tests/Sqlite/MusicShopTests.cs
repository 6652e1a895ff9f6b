using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>As <c>.dump</c> writes it.</summary>
public sealed class MusicShopTests : MusicShopContract
{
    private protected override string Head(string database) => "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n";

    private protected override string Tail => "COMMIT;\n";

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
