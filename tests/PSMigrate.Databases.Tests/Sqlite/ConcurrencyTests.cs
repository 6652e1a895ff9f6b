using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Several runners on one SQLite file.</summary>
public sealed class ConcurrencyTests : ConcurrencyContract
{
    // Counts far enough to last for minutes.
    private protected override string Endless =>
        "INSERT INTO numbers (n) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT i FROM n WHERE i % 50000000 = 0";

    private protected override string Hold => "INSERT INTO numbers VALUES (99)";

    private protected override string HeldError => "TargetBusy";

    private protected override string BeginWriting => "BEGIN IMMEDIATE";

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
