using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Engine;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Samples of SQLite files, with what only these have.</summary>
public sealed class SampleTests : SampleContract
{
    private protected override string Cycle =>
        "CREATE TABLE dept (id INTEGER PRIMARY KEY, head INTEGER, FOREIGN KEY (head) REFERENCES staff (id)); CREATE TABLE staff (id INTEGER PRIMARY KEY, dept INTEGER, FOREIGN KEY (dept) REFERENCES dept (id));";

    private protected override string CloseCycle => "";

    [Fact]
    public async Task Full_text_tables_row_ids_and_counters_are_kept()
    {
        using var folder = NewFolder("""
            PRAGMA user_version = 7;
            CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT);
            CREATE TABLE bare (text TEXT);
            CREATE TABLE kept (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
            CREATE VIRTUAL TABLE words USING fts5(text);
            CREATE TABLE made (a INTEGER PRIMARY KEY, b INTEGER GENERATED ALWAYS AS (a + 1) STORED);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) INSERT INTO counted SELECT i, 'x' FROM n;
            INSERT INTO bare (rowid, text) SELECT id * 3, id FROM counted;
            INSERT INTO kept SELECT id, text FROM counted;
            INSERT INTO words SELECT 'word ' || id FROM counted;
            INSERT INTO made (a) SELECT id FROM counted;
            CREATE VIEW seen AS SELECT * FROM bare;
            CREATE TRIGGER fired AFTER INSERT ON bare BEGIN DELETE FROM counted; END;
            """);
        await using var target = await folder.OpenTargetAsync();

        await using var copy = (DatabaseTarget)(await target.CreateCopyAsync(new CopyWish { SampleRows = 10 }, Directory.CreateDirectory(Path.Combine(folder.Folder, "work")).FullName, SilentObserver.Instance, MigrationFolder.Cancel)).Target;

        Assert.Equal(["10", "10", "30", "7", "50", "50", "10"], (await copy.QueryAsync(
            "SELECT (SELECT count(*) FROM counted), (SELECT count(*) FROM kept), (SELECT count(*) FROM bare WHERE rowid % 3 = 0) * 3, (SELECT user_version FROM pragma_user_version), (SELECT seq FROM sqlite_sequence), (SELECT count(*) FROM words WHERE words MATCH 'word'), (SELECT count(*) FROM made WHERE b = a + 1)", 1, MigrationFolder.Cancel))[0]);
        var original = await target.SnapshotAsync(SnapshotDepth.Structure, SilentObserver.Instance, MigrationFolder.Cancel);
        Assert.Empty(original.Baseline.DriftTo((await copy.SnapshotAsync(SnapshotDepth.Structure, SilentObserver.Instance, MigrationFolder.Cancel)).Baseline));
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
