using PSMigrate.Databases.Tests.Crash;
using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A script that only writes rows is one transaction.</summary>
public sealed class MariaDbRowStepTests(MariaDbServer server) : SqlStepContract
{
    private protected override string Script => "-- Verify: SELECT id FROM notes WHERE text IS NULL\nUPDATE notes SET text = 'b';\nDELETE FROM notes WHERE id = 3;\nINSERT INTO notes VALUES (4, 'z', 'new');\n";

    private protected override bool HasUndo => false;

    private protected override int? Sample => SlowTests.Wanted ? 12 : 4;

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}

/// <summary>Changes of structure commit by themselves here: the script is gone on with, or back from, wherever it was stopped.</summary>
public sealed class MariaDbStructureStepTests(MariaDbServer server) : SqlStepContract
{
    private protected override string Script => """
        UPDATE notes SET text = CONCAT(text, '1');
        CREATE TABLE log (entry text);
        INSERT INTO log VALUES ('a');
        ALTER TABLE notes ADD COLUMN more VARCHAR(20) DEFAULT 'm';
        UPDATE notes SET more = CONCAT(text, '3') WHERE id = 1;
        CREATE INDEX notes_more ON notes (more);
        ALTER TABLE notes DROP COLUMN gone;
        RENAME TABLE bare TO bald;
        DROP TABLE IF EXISTS other;
        """;

    private protected override bool HasUndo => false;

    private protected override int? Sample => SlowTests.Wanted ? 12 : 4;

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
