using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>One change by SQL, and the way back by what the writer offers.</summary>
public sealed class StructureChangeTests(SqlServerServer server)
{
    private static readonly string[] Before =
    [
        "CREATE SCHEMA side",
        "CREATE TABLE dbo.parents (id int NOT NULL CONSTRAINT pk_parents PRIMARY KEY, name nvarchar(20) NULL, amount int NOT NULL)",
        "CREATE TABLE dbo.children (id int NOT NULL CONSTRAINT pk_children PRIMARY KEY, parent int NULL, CONSTRAINT fk_parent FOREIGN KEY (parent) REFERENCES dbo.parents (id), CONSTRAINT ck_id CHECK (id > 0))",
        "CREATE VIEW dbo.names AS SELECT id, name FROM dbo.parents",
        "CREATE PROCEDURE dbo.tell AS SELECT COUNT(*) AS n FROM dbo.parents",
        "CREATE TRIGGER dbo.watch ON dbo.parents AFTER INSERT AS BEGIN SET NOCOUNT ON END",
    ];

    public static TheoryData<string> Everywhere { get; } =
    [
        "ALTER TABLE dbo.children ADD extra int NULL",
        "ALTER TABLE dbo.children DROP CONSTRAINT ck_id",
        "ALTER TABLE dbo.children DROP CONSTRAINT fk_parent",
        "ALTER TABLE dbo.children DROP CONSTRAINT fk_parent; ALTER TABLE dbo.children ADD CONSTRAINT fk_parent FOREIGN KEY (parent) REFERENCES dbo.parents (id) ON DELETE CASCADE",
        "ALTER TABLE dbo.children ADD CONSTRAINT ck_more CHECK (parent > 0)",
        "DROP PROCEDURE dbo.tell",
        "DROP VIEW dbo.names",
        "DROP TRIGGER dbo.watch",
        "EXEC sp_rename 'dbo.children', 'kids', 'OBJECT'",
        "EXEC sp_rename 'dbo.children.parent', 'elder', 'COLUMN'",
        "EXEC sp_rename 'dbo.tell', 'say', 'OBJECT'",
        "DROP TABLE dbo.children",
        "CREATE TABLE side.more (id int NOT NULL CONSTRAINT pk_more PRIMARY KEY, at datetime2(3) NULL, who uniqueidentifier NULL)",
        "CREATE SCHEMA third",
        "CREATE TYPE side.short FROM nvarchar(5) NULL",
        "ALTER TABLE dbo.children ADD doubled AS (id * 2)",
    ];

    public static TheoryData<string> OnlyReal { get; } =
    [
        "ALTER TABLE dbo.parents ALTER COLUMN amount bigint NOT NULL",
        "ALTER TABLE dbo.parents ALTER COLUMN amount int NULL",
        "ALTER TABLE dbo.parents ALTER COLUMN name nvarchar(40)",
        "ALTER TABLE dbo.parents ADD CONSTRAINT df_amount DEFAULT (7) FOR amount",
        "ALTER TABLE dbo.parents ALTER COLUMN name nvarchar(50) COLLATE Latin1_General_BIN2 NOT NULL",
        "CREATE UNIQUE INDEX ix ON dbo.parents (name DESC) INCLUDE (amount) WHERE amount > 5 WITH (FILLFACTOR = 70)",
        "ALTER TABLE dbo.children NOCHECK CONSTRAINT fk_parent",
        "ALTER TABLE dbo.children NOCHECK CONSTRAINT fk_parent; ALTER TABLE dbo.children WITH NOCHECK CHECK CONSTRAINT fk_parent",
        "DISABLE TRIGGER dbo.watch ON dbo.parents",
        "EXEC('ALTER VIEW dbo.names AS SELECT id FROM dbo.parents')",
        "EXEC('ALTER PROCEDURE dbo.tell AS SELECT 1 AS one')",
        "ALTER SCHEMA side TRANSFER dbo.children",
        "EXEC sp_rename 'dbo.pk_children', 'pk_other', 'OBJECT'",
        "EXEC sp_addextendedproperty N'MS_Description', N'It''s a name', N'SCHEMA', N'dbo', N'TABLE', N'parents', N'COLUMN', N'name'",
        "CREATE ROLE readers; GRANT SELECT ON dbo.parents TO readers; DENY UPDATE ON dbo.parents (name) TO readers",
        "CREATE SYNONYM dbo.alias FOR dbo.parents",
        "CREATE STATISTICS st ON dbo.parents (amount, name)",
        "CREATE SEQUENCE side.numbers AS int START WITH 5 INCREMENT BY 2",
        "CREATE TYPE side.rows AS TABLE (id int NOT NULL PRIMARY KEY, name nvarchar(5) NULL, CHECK (id > 0))",
        "ALTER TABLE dbo.parents ADD f datetime2 GENERATED ALWAYS AS ROW START HIDDEN NOT NULL CONSTRAINT df_f DEFAULT '20000101', t datetime2 GENERATED ALWAYS AS ROW END HIDDEN NOT NULL CONSTRAINT df_t DEFAULT '99991231 23:59:59.9999999', PERIOD FOR SYSTEM_TIME (f, t); ALTER TABLE dbo.parents SET (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.parents_history))",
        "ALTER TABLE dbo.parents ALTER COLUMN name ADD MASKED WITH (FUNCTION = 'default()')",
        "ALTER TABLE dbo.parents SET (LOCK_ESCALATION = DISABLE)",
        "ALTER TABLE dbo.parents REBUILD WITH (DATA_COMPRESSION = PAGE)",
        "CREATE PARTITION FUNCTION pf (int) AS RANGE RIGHT FOR VALUES (10, 20); CREATE PARTITION SCHEME ps AS PARTITION pf ALL TO ([PRIMARY]); CREATE TABLE side.parted (id int NOT NULL) ON ps (id)",
    ];

    [Theory]
    [MemberData(nameof(Everywhere))]
    public Task A_change_is_taken_back(string change) => TakeBackAsync(change);

    [Theory]
    [MemberData(nameof(OnlyReal))]
    [Trait("Server", "real")]
    public async Task A_change_that_needs_a_real_server_is_taken_back(string change)
    {
        await server.SkipUnlessRealAsync();
        await TakeBackAsync(change);
    }

    private async Task TakeBackAsync(string change)
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Before);
        var (before, comparable) = (await Structures.ReadAsync(database), await Structures.ReadComparableAsync(database));
        await database.ExecuteAsync(change);
        Assert.NotEqual("", Structures.Differences(comparable, await Structures.ReadComparableAsync(database)));
        await database.ExecuteAsync(ChangePlan.Of(await Structures.ReadAsync(database), before));
        var left = Structures.Differences(comparable, await Structures.ReadComparableAsync(database));
        Assert.True(left.Length == 0, left);
    }
}
