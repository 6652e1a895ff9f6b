using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Copying into a SQLite file.</summary>
public sealed class CopyTests : CopyContract
{
    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));

    private protected override string AlteringTrigger => "CREATE TRIGGER alters AFTER INSERT ON numbers WHEN NEW.id = 300 BEGIN UPDATE numbers SET text = 'altered' WHERE id = NEW.id; END";

    private protected override bool AddsForeignKeys => false;

    private protected override bool EnforcesTypes => false;

    private protected override void Enforced(MigrationFolder folder, string sql) => folder.Sql($"PRAGMA foreign_keys = ON; {sql}");
}
