using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>Rows that are moved into a SQLite file.</summary>
public sealed class MovedRowsCrashTests : MovedRowsCrashContract
{
    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
