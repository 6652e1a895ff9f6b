using PSMigrate.Databases.Tests.Sqlite;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Kinds of changes that only T-SQL knows, each with the database that it meets. The lines GO tell that nothing is to be translated.</summary>
internal static class SqlServerUndoCases
{
    private const string Shop = """
        CREATE TABLE dbo.customers (id int NOT NULL CONSTRAINT pk_customers PRIMARY KEY, name nvarchar(50) NOT NULL, city varchar(50) NULL, balance decimal(12, 2) NULL);
        CREATE TABLE dbo.orders (id int NOT NULL CONSTRAINT pk_orders PRIMARY KEY, customer int NOT NULL CONSTRAINT fk_customer REFERENCES dbo.customers (id) ON DELETE CASCADE, total money NULL);
        CREATE TABLE dbo.log (id int IDENTITY(1, 1) NOT NULL CONSTRAINT pk_log PRIMARY KEY, what varchar(60) NULL);
        INSERT INTO dbo.customers VALUES (1, N'Ada', 'London', 1.5), (2, N'Björn ', NULL, 0), (5, N'Chloé', 'Paris', 123456.78);
        INSERT INTO dbo.orders VALUES (10, 1, 99.5), (11, 1, 12.3456), (12, 5, NULL);
        INSERT INTO dbo.log (what) VALUES ('made'), ('used');
        GO

        """;

    private const string Logged = Shop + """
        CREATE TRIGGER dbo.note ON dbo.customers AFTER INSERT, UPDATE, DELETE AS
        BEGIN
          SET NOCOUNT ON;
          INSERT INTO dbo.log (what) SELECT CONCAT('now ', name) FROM inserted;
          INSERT INTO dbo.log (what) SELECT CONCAT('was ', name) FROM deleted;
        END
        GO

        """;

    private const string Values = """
        CREATE TABLE dbo.v (id int NOT NULL CONSTRAINT pk_v PRIMARY KEY, b varbinary(20) NULL, f float NULL, r real NULL, m money NULL, t time(3) NULL, d date NULL, d2 datetime2(6) NULL, g uniqueidentifier NULL,
          n nvarchar(max) NULL, x xml NULL, twice AS (id * 2), bi bit NULL, big bigint NULL);
        INSERT INTO dbo.v (id, b, f, r, m, t, d, d2, g, n, x, bi, big) VALUES
          (1, 0x00FF, 0.1, 0.1, 1.23, '03:04:05.678', '2020-02-29', '2020-01-02 03:04:05.123456', 'C77E26D0-AFDB-4692-A543-BDCC75F6E931', N'long', '<a>1</a>', 1, 9223372036854775807),
          (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, 0x, 1e300, -1, -0.5, '00:00', '0001-01-01', '9999-12-31', 'C77E26D0-AFDB-4692-A543-BDCC75F6E932', N'', '<b/>', 0, -1);
        GO

        """;

    public static IReadOnlyList<UndoCase> All { get; } =
    [
        // Batches of several statements
        new("a batch that writes several tables", Shop, "UPDATE dbo.customers SET name = UPPER(name); DELETE FROM dbo.orders WHERE id = 11; INSERT INTO dbo.log (what) VALUES ('x');\nGO\n"),
        new("a batch that writes and changes one table", Shop, "UPDATE dbo.customers SET name = N'X' WHERE id < 3; ALTER TABLE dbo.customers DROP COLUMN city; DELETE FROM dbo.customers WHERE id = 5;\nGO\n"),
        new("a batch that makes and fills a table", Shop, "CREATE TABLE dbo.made (id int NOT NULL PRIMARY KEY); INSERT INTO dbo.made VALUES (1), (2); ALTER TABLE dbo.orders ADD note varchar(10) NULL;\nGO\n"),
        new("a batch that drops and makes tables", Shop, "DROP TABLE dbo.orders; CREATE TABLE dbo.orders (id int NOT NULL PRIMARY KEY, note varchar(10) NULL); INSERT INTO dbo.orders VALUES (1, 'new');\nGO\n"),
        new("a condition that holds, and one that does not", Shop, "IF OBJECT_ID('dbo.made') IS NULL CREATE TABLE dbo.made (id int NOT NULL); IF OBJECT_ID('dbo.log') IS NULL CREATE TABLE dbo.log (id int NOT NULL); IF 1 = 0 DROP TABLE dbo.orders; UPDATE dbo.orders SET total = 1;\nGO\n"),
        new("variables and a loop", Shop, "DECLARE @i int = 20; WHILE @i < 23 BEGIN INSERT INTO dbo.orders VALUES (@i, 1, @i); SET @i = @i + 1; END; DELETE TOP (1) FROM dbo.orders WHERE id = 12;\nGO\n"),
        new("a batch that is repeated", Shop, "INSERT INTO dbo.log (what) VALUES ('again');\nGO 3\n"),

        // Identity
        new("rows with identity go and come", Shop, "DELETE FROM dbo.log WHERE id = 1; INSERT INTO dbo.log (what) VALUES ('new'); UPDATE dbo.log SET what = 'changed' WHERE id = 2;\nGO\n"),
        new("identity is inserted", Shop, "SET IDENTITY_INSERT dbo.log ON; INSERT INTO dbo.log (id, what) VALUES (77, 'given'); SET IDENTITY_INSERT dbo.log OFF;\nGO\n"),
        new("a table with identity is dropped", Shop, "DROP TABLE dbo.log;\nGO\n"),

        // Rows that go in other ways
        new("truncate", Shop, "TRUNCATE TABLE dbo.orders;\nGO\n"),
        new("truncate after writing", Shop, "UPDATE dbo.orders SET total = 0;\nGO\nTRUNCATE TABLE dbo.orders;\nGO\nINSERT INTO dbo.orders VALUES (10, 1, 5);\nGO\n"),
        new("update from a join", Shop, "UPDATE o SET total = c.balance FROM dbo.orders AS o JOIN dbo.customers AS c ON c.id = o.customer;\nGO\n"),
        new("delete from a join", Shop, "DELETE o FROM dbo.orders AS o JOIN dbo.customers AS c ON c.id = o.customer WHERE c.city = 'London';\nGO\n"),
        new("output that is returned", Shop, "DELETE FROM dbo.orders OUTPUT deleted.id WHERE id = 12;\nGO\nINSERT INTO dbo.orders OUTPUT inserted.id VALUES (30, 1, 3);\nGO\nUPDATE dbo.orders SET total = 8 WHERE id = 10;\nGO\n"),
        new("output that is kept", Shop, "DELETE FROM dbo.orders OUTPUT CONCAT('gone ', deleted.id) INTO dbo.log (what) WHERE id = 12;\nGO\n"),
        new("only the case of letters, and spaces at the end", Shop, "UPDATE dbo.customers SET name = UPPER(name), city = city + ' ' WHERE id = 1;\nGO\n"),
        new("select into", Shop, "SELECT id, name INTO dbo.copied FROM dbo.customers;\nGO\n"),

        new("a limit of rows that is not ours", Shop, "SET ROWCOUNT 1;\nGO\nDELETE FROM dbo.log;\nGO\nDROP TABLE dbo.orders;\nGO\nDELETE FROM dbo.customers;\nGO\nSET ROWCOUNT 0;\nGO\nUPDATE dbo.customers SET city = 'x';\nGO\n"),

        // Values of all types
        new("update values of all types", Values, "UPDATE dbo.v SET b = 0x01, f = 2, r = 2, m = 2, t = '01:00', d = '2000-01-01', d2 = '2000-01-01', g = 'C77E26D0-AFDB-4692-A543-BDCC75F6E933', n = N'y', x = '<c/>', bi = 0, big = 0;\nGO\n"),
        new("delete values of all types", Values, "DELETE FROM dbo.v;\nGO\n"),
        new("drop a table with values of all types", Values, "DROP TABLE dbo.v;\nGO\n"),
        new("drop columns of many types", Values, "ALTER TABLE dbo.v DROP COLUMN x; ALTER TABLE dbo.v DROP COLUMN b; ALTER TABLE dbo.v DROP COLUMN d2;\nGO\n"),
        new("old texts", "CREATE TABLE dbo.o (id int NOT NULL PRIMARY KEY, a text NULL, b ntext NULL, c image NULL); INSERT INTO dbo.o VALUES (1, 'a', N'b', 0x01), (2, NULL, NULL, NULL), (3, 'c', N'd', 0x02);\nGO\n",
            "UPDATE dbo.o SET a = 'x', b = N'y', c = 0x03 WHERE id = 1; DELETE FROM dbo.o WHERE id = 3; INSERT INTO dbo.o VALUES (4, 'new', N'new', 0x04);\nGO\n"),
        new("a type that is another's name", "CREATE TYPE dbo.short FROM varchar(5) NULL;\nGO\nCREATE TABLE dbo.s (id int NOT NULL PRIMARY KEY, s dbo.short NULL); INSERT INTO dbo.s VALUES (1, 'a'), (2, NULL);\nGO\n", "UPDATE dbo.s SET s = 'b'; DELETE FROM dbo.s WHERE id = 2;\nGO\n"),

        // Triggers, views and routines
        new("triggers of the table run once, and not in the undo", Logged, "UPDATE dbo.customers SET name = N'Z' WHERE id = 1; DELETE FROM dbo.customers WHERE id = 2;\nGO\n"),
        new("make and drop a trigger", Logged, "DROP TRIGGER dbo.note;\nGO\nCREATE TRIGGER dbo.other ON dbo.orders AFTER INSERT AS BEGIN SET NOCOUNT ON END\nGO\n"),
        new("a procedure is made and called", Shop, "CREATE PROCEDURE dbo.clear AS DELETE FROM dbo.orders WHERE id = 12\nGO\nEXEC dbo.clear\nGO\n"),
        new("a procedure that is there is called", Shop + "CREATE PROCEDURE dbo.clear AS BEGIN DELETE FROM dbo.orders WHERE id = 12; UPDATE dbo.customers SET city = 'c' END\nGO\n", "EXEC dbo.clear\nGO\n"),
        new("write through a view", Shop + "CREATE VIEW dbo.names AS SELECT id, name FROM dbo.customers\nGO\n", "UPDATE dbo.names SET name = N'V' WHERE id = 1;\nGO\n"),
        new("procedures and functions go", Shop + "CREATE FUNCTION dbo.two() RETURNS int AS BEGIN RETURN 2 END\nGO\nCREATE PROCEDURE dbo.p AS SELECT 1 AS one\nGO\n", "DROP FUNCTION dbo.two; DROP PROCEDURE dbo.p;\nGO\n"),

        // Structure
        new("a schema and what is in it", Shop, "CREATE SCHEMA side\nGO\nCREATE TABLE side.t (id int NOT NULL); INSERT INTO side.t VALUES (1);\nGO\n"),
        new("rename a table and its column", Shop, "EXEC sp_rename 'dbo.orders.total', 'sum', 'COLUMN';\nGO\nEXEC sp_rename 'dbo.orders', 'purchases', 'OBJECT';\nGO\nUPDATE dbo.purchases SET sum = 1;\nGO\n"),
        new("a new table under the name that a view reads", "CREATE TABLE a (id INT PRIMARY KEY, x INT);\nGO\nINSERT INTO a VALUES (1, 2);\nGO\nCREATE VIEW of_a AS SELECT x, count(*) AS n FROM a GROUP BY x\nGO\n", "EXEC sp_rename 'dbo.a', 'b', 'OBJECT';\nGO\nDELETE FROM b;\nCREATE TABLE a (id INT PRIMARY KEY, x BIGINT);\nGO\nINSERT INTO a VALUES (7, 8);\nGO\n"),
        new("a check and a foreign key", Shop, "ALTER TABLE dbo.orders ADD CONSTRAINT ck_total CHECK (id > 0);\nGO\nALTER TABLE dbo.orders DROP CONSTRAINT fk_customer;\nGO\nDELETE FROM dbo.customers WHERE id = 1;\nGO\n"),
        new("a computed column", Shop, "ALTER TABLE dbo.orders ADD doubled AS (id * 2);\nGO\n"),
        new("in pieces", Shop, "-- Transaction: none\nUPDATE dbo.customers SET city = 'x';\nGO\nBEGIN TRANSACTION;\nGO\nDELETE FROM dbo.orders WHERE id = 12;\nGO\nCOMMIT;\nGO\nALTER TABLE dbo.customers DROP COLUMN balance;\nGO\n"),
        new("errors are caught", Shop, "BEGIN TRY INSERT INTO dbo.orders VALUES (10, 1, 1) END TRY BEGIN CATCH UPDATE dbo.orders SET total = 7 WHERE id = 10 END CATCH;\nGO\n"),
    ];

    public static IReadOnlyList<UndoCase> OnlyReal { get; } =
    [
        new("a sequence", Shop, "CREATE SEQUENCE dbo.numbers AS int START WITH 5;\nGO\n"),
        new("merge", Shop, "MERGE dbo.customers AS c USING dbo.orders AS o ON c.id = o.id - 9 WHEN MATCHED THEN UPDATE SET city = 'm' WHEN NOT MATCHED THEN INSERT (id, name) VALUES (o.id, N'merged');\nGO\n"),
        new("a trigger of the user's that writes its own table", Shop + "CREATE TRIGGER dbo.again ON dbo.customers AFTER INSERT, UPDATE AS UPDATE dbo.customers SET city = 'again' WHERE id IN (SELECT id FROM inserted) AND city <> 'again'\nGO\n", "UPDATE dbo.customers SET name = N'Z', city = 'z' WHERE id = 1; INSERT INTO dbo.customers VALUES (9, N'new', 'n', 0);\nGO\n"),
        new("a trigger of the user's that must come first", Shop + "CREATE TRIGGER dbo.again ON dbo.customers AFTER INSERT, UPDATE AS UPDATE dbo.customers SET city = 'again' WHERE id IN (SELECT id FROM inserted) AND city <> 'again'\nGO\nEXEC sp_settriggerorder 'dbo.again', 'First', 'UPDATE'\nGO\n", "UPDATE dbo.customers SET name = N'Z', city = 'z' WHERE id = 1; INSERT INTO dbo.customers VALUES (9, N'new', 'n', 0);\nGO\n"),
        new("write through a view that a trigger stands in for", Shop + "CREATE VIEW dbo.names AS SELECT id, name FROM dbo.customers\nGO\nCREATE TRIGGER dbo.instead ON dbo.names INSTEAD OF DELETE AS DELETE FROM dbo.customers WHERE id IN (SELECT id FROM deleted)\nGO\n", "DELETE FROM dbo.names WHERE id = 5;\nGO\n"),
        new("a unique index over what is not NULL", Shop, "ALTER TABLE dbo.customers ADD email varchar(50) NULL;\nGO\nCREATE UNIQUE INDEX ux_email ON dbo.customers (email) WHERE email IS NOT NULL;\nGO\n"),
        new("a temporal table", "CREATE TABLE dbo.t (id int NOT NULL CONSTRAINT pk_t PRIMARY KEY, v int NULL, f datetime2 GENERATED ALWAYS AS ROW START NOT NULL, u datetime2 GENERATED ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME (f, u)); INSERT INTO dbo.t (id, v) VALUES (1, 1), (2, 2);\nGO\n", "UPDATE dbo.t SET v = 3 WHERE id = 1;\nGO\nALTER TABLE dbo.t ADD w int NULL;\nGO\n"),
        new("types of all kinds", "CREATE TABLE dbo.k (id int NOT NULL CONSTRAINT pk_k PRIMARY KEY, s sql_variant NULL, h hierarchyid NULL, g geography NULL, v rowversion NOT NULL, o datetimeoffset(7) NULL, p int SPARSE NULL); INSERT INTO dbo.k (id, s, h, g, o, p) VALUES (1, CAST(1 AS bigint), '/1/', geography::Point(47, 8, 4326), '2020-01-01 00:00:00.1234567 +02:00', 5), (2, N'text', NULL, NULL, NULL, NULL);\nGO\n", "ALTER TABLE dbo.k DROP COLUMN g;\nGO\nUPDATE dbo.k SET s = CAST(1 AS int), h = '/2/', o = NULL, p = NULL;\nGO\nDELETE FROM dbo.k WHERE id = 2;\nGO\n"),
        new("an index that is changed", Shop + "CREATE INDEX ix_city ON dbo.customers (city DESC) INCLUDE (name) WITH (FILLFACTOR = 70)\nGO\n", "DROP INDEX ix_city ON dbo.customers; CREATE INDEX ix_city ON dbo.customers (name);\nGO\n"),
        new("defaults and types of columns", Shop, "ALTER TABLE dbo.customers ADD CONSTRAINT df_city DEFAULT ('Bern') FOR city;\nGO\nALTER TABLE dbo.customers ALTER COLUMN name nvarchar(80) NOT NULL;\nGO\nALTER TABLE dbo.orders ALTER COLUMN total int NULL;\nGO\n"),
        new("a column between others that have defaults", Shop + "ALTER TABLE dbo.customers ADD CONSTRAINT df_balance DEFAULT (0) FOR balance;\nGO\n", "ALTER TABLE dbo.customers DROP COLUMN city;\nGO\n"),
        new("modules that are altered", Shop + "CREATE PROCEDURE dbo.p AS SELECT 1 AS one\nGO\n", "CREATE OR ALTER PROCEDURE dbo.p AS SELECT 2 AS two\nGO\nCREATE SYNONYM dbo.s FOR dbo.orders\nGO\n"),
    ];
}
