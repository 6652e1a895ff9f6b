using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Steps without a transaction that fail in the middle, on SQLite.</summary>
public sealed class PartialStepTests : PartialStepContract
{
    private protected override string ForeignKeysOff => "PRAGMA foreign_keys = OFF";

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
