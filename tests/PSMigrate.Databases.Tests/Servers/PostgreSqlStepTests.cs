using PSMigrate.Databases.Tests.Crash;
using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class PostgreSqlStepTests(PostgreSqlServer server) : SqlStepContract
{
    private protected override string Script => "-- Verify: SELECT id FROM notes WHERE text IS NULL\nUPDATE notes SET text = 'b';\nDROP TABLE IF EXISTS other;\n";

    private protected override int? Sample => SlowTests.Wanted ? 12 : 4;

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}

/// <summary>Each statement and each transaction of the script's own is committed by itself.</summary>
public sealed class PostgreSqlStepWithoutTransactionTests(PostgreSqlServer server) : SqlStepContract
{
    private protected override string Script => """
        -- Transaction: none
        UPDATE notes SET text = text || '1';
        CREATE TABLE log (entry text);
        INSERT INTO log VALUES ('a');
        SET lock_timeout = '4s';
        BEGIN;
        UPDATE notes SET text = text || '2';
        INSERT INTO log VALUES ('b');
        COMMIT;
        VACUUM;
        CREATE INDEX CONCURRENTLY notes_text ON notes (text);
        CREATE INDEX CONCURRENTLY ON notes (gone);
        ALTER TABLE notes ADD COLUMN more TEXT DEFAULT 'm';
        UPDATE notes SET more = text || '3' WHERE id = 1;
        DROP INDEX CONCURRENTLY notes_text;
        ALTER TABLE notes DROP COLUMN gone;
        """;

    private protected override bool HasUndo => false;

    private protected override int? Sample => SlowTests.Wanted ? 12 : 4;

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
