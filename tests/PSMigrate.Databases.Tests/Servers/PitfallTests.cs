using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sqlite;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>
/// Values that are easily lost between engines: they arrive exactly, which the copy itself proves by reading them again, or they are named
/// before anything is copied. Either way undo leaves nothing behind.
/// </summary>
public sealed class PitfallTests(PostgreSqlServer postgreSql, MariaDbServer mariaDb)
{
    private const string PostgreSqlValues = """
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
        CREATE TABLE nums (id int PRIMARY KEY, d38 numeric(38,18), u numeric, f4 real, f8 double precision, m money, b bigint, s smallint);
        INSERT INTO nums VALUES (1, 12345678901234567890.123456789012345678, 1.50, 0.1, 0.1, 12.34, 9223372036854775807, -32768), (2, -0.000000000000000001, 1e100, 3.4e38, 1.7976931348623157e308, -1, -9223372036854775808, 32767), (3, NULL, NULL, 1e-45, 5e-324, NULL, NULL, NULL);
        CREATE TABLE times (id int PRIMARY KEY, d date, t time, ts timestamp, tz timestamptz, i interval, ttz timetz);
        INSERT INTO times VALUES (1, '0001-01-01', '23:59:59.999999', '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05.678901+02', '1 day 2:03:04', '10:00+02'), (2, '9999-12-31', '00:00', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:08+00', '-1 month', NULL);
        CREATE TABLE texts (id int PRIMARY KEY, c char(5), v varchar(10), t text, j json, jb jsonb, x xml, a int[], e mood, u uuid, by bytea, bt bit(5), inet inet, bo boolean);
        INSERT INTO texts VALUES (1, 'ab', 'tr  ', E'emoji 😀\ttab\nnl\\N\r', '{"a": 1.0, "a": 2}', '{"b": [1, null]}', '<a/>', '{1,NULL,3}', 'happy', '00112233-4455-6677-8899-aabbccddeeff', '\x00ff', B'10101', '10.0.0.1/24', true), (2, '', '', '', 'null', '"x"', NULL, '{}', 'sad', NULL, '', NULL, NULL, false);
        CREATE TABLE "Select From" ("or""der" int, "a b" text); INSERT INTO "Select From" VALUES (1, 'dup'), (1, 'dup'), (NULL, NULL);
        CREATE TABLE gen (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED); INSERT INTO gen (a) VALUES (1), (2);
        CREATE TABLE folded (k text PRIMARY KEY); INSERT INTO folded VALUES ('a'), ('A'), ('a '), ('ä'), ('');
        """;

    private const string PostgreSqlOnly = """
        CREATE TABLE nans (id int PRIMARY KEY, f8 double precision); INSERT INTO nans VALUES (1, 'NaN'), (2, 'Infinity'), (3, 1);
        CREATE TABLE odd (id int PRIMARY KEY, d date, ts timestamp); INSERT INTO odd VALUES (1, 'infinity', '-infinity'), (2, '0044-03-15 BC', '20000-01-01'), (3, '2000-01-01', '2000-01-01');
        """;

    private const string MariaDbValues = """
        CREATE TABLE nums (id BIGINT UNSIGNED PRIMARY KEY, d DECIMAL(65, 30), f FLOAT, db DOUBLE, b BIT(64), y YEAR, m MEDIUMINT UNSIGNED, t TINYINT(1));
        INSERT INTO nums VALUES (18446744073709551615, 12345678901234567890123456789012345.123456789012345678901234567890, 0.1, 5e-324, b'1111', 1901, 16777215, -128), (0, -0.000000000000000000000000000001, 3.4e38, 1.7976931348623157e308, NULL, 2155, 0, 127);
        CREATE TABLE texts (id INT PRIMARY KEY, c CHAR(5), bin BINARY(4), vb VARBINARY(8), l VARCHAR(20) CHARACTER SET latin1, e ENUM('a', 'b c'), s SET('x', 'y'), tx TEXT, dt DATETIME(6), ts TIMESTAMP(3) NULL, t TIME(2), u UUID);
        INSERT INTO texts VALUES (1, 'ab', 'ab', x'00FF', 'é€', 'b c', 'x,y', '😀\\N\t\r\n\0', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999', '23:59:59.99', '00112233-4455-6677-8899-aabbccddeeff'), (2, '', '', '', '', NULL, '', '', '0001-01-01', NULL, '00:00', NULL);
        """;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("mysql")]
    [InlineData("postgres")]
    public async Task From_postgresql(string to)
    {
        using var from = new PostgreSqlTestDatabase(postgreSqlServer);
        from.Execute(PostgreSqlValues);
        await ThereAndUndoneAsync(from, to);
    }

    [Theory]
    [InlineData("mysql", "nans.f8", "NaN")]
    [InlineData("mysql", "odd.d", "infinity")]
    [InlineData("mysql", "odd.ts", "20000-01-01")]
    [InlineData("sqlite", "nans.f8", "NaN")]
    public async Task What_no_other_engine_has_is_named_before(string to, string column, string value)
    {
        using var from = new PostgreSqlTestDatabase(postgreSqlServer);
        from.Execute(PostgreSqlOnly);
        await using var room = new Room(this, to);
        var before = room.Database.Image();
        var plan = await Copies.PlanAsync(room.Folder, from.Target, room.Database.Target);
        Assert.Contains(plan.Findings, f => f.RuleId == "PSM301" && f.Reason.Contains(column, StringComparison.Ordinal) && f.Reason.Contains("id=1", StringComparison.Ordinal) | f.Reason.Contains("id=2", StringComparison.Ordinal) && f.Reason.Contains(value, StringComparison.Ordinal));
        var failed = await Copies.TryAsync(plan);
        Assert.Equal("CopyValueRefused", failed.Failure!.ErrorId);
        Assert.Null((await Copies.UndoAsync(plan)).Failure);
        Assert.Equal("", before.DifferenceTo(room.Database.Image()));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("mysql")]
    public async Task From_mariadb(string to)
    {
        using var from = new MariaDbTestDatabase(mariaDbServer);
        from.Execute(MariaDbValues);
        await ThereAndUndoneAsync(from, to);
    }

    /// <summary>PostgreSQL has no text with U+0000: that row is named.</summary>
    [Fact]
    public async Task From_mariadb_to_postgresql()
    {
        using var from = new MariaDbTestDatabase(mariaDbServer);
        from.Execute(MariaDbValues);
        using var to = new PostgreSqlTestDatabase(postgreSqlServer);
        var folder = Directory.CreateTempSubdirectory("psmigrate-test-").FullName;
        var plan = await Copies.PlanAsync(folder, from.Target, to.Target);
        var lost = Assert.Single(plan.Findings, f => f.RuleId == "PSM301");
        Assert.Contains("U+0000", lost.Reason, StringComparison.Ordinal);
        from.Execute("UPDATE texts SET tx = 'x'");
        var copied = await Copies.RunAsync(folder, from.Target, to.Target);
        Assert.Equal(["18446744073709551615 12345678901234567890123456789012345.123456789012345678901234567890"], to.Rows("SELECT id::text, d::text FROM nums WHERE id > 0"));
        Assert.Null((await Copies.UndoAsync(copied)).Failure);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A key of the target's that takes two texts for the same is an error, and never a row that is missing.</summary>
    [Fact]
    public async Task Keys_that_collide_at_the_target_are_an_error()
    {
        using var from = new PostgreSqlTestDatabase(postgreSqlServer);
        from.Execute("CREATE TABLE folded (k varchar(20) PRIMARY KEY); INSERT INTO folded VALUES ('a'), ('A'), ('b')");
        using var to = new MariaDbTestDatabase(mariaDbServer);
        to.Execute("CREATE TABLE folded (k VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY)");
        var folder = Directory.CreateTempSubdirectory("psmigrate-test-").FullName;
        var plan = await Copies.PlanAsync(folder, from.Target, to.Target);
        var failed = await Copies.TryAsync(plan);
        Assert.Equal("RowRefused", failed.Failure!.ErrorId);
        Assert.Contains("Duplicate", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Null((await Copies.UndoAsync(plan)).Failure);
        Assert.Empty(to.Rows("SELECT * FROM folded"));
        Directory.Delete(folder, recursive: true);
    }

    private async Task ThereAndUndoneAsync(TestDatabase from, string to)
    {
        await using var room = new Room(this, to);
        if (to == "postgres")
        {
            room.Database.Execute("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')");
        }

        var before = room.Database.Image();
        var plan = await Copies.RunAsync(room.Folder, from.Target, room.Database.Target);
        var undone = await Copies.UndoAsync(plan);
        Assert.Null(undone.Failure);
        Assert.Empty(undone.Plan.Undo!.Conflicts);
        Assert.Equal("", before.DifferenceTo(room.Database.Image()));
    }

    private sealed class Room : IAsyncDisposable
    {
        public Room(PitfallTests tests, string engine)
        {
            Folder = Directory.CreateTempSubdirectory("psmigrate-test-").FullName;
            Database = engine switch
            {
                "sqlite" => new SqliteTestDatabase(Path.Combine(Folder, "to.db")),
                "mysql" => new MariaDbTestDatabase(tests.mariaDbServer),
                _ => new PostgreSqlTestDatabase(tests.postgreSqlServer),
            };
        }

        public string Folder { get; }

        public TestDatabase Database { get; }

        public ValueTask DisposeAsync()
        {
            Database.Dispose();
            Directory.Delete(Folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }

    private readonly MariaDbServer mariaDbServer = mariaDb;
    private readonly PostgreSqlServer postgreSqlServer = postgreSql;
}
