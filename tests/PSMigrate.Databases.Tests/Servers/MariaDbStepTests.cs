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

/// <summary>Every kind of statement that commits by itself is found to be done or not done, wherever the script was stopped.</summary>
public sealed class MariaDbStatementKindTests(MariaDbServer server) : SqlStepContract
{
    private protected override string Script => """
        CREATE TABLE made (id INT PRIMARY KEY, v VARCHAR(10));
        CREATE OR REPLACE VIEW seen AS SELECT id FROM notes;
        CREATE PROCEDURE written() UPDATE notes SET text = 'p';
        CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2;
        CREATE TRIGGER noted BEFORE INSERT ON made FOR EACH ROW SET NEW.v = 'x';
        CREATE EVENT ticking ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' DISABLE DO DELETE FROM made;
        CREATE SEQUENCE counted;
        ALTER TABLE notes CHANGE gone went VARCHAR(20) FIRST;
        CALL written();
        INSERT INTO made VALUES (1, 'y');
        DROP TRIGGER noted;
        OPTIMIZE TABLE notes;
        RENAME TABLE made TO x, bare TO made, x TO bare;
        ALTER EVENT ticking RENAME TO tocking;
        CREATE OR REPLACE TABLE made (id INT PRIMARY KEY);
        TRUNCATE TABLE notes;
        DROP TABLE made, bare;
        DROP SEQUENCE counted;
        DROP VIEW seen;
        DROP PROCEDURE written;
        """;

    private protected override bool HasUndo => false;

    private protected override int? Sample => SlowTests.Wanted ? 12 : 3;

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
