using PSMigrate.Databases.Tests.Crash;
using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

[Collection(SqlServerCollection.Name)]
public sealed class SqlServerStepTests(SqlServerServer server) : SqlStepContract
{
    private protected override string Script => "-- Verify: SELECT id FROM notes WHERE text IS NULL\nUPDATE notes SET text = 'b';\nDROP TABLE IF EXISTS other;\n";

    private protected override int? Sample => SlowTests.Wanted ? 6 : 3;

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}

/// <summary>Each batch and each transaction of the script's own is committed by itself.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerStepWithoutTransactionTests(SqlServerServer server) : SqlStepContract
{
    private protected override string Script => $"""
        -- Transaction: none
        UPDATE notes SET text = CAST(text AS varchar(20)) + '1';
        GO
        CREATE TABLE log (entry varchar(20));
        GO
        INSERT INTO log VALUES ('a');
        GO
        SET LOCK_TIMEOUT 4000;
        GO
        BEGIN TRANSACTION;
        GO
        UPDATE notes SET text = CAST(text AS varchar(20)) + '2';
        INSERT INTO log VALUES ('b');
        GO
        COMMIT;
        GO
        ALTER TABLE notes ADD more varchar(20){Default};
        GO
        UPDATE notes SET more = CAST(text AS varchar(20)) + '3' WHERE id = 1;
        GO
        ALTER TABLE notes DROP COLUMN gone;
        """;

    /// <summary>Its name is given by the server, and undo gives it back; Babelfish makes another of it and drops none by name.</summary>
    private string Default => server.IsRealAsync().GetAwaiter().GetResult() ? " DEFAULT 'm'" : "";

    private protected override bool HasUndo => false;

    private protected override int? Sample => SlowTests.Wanted ? 6 : 3;

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
