using System.Globalization;
using System.Text;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Rows out of MariaDB and into it again, by LOAD DATA and by inserts.</summary>
public sealed class MariaDbDoorTests(MariaDbDoorTests.OwnServer own) : IClassFixture<MariaDbDoorTests.OwnServer>
{
    private readonly MariaDbServer server = own.Server;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>A type, and values of it at its edges.</summary>
    public static TheoryData<string, string> Values => new()
    {
        { "tinyint(1)", "0, 1, -128, 127" },
        { "tinyint unsigned", "0, 255" },
        { "smallint", "-32768, 32767" },
        { "smallint unsigned", "65535" },
        { "mediumint", "-8388608, 8388607" },
        { "mediumint unsigned zerofill", "7, 16777215" },
        { "int", "-2147483648, 2147483647" },
        { "int unsigned", "4294967295" },
        { "bigint", "-9223372036854775808, 9223372036854775807" },
        { "bigint unsigned", "0, 18446744073709551615" },
        { "bit(1)", "b'0', b'1'" },
        { "bit(33)", "0, 8589934591" },
        { "bit(64)", "0, 18446744073709551615, 10" },
        { "year", "0, 1901, 2155, 2000" },
        { "decimal(65,30)", "99999999999999999999999999999999999.999999999999999999999999999999, -0.000000000000000000000000000001, 0, 10000, 0.0001, 123456.789" },
        { "decimal(38,18) unsigned", "12345678901234567890.123456789012345678" },
        { "decimal(10,2) zerofill", "1.5" },
        { "float", "0.1, -0, 3.4028234663852886e38, 1.17549435e-38, 1.4e-45, 16777217, 0.3333333333" },
        { "float(7,2)", "0.1, 12345.67" },
        { "double", "0.1, -0e0, 1.7976931348623157e308, 2.2250738585072014e-308, 4.9e-324, 0.30000000000000004, 123456789012345680" },
        { "double(10,3)", "0.125, -1234567.891" },
        { "date", "'0001-01-01', '1582-10-10', '2000-02-29', '9999-12-31', '0000-03-01'" },
        { "datetime", "'1000-01-01 00:00:00', '9999-12-31 23:59:59', '1999-12-31 23:59:59'" },
        { "datetime(6)", "'0001-01-01 00:00:00.000001', '9999-12-31 23:59:59.999999', '2026-03-29 02:30:00.5'" },
        { "timestamp(3)", "'1970-01-01 00:00:01', '2038-01-19 03:14:07.999', '2026-10-25 01:30:00.25'" },
        { "time", "'-838:59:59', '838:59:59', '24:00:00', '00:00:00', '-00:00:01'" },
        { "time(6)", "'-838:59:59.000000', '23:59:59.999999', '-00:00:00.000001', '100:00:00.5'" },
        { "char(5)", "'', 'a', 'abcde', '𝄞é日本x'" },
        { "char(3) CHARACTER SET ascii", "'abc', ''" },
        { "varchar(20)", """'', ' x', 'a  ', 'tab\tnew\nline\\back\r', '\\N', 'NULL', 'x\0y', '😀', '''"`'""" },
        { "varchar(20) CHARACTER SET latin1", "'é', '€', 'ÿ', x'8190'" },
        { "varchar(20) CHARACTER SET cp1251", "'привет'" },
        { "varchar(20) CHARACTER SET sjis", "'日本語', 'ﾊﾝｶｸ'" },
        { "varchar(20) CHARACTER SET gbk", "'中文'" },
        { "varchar(20) CHARACTER SET ucs2", "'日本', ''" },
        { "varchar(20) CHARACTER SET utf16", "'😀'" },
        { "varchar(20) CHARACTER SET utf32", "'😀'" },
        { "varchar(20) CHARACTER SET utf8mb3", "'日本'" },
        { "tinytext", "'', REPEAT('x', 255)" },
        { "text", "REPEAT('é', 32767)" },
        { "mediumtext", "REPEAT('a\\tb\\n', 100000)" },
        { "longtext CHARACTER SET latin1", "REPEAT('é', 300000)" },
        { "binary(4)", "x'00000000', x'5C090A0D', x'FFFE0020'" },
        { "varbinary(300)", """x'', x'00', x'5C4E', x'0A', 'a\tb\\', REPEAT(x'FF', 300)""" },
        { "tinyblob", "x'', x'00FF'" },
        { "longblob", "REPEAT(x'00095C0A', 200000), x''" },
        { "enum('red','it''s','a,b','Ä','1','')", "'red', 'it''s', 'a,b', 'Ä', '1', ''" },
        { "enum('b','a') CHARACTER SET latin1", "'a', 'b'" },
        { "set('a','B','c d')", "'', 'a', 'a,B', 'c d', 'a,B,c d'" },
        { "json", """'{"a": [1, 2.50, "é\\n"]}', 'null', '12345678901234567890.10'""" },
        { "uuid", "'00000000-0000-0000-0000-000000000001', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'ffffffff-ffff-ffff-ffff-ffffffffffff'" },
        { "inet6", "'::', '2001:db8::ff00:42:8329', '::ffff:192.0.2.1'" },
        { "inet4", "'255.255.255.255', '0.0.0.0'" },
        { "geometry", "ST_GeomFromText('POINT(1.5 -2)', 4326), ST_GeomFromText('POLYGON((0 0, 1 0, 1 1, 0 0))')" },
        { "point", "ST_PointFromText('POINT(10 9)')" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public Task Loaded_values_are_what_they_were(string type, string values) => CopiesAsync(type, values);

    [Theory]
    [MemberData(nameof(Values))]
    public Task Inserted_values_are_what_they_were(string type, string values) => WithoutLoadingAsync(() => CopiesAsync(type, values));

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Rows_are_found_by_literals_of_their_keys(string type, string values)
    {
        if (type is "json" or "geometry" or "point" || type.Contains("text", StringComparison.Ordinal) || type.Contains("blob", StringComparison.Ordinal))
        {
            Assert.Skip("No key of such a type.");
        }

        await using var room = await RoomAsync(server, $"CREATE TABLE a (v {type} NOT NULL, KEY (v)); INSERT INTO a VALUES {Rows(values, v => $"({v})")}");
        var (table, columns) = room.Table("a");
        await using var moment = await room.Door.OpenMomentAsync(Cancel);
        var all = await ReadAsync(moment, new RowQuery(table, columns, ["v"]) { IsInOrder = true });
        for (var i = 0; i < all.Count; i++)
        {
            var literal = LiteralOf(room.Door, all, i, columns[0].Type);
            var upTo = await ReadAsync(moment, new RowQuery(table, columns, ["v"]) { UpTo = [literal] });
            var after = await ReadAsync(moment, new RowQuery(table, columns, ["v"]) { After = [literal] });
            Assert.True(upTo.Count == i + 1, $"{upTo.Count} of {all.Count} rows are up to row {i}, {literal}");
            Assert.Equal(all.Count - i - 1, after.Count);
        }
    }

    [Theory]
    [InlineData("date", "'0000-00-00'", "0000-00-00")]
    [InlineData("date", "'2026-00-10'", "2026-00-10")]
    [InlineData("datetime", "'2026-02-31 10:00:00'", "2026-02-31 10:00:00")]
    [InlineData("timestamp", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00")]
    [InlineData("varchar(10) CHARACTER SET gbk", "x'FDFD'", "FDFD")]
    public async Task What_no_other_database_takes_is_refused_with_its_value(string type, string value, string named)
    {
        await using var room = await RoomAsync(server, $"CREATE TABLE a (id int PRIMARY KEY, v {type} NULL); SET sql_mode = 'ALLOW_INVALID_DATES'; INSERT INTO a VALUES (1, NULL), (2, {value}), (3, NULL)");
        var (table, columns) = room.Table("a");
        await using var moment = await room.Door.OpenMomentAsync(Cancel);
        await using var reader = await moment.ReadAsync(new RowQuery(table, columns, ["id"]) { IsInOrder = true }, Cancel);
        var rows = new RowBuffer();
        var refused = await Assert.ThrowsAsync<ValueRefusedException>(async () => await reader.ReadAsync(rows, Cancel));
        Assert.Equal(1, refused.Field);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, rows.Count);
        Assert.False(await reader.ReadAsync(rows, Cancel));
        Assert.Equal(2, rows.Count);
    }

    public static TheoryData<string, DataForm, string, bool> Unfit => new()
    {
        { "datetime(3)", DataForm.Timestamp, "1500", false },
        { "time", DataForm.Time, "1", false },
        { "datetime(6)", DataForm.FineTimestamp, "11", false },
        { "datetime", DataForm.Timestamp, "9223372036854775807", false },
        { "date", DataForm.Date, "2147483647", false },
        { "date", DataForm.Date, "5000000", false },
        { "int", DataForm.Numeric, "1.5", false },
        { "bigint unsigned", DataForm.Numeric, "NaN", false },
        { "float", DataForm.Double, "0.1", false },
        { "double(10,2)", DataForm.Double, "1.234", false },
        { "double", DataForm.Double, "Infinity", false },
        { "binary(4)", DataForm.Bytes, "abc", false },
        { "enum('a','b')", DataForm.Text, "A", false },
        { "enum('a','b')", DataForm.Text, "1", false },
        { "set('a','b')", DataForm.Text, "a,1", false },
        { "decimal(5,2)", DataForm.Numeric, "1.234", true },
        { "decimal(5,2)", DataForm.Numeric, "1000", true },
        { "decimal(5,2) unsigned", DataForm.Numeric, "-1", true },
        { "tinyint", DataForm.Int16, "128", true },
        { "tinyint unsigned", DataForm.Int16, "-1", true },
        { "bit(3)", DataForm.Int16, "8", true },
        { "year", DataForm.Int32, "1900", true },
        { "time", DataForm.Time, "3024000000000", true },
        { "timestamp NULL", DataForm.TimestampTz, "-1000000000000000", true },
        { "varchar(3)", DataForm.Text, "abcd", true },
        { "varchar(3)", DataForm.Text, "abc ", true },
        { "varchar(3) CHARACTER SET latin1", DataForm.Text, "日", true },
        { "varchar(3) CHARACTER SET utf8mb3", DataForm.Text, "😀", true },
        { "varbinary(2)", DataForm.Bytes, "abc", true },
        { "json", DataForm.Text, "{", true },
        { "point", DataForm.Bytes, "abc", true },
        { "float", DataForm.Double, "1e300", false },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public Task What_a_column_would_change_is_a_failure_of_loading(string type, DataForm form, string value, bool byServer) => RefusesAsync(type, form, value, byServer);

    [Theory]
    [MemberData(nameof(Unfit))]
    public Task What_a_column_would_change_is_a_failure_of_inserting(string type, DataForm form, string value, bool byServer) =>
        WithoutLoadingAsync(() => RefusesAsync(type, form, value, byServer));

    [Theory]
    [InlineData(true, "CREATE TABLE b (id int PRIMARY KEY, v int); INSERT INTO b VALUES (2, 0)", "Duplicate")]
    [InlineData(false, "CREATE TABLE b (id int PRIMARY KEY, v int); INSERT INTO b VALUES (2, 0)", "Duplicate")]
    [InlineData(true, "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, v int REFERENCES p (id))", "foreign key")]
    [InlineData(false, "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, v int REFERENCES p (id))", "foreign key")]
    [InlineData(true, "CREATE TABLE b (id int PRIMARY KEY, v int CHECK (v < 20))", "CONSTRAINT")]
    [InlineData(false, "CREATE TABLE b (id int PRIMARY KEY, v int CHECK (v < 20))", "CONSTRAINT")]
    [InlineData(true, "CREATE TABLE b (id int PRIMARY KEY, v int NOT NULL) PARTITION BY RANGE (id) (PARTITION x VALUES LESS THAN (3))", "partition")]
    [InlineData(false, "CREATE TABLE b (id int PRIMARY KEY, v int NOT NULL) PARTITION BY RANGE (id) (PARTITION x VALUES LESS THAN (3))", "partition")]
    [InlineData(true, "CREATE TABLE b (id int PRIMARY KEY, v int); CREATE TRIGGER t BEFORE INSERT ON b FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not today'", "not today")]
    public async Task Rows_that_the_table_refuses_are_named_and_nothing_stays(bool loads, string create, string said)
    {
        async Task TryAsync()
        {
            await using var room = await RoomAsync(server, $"CREATE TABLE a (id int PRIMARY KEY, v int); INSERT INTO a VALUES (1, 10), (2, 20), (3, 30); {create}");
            var before = await room.Database.ScalarAsync<long>("SELECT count(*) FROM b");
            var refused = await Refused.WithAsync("RowRefused", () => CopyAsync(room, "a", "b"));
            Assert.Contains("b does not take", refused.Message, StringComparison.Ordinal);
            Assert.Contains(said, refused.Message, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(before, await room.Database.ScalarAsync<long>("SELECT count(*) FROM b"));
        }

        await (loads ? TryAsync() : WithoutLoadingAsync(TryAsync));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Numbers_that_count_by_themselves_are_written_as_they_are(bool loads)
    {
        async Task TryAsync()
        {
            await using var room = await RoomAsync(server, """
                CREATE TABLE a (id int NOT NULL PRIMARY KEY, v int); INSERT INTO a VALUES (0, 1), (-5, 2), (7, 3);
                CREATE TABLE b (id int AUTO_INCREMENT PRIMARY KEY, v int, twice int AS (v * 2), at timestamp DEFAULT CURRENT_TIMESTAMP)
                """);
            Assert.Equal(3, await CopyAsync(room, "a", "b"));
            Assert.Equal("-5=2,0=1,7=3", await room.Database.ScalarAsync<string>("SELECT GROUP_CONCAT(CONCAT(id, '=', v) ORDER BY id) FROM b WHERE twice = v * 2 AND at IS NOT NULL"));
        }

        await (loads ? TryAsync() : WithoutLoadingAsync(TryAsync));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NULL_where_none_may_be_is_refused_with_its_field(bool loads)
    {
        async Task TryAsync()
        {
            await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY, v timestamp(6) NULL); INSERT INTO a VALUES (1, NULL); CREATE TABLE b (id int PRIMARY KEY, v timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6))");
            Assert.Equal(1, (await Assert.ThrowsAsync<ValueRefusedException>(() => CopyAsync(room, "a", "b"))).Field);
        }

        await (loads ? TryAsync() : WithoutLoadingAsync(TryAsync));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_rows_wide_and_narrow_come_over_in_transactions_and_with_statements_between(bool loads)
    {
        async Task TryAsync()
        {
            await using var room = await RoomAsync(server, """
                CREATE TABLE a (id int PRIMARY KEY, `or``der` varchar(2000), d double, t datetime(6), b varbinary(100));
                INSERT INTO a SELECT seq, REPEAT(CONCAT(seq, '\t'), seq % 200), seq / 7, '2026-01-01' + INTERVAL seq SECOND, UNHEX(SHA2(seq, 512)) FROM seq_1_to_20000;
                CREATE TABLE b LIKE a; CREATE TABLE log (n bigint)
                """);
            var (table, columns) = room.Table("a");
            var (target, _) = room.Table("b");
            await using var moment = await room.Door.OpenMomentAsync(Cancel);
            await using var reader = await moment.ReadAsync(new RowQuery(table, columns, ["id"]), Cancel);
            await using var writer = await room.Door.OpenWriterAsync(target, [.. columns.Select(c => new WrittenColumn(c.Name, c.Type))], Cancel);
            var rows = new RowBuffer();
            var all = 0L;
            for (var more = true; more;)
            {
                await writer.BeginAsync(Cancel);
                for (var i = 0; i < 5 && more; i++)
                {
                    rows.Clear();
                    more = await reader.ReadAsync(rows, Cancel);
                    await writer.WriteAsync(rows, Cancel);
                }

                var taken = await writer.EndRowsAsync(Cancel);
                all += taken;
                Assert.Equal(1, await writer.ExecuteAsync("INSERT INTO log VALUES (@p1)", Cancel, taken));
                await writer.CommitAsync(Cancel);
            }

            await writer.BeginAsync(Cancel);
            Assert.Equal(20000, await writer.ExecuteAsync("DELETE FROM b", Cancel));
            await writer.RollbackAsync();
            Assert.Equal(20000, all);
            Assert.Equal(0, await room.DifferencesAsync("a", "b", columns.Select(c => c.Name)));
            Assert.Equal(20000, await room.Database.ScalarAsync<long>("SELECT sum(n) FROM log"));
        }

        await (loads ? TryAsync() : WithoutLoadingAsync(TryAsync));
    }

    [Fact]
    public async Task A_statement_of_ours_that_changes_a_value_fails()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY, v decimal(5,2))");
        var (table, columns) = room.Table("a");
        await using var writer = await room.Door.OpenWriterAsync(table, [.. columns.Select(c => new WrittenColumn(c.Name, c.Type))], Cancel);
        await writer.BeginAsync(Cancel);
        await Refused.WithAsync("RowRefused", () => writer.ExecuteAsync("INSERT INTO a VALUES (1, 1.005)", Cancel));
    }

    [Fact]
    public async Task A_load_that_is_given_up_leaves_nothing()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT seq FROM seq_1_to_1000; CREATE TABLE b LIKE a");
        var (table, columns) = room.Table("a");
        await using var moment = await room.Door.OpenMomentAsync(Cancel);
        var rows = await ReadAsync(moment, new RowQuery(table, columns, []));
        await using (var writer = await room.Door.OpenWriterAsync(room.Table("b").Table, [new WrittenColumn("id", columns[0].Type)], Cancel))
        {
            await writer.BeginAsync(Cancel);
            await writer.WriteAsync(rows, Cancel);
            await writer.RollbackAsync();
            await writer.BeginAsync(Cancel);
            await writer.WriteAsync(rows, Cancel);
        }

        Assert.Equal(0, await room.Database.ScalarAsync<long>("SELECT count(*) FROM b"));
    }

    [Fact]
    public async Task A_table_dropped_meanwhile_is_an_error_and_no_wait()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT seq FROM seq_1_to_90000; CREATE TABLE b LIKE a");
        var (table, columns) = room.Table("a");
        await using var moment = await room.Door.OpenMomentAsync(Cancel);
        var rows = await ReadAsync(moment, new RowQuery(table, columns, []));
        await using var writer = await room.Door.OpenWriterAsync(room.Table("b").Table, [new WrittenColumn("id", columns[0].Type)], Cancel);
        await room.Database.ExecuteAsync("DROP TABLE b");
        await writer.BeginAsync(Cancel);
        await Assert.ThrowsAsync<MigrationException>(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await writer.WriteAsync(rows, Cancel);
            }

            await writer.EndRowsAsync(Cancel);
        });
    }

    [Fact]
    public async Task Readers_of_a_moment_see_what_was_there_whatever_is_written_meanwhile()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT seq FROM seq_1_to_1000");
        var (table, columns) = room.Table("a");
        await using var moment = await room.Door.OpenMomentAsync(Cancel);
        Assert.Null(moment.NotOneMomentBecause);
        await room.Database.ExecuteAsync("DELETE FROM a WHERE id > 10; INSERT INTO a VALUES (5000)");
        var counts = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await ReadAsync(moment, new RowQuery(table, columns, ["id"]))).Count));
        Assert.All(counts, count => Assert.Equal(1000, count));
        Assert.Equal(["1000", "1"], (await moment.QueryAsync("SELECT count(*), min(id) FROM a", Cancel))[0]);
        await using var later = await room.Door.OpenMomentAsync(Cancel);
        Assert.Equal("11", (await later.QueryAsync("SELECT count(*) FROM a", Cancel))[0][0]);
    }

    [Fact]
    public async Task A_moment_writes_nothing()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY)");
        await using var moment = await room.Door.OpenMomentAsync(Cancel);
        await Assert.ThrowsAsync<MigrationException>(() => moment.QueryAsync("INSERT INTO a VALUES (1)", Cancel));
    }

    [Fact]
    public async Task An_account_that_may_not_lock_reads_one_moment_on_one_connection_and_says_so()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1)");
        var user = $"reader_{room.Database.Name}";
        await server.ExecuteAsync($"CREATE USER {user}@'127.0.0.1' IDENTIFIED BY '{server.Password}'; GRANT SELECT ON {room.Database.Name}.* TO {user}@'127.0.0.1'");
        await using var reading = await room.AsAsync(user);
        var (table, columns) = room.Table("a");
        await using var moment = await reading.Data.OpenMomentAsync(Cancel);
        Assert.Contains("writers cannot be kept out", moment.NotOneMomentBecause, StringComparison.Ordinal);
        await room.Database.ExecuteAsync("INSERT INTO a VALUES (2)");
        await using (var first = await moment.ReadAsync(new RowQuery(table, columns, ["id"]), Cancel))
        {
            Assert.Equal(2, (await ReadAsync(moment, new RowQuery(table, columns, ["id"]))).Count);
            var rows = new RowBuffer();
            await first.ReadAsync(rows, Cancel);
            Assert.Equal(1, rows.Count);
        }

        Assert.Single(Enumerable.Repeat(await ReadAsync(moment, new RowQuery(table, columns, ["id"])), 1), one => one.Count == 1);
    }

    [Fact]
    public async Task The_right_to_lock_tables_is_enough_for_one_moment()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY); CREATE VIEW v AS SELECT 1; CREATE SEQUENCE s");
        var user = $"locker_{room.Database.Name}";
        await server.ExecuteAsync($"CREATE USER {user}@'127.0.0.1' IDENTIFIED BY '{server.Password}'; GRANT SELECT, LOCK TABLES ON {room.Database.Name}.* TO {user}@'127.0.0.1'");
        await using var reading = await room.AsAsync(user);
        await using var moment = await reading.Data.OpenMomentAsync(Cancel);
        Assert.Null(moment.NotOneMomentBecause);
    }

    [Fact]
    public async Task Tables_without_transactions_are_named()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY) ENGINE=MyISAM; CREATE TABLE b (id int)");
        await using var moment = await room.Door.OpenMomentAsync(Cancel);
        Assert.Contains("a (MyISAM)", moment.NotOneMomentBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_is_left_early_ends_its_query_and_its_connection_reads_on()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY, v char(200)); INSERT INTO a SELECT seq, seq FROM seq_1_to_100000");
        var (table, columns) = room.Table("a");
        await using var moment = await room.Door.OpenMomentAsync(Cancel);
        for (var i = 0; i < 10; i++)
        {
            // To the end it would take half a day.
            var reader = await moment.ReadAsync(new RowQuery(table, columns, ["id"]) { Where = "t.id < 50000 OR SLEEP(1) = 0" }, Cancel);
            var rows = new RowBuffer();
            Assert.True(await reader.ReadAsync(rows, Cancel));
            var since = System.Diagnostics.Stopwatch.StartNew();
            await reader.DisposeAsync();
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(20), $"{since.Elapsed}");
        }

        Assert.Equal("100000", (await moment.QueryAsync("SELECT count(*) FROM a", Cancel))[0][0]);
    }

    [Fact]
    public async Task An_authors_expression_gives_the_form_that_is_wanted_or_is_refused()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY, v varchar(20)); INSERT INTO a VALUES (1, '7'), (2, 'x')");
        var (table, _) = room.Table("a");
        async Task<byte[]> FirstAsync(DataKind kind, int width, string expression)
        {
            await using var moment = await room.Door.OpenMomentAsync(Cancel);
            var rows = await ReadAsync(moment, new RowQuery(table, [new ReadColumn("x", new DataType(kind, "") { Width = width }.WithForm(), expression)], []) { Where = "t.id = 1" });
            return Field(rows, 0);
        }

        Assert.Equal(new byte[] { 0, 0, 0, 14 }, await FirstAsync(DataKind.Integer, 4, "t.v * 2"));
        Assert.Equal("7é"u8.ToArray(), await FirstAsync(DataKind.Text, 0, "concat(t.v, 'é')"));
        Assert.Equal("1"u8.ToArray(), await FirstAsync(DataKind.Text, 0, "t.id"));
        Assert.Equal("12.50", NumericForm.ToText(await FirstAsync(DataKind.Decimal, 0, "cast('12.5' as decimal(10,2))")));
        Assert.Equal(0, (await Assert.ThrowsAsync<ValueRefusedException>(() => FirstAsync(DataKind.Integer, 4, "1.5"))).Field);
        Assert.Equal(0, (await Assert.ThrowsAsync<ValueRefusedException>(() => FirstAsync(DataKind.Integer, 2, "70000"))).Field);
        Assert.Equal(0, (await Assert.ThrowsAsync<ValueRefusedException>(() => FirstAsync(DataKind.Boolean, 0, "2"))).Field);
    }

    [Fact]
    public async Task A_field_longer_than_a_packet_is_read_and_loaded()
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int PRIMARY KEY, b longblob, t longtext, l longtext CHARACTER SET latin1); CREATE TABLE b LIKE a");
        await room.Database.ExecuteAsync("INSERT INTO a VALUES (1, REPEAT(x'095C0A00', 1000000), REPEAT('é', 3000000), REPEAT('é', 3000000)); UPDATE a SET b = CONCAT(b, b, b), t = CONCAT(t, t), l = CONCAT(l, l)");
        await server.ExecuteAsync("SET GLOBAL max_allowed_packet = 2097152");
        try
        {
            Assert.Equal(1, await CopyAsync(room, "a", "b"));
        }
        finally
        {
            await server.ExecuteAsync("SET GLOBAL max_allowed_packet = 16777216");
        }

        Assert.Equal(0, await room.DifferencesAsync("a", "b", ["b"]));
        Assert.Equal(0, await room.DifferencesAsync("a", "b", ["t"]));
        Assert.Equal(0, await room.DifferencesAsync("a", "b", ["l"]));
        Assert.Equal(12_000_000, await room.Database.ScalarAsync<long>("SELECT length(b) FROM b"));
    }

    [Theory]
    [InlineData(DataKind.Boolean, 0, null, null, "tinyint(1)")]
    [InlineData(DataKind.Integer, 8, null, null, "bigint")]
    [InlineData(DataKind.Decimal, 0, 38, 18, "decimal(38,18)")]
    [InlineData(DataKind.Decimal, 0, 5, -2, "decimal(7,0)")]
    [InlineData(DataKind.Decimal, 0, 2, 5, "decimal(5,5)")]
    [InlineData(DataKind.Decimal, 0, null, null, "longtext CHARACTER SET ascii COLLATE ascii_bin")]
    [InlineData(DataKind.Decimal, 0, 100, 10, "varchar(103) CHARACTER SET ascii COLLATE ascii_bin")]
    [InlineData(DataKind.Float, 4, null, null, "float")]
    [InlineData(DataKind.Float, 8, null, null, "double")]
    [InlineData(DataKind.Bytes, 0, null, null, "longblob")]
    [InlineData(DataKind.Uuid, 0, null, null, "uuid")]
    [InlineData(DataKind.Date, 0, null, null, "date")]
    [InlineData(DataKind.Time, 0, null, null, "time(6)")]
    [InlineData(DataKind.Time, 0, null, 7, "varchar(16) CHARACTER SET ascii COLLATE ascii_bin")]
    [InlineData(DataKind.Timestamp, 0, null, 3, "datetime(3)")]
    [InlineData(DataKind.Timestamp, 0, null, 7, "varchar(27) CHARACTER SET ascii COLLATE ascii_bin")]
    [InlineData(DataKind.Moment, 0, null, 6, "datetime(6)")]
    [InlineData(DataKind.Json, 0, null, null, "json")]
    [InlineData(DataKind.Text, 0, null, null, "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")]
    [InlineData(DataKind.Other, 0, null, null, "longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")]
    [InlineData(DataKind.Dynamic, 0, null, null, null)]
    public async Task Types_of_others_get_one_that_holds_all_of_them(DataKind kind, int width, int? precision, int? scale, string? declared)
    {
        await using var room = await RoomAsync(server, "CREATE TABLE a (id int)");
        var native = room.Door.Declare(new DataType(kind, "") { Width = width, Precision = precision, Scale = scale }.WithForm());
        Assert.Equal(declared, native);
        if (native is not null)
        {
            await room.Database.ExecuteAsync($"CREATE TABLE made (x {native})");
            var again = (await room.Door.ReadStructureAsync(Cancel)).ColumnsOf("table made")[0];
            var column = new DbObject { Kind = DbKinds.Column, Name = "x", Facets = { [DbFacets.Type] = native } };
            Assert.Equal(room.Door.TypeOf(column, room.Structure) with { Native = "" }, room.Door.TypeOf(again, room.Structure) with { Native = "", Kind = room.Door.TypeOf(column, room.Structure).Kind });
        }
    }

    private async Task CopiesAsync(string type, string values)
    {
        await using var room = await RoomAsync(server, $"CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, v {type} NULL); CREATE TABLE b LIKE a; INSERT INTO a (v) VALUES {Rows(values, v => $"({v})")}, (NULL)");
        Assert.Equal(await room.Database.ScalarAsync<long>("SELECT count(*) FROM a"), await CopyAsync(room, "a", "b"));
        Assert.Equal(0, await room.DifferencesAsync("a", "b", ["v"]));
    }

    private async Task RefusesAsync(string type, DataForm form, string value, bool byServer)
    {
        await using var room = await RoomAsync(server, $"CREATE TABLE b (id int PRIMARY KEY, v {type})");
        var (table, columns) = room.Table("b");
        var rows = new RowBuffer();
        rows.BeginRow(2);
        rows.AddInt32(1);
        AddValue(rows, form, value);
        rows.EndRow();
        await using var writer = await room.Door.OpenWriterAsync(table, [new WrittenColumn("id", columns[0].Type), new WrittenColumn("v", columns[1].Type with { Form = form })], Cancel);
        await writer.BeginAsync(Cancel);
        async Task WriteAsync()
        {
            await writer.WriteAsync(rows, Cancel);
            await writer.EndRowsAsync(Cancel);
        }

        if (byServer)
        {
            await Refused.WithAsync("RowRefused", WriteAsync);
        }
        else
        {
            Assert.Equal(1, (await Assert.ThrowsAsync<ValueRefusedException>(WriteAsync)).Field);
        }

        await writer.RollbackAsync();
        Assert.Equal(0, await room.Database.ScalarAsync<long>("SELECT count(*) FROM b"));
    }

    private static void AddValue(RowBuffer rows, DataForm form, string value)
    {
        switch (form)
        {
            case DataForm.Int16:
                rows.AddInt16(short.Parse(value, CultureInfo.InvariantCulture));
                break;
            case DataForm.Int32 or DataForm.Date:
                rows.AddInt32(int.Parse(value, CultureInfo.InvariantCulture));
                break;
            case DataForm.Double:
                rows.AddDouble(double.Parse(value, CultureInfo.InvariantCulture));
                break;
            case DataForm.Numeric:
                NumericForm.Add(rows, value);
                break;
            case DataForm.Text or DataForm.Bytes:
                rows.AddText(value);
                break;
            default:
                rows.AddInt64(long.Parse(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private async Task WithoutLoadingAsync(Func<Task> act)
    {
        await server.StartAsync();
        await server.ExecuteAsync("SET GLOBAL local_infile = OFF");
        try
        {
            await act();
        }
        finally
        {
            await server.ExecuteAsync("SET GLOBAL local_infile = ON");
        }
    }

    /// <summary>Values at top-level commas, as rows.</summary>
    private static string Rows(string values, Func<string, string> row)
    {
        var rows = new List<string>();
        var current = new StringBuilder();
        var (depth, quoted) = (0, false);
        for (var i = 0; i < values.Length; i++)
        {
            if (quoted && values[i] == '\\')
            {
                current.Append(values[i++]);
            }
            else if (values[i] == '\'')
            {
                quoted = !quoted;
            }
            else if (!quoted)
            {
                depth += values[i] switch { '(' => 1, ')' => -1, _ => 0 };
                if (values[i] == ',' && depth == 0)
                {
                    rows.Add(current.ToString());
                    current.Clear();
                    continue;
                }
            }

            current.Append(values[i]);
        }

        return string.Join(", ", rows.Append(current.ToString()).Select(row));
    }

    private static async Task<long> CopyAsync(DoorRoom room, string from, string to)
    {
        var (table, columns) = room.Table(from);
        await using var moment = await room.Door.OpenMomentAsync(Cancel);
        await using var reader = await moment.ReadAsync(new RowQuery(table, columns, []), Cancel);
        await using var writer = await room.Door.OpenWriterAsync(room.Table(to).Table, [.. columns.Select(c => new WrittenColumn(c.Name, c.Type))], Cancel);
        await writer.BeginAsync(Cancel);
        var rows = new RowBuffer();
        for (var more = true; more;)
        {
            rows.Clear();
            more = await reader.ReadAsync(rows, Cancel);
            await writer.WriteAsync(rows, Cancel);
        }

        var taken = await writer.EndRowsAsync(Cancel);
        await writer.CommitAsync(Cancel);
        return taken;
    }

    /// <summary>All rows in one buffer, which grows.</summary>
    private static async Task<RowBuffer> ReadAsync(ReadMoment moment, RowQuery query)
    {
        await using var reader = await moment.ReadAsync(query, Cancel);
        var (all, part) = (new RowBuffer(), new RowBuffer());
        for (var more = true; more;)
        {
            part.Clear();
            more = await reader.ReadAsync(part, Cancel);
            for (var i = 0; i < part.Count; i++)
            {
                all.AddRow(part[i]);
            }
        }

        return all;
    }

    private static byte[] Field(RowBuffer rows, int row)
    {
        var fields = rows.Fields(row);
        Assert.True(fields.Next(out var value));
        return value.ToArray();
    }

    private static string LiteralOf(DataDoor door, RowBuffer rows, int row, DataType type) => door.Literal(Field(rows, row), type);

    private static async Task<DoorRoom> RoomAsync(MariaDbServer server, string sql)
    {
        var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(sql);
        return await DoorRoom.OpenAsync(database);
    }

    /// <summary>A database with its door and its structure.</summary>
    private sealed class DoorRoom(MariaDbDatabase database, ServerTarget target, DbStructure structure) : IAsyncDisposable
    {
        public MariaDbDatabase Database => database;

        public DataDoor Door => target.Data;

        public DbStructure Structure => structure;

        public static async Task<DoorRoom> OpenAsync(MariaDbDatabase database)
        {
            var target = New(database.ConnectionString);
            return new DoorRoom(database, target, await target.Data.ReadStructureAsync(Cancel));
        }

        public Task<ServerTarget> AsAsync(string user) => Task.FromResult(New(database.Server.ConnectionString(database.Name, user)));

        public (DbObject Table, IReadOnlyList<ReadColumn> Columns) Table(string name)
        {
            var table = structure.Find(DbObject.KeyOf(DbKinds.Table, null, "", name))!;
            return (table, [.. structure.ColumnsOf(table.Key).Where(c => c.Facet(DbFacets.Generated) is null).Select(c => new ReadColumn(c.Name, Door.TypeOf(c, structure)))]);
        }

        /// <summary>How many rows are not in both tables with the same bytes.</summary>
        public async Task<long> DifferencesAsync(string one, string other, IEnumerable<string> columns) =>
            await database.ScalarAsync<long>($"""
                SELECT (SELECT abs((SELECT count(*) FROM {one}) - (SELECT count(*) FROM {other})))
                + (SELECT count(*) FROM {one} a LEFT JOIN {other} b ON a.id = b.id WHERE b.id IS NULL OR NOT ({string.Join(" AND ", columns.Select(c => MySqlName.Quote(c)).Select(c => $"a.{c} <=> b.{c} AND BINARY a.{c} <=> BINARY b.{c}"))}))
                """);

        public async ValueTask DisposeAsync()
        {
            await target.DisposeAsync();
            await database.DisposeAsync();
        }

        private static ServerTarget New(string connection) => new(TargetAddress.Parse($"mysql:{connection}"), new MySqlEngine());
    }

    /// <summary>Some of these tests change settings that are everybody's on a server.</summary>
    public sealed class OwnServer : IAsyncDisposable
    {
        public MariaDbServer Server { get; } = MariaDbServer.CreateOwn(durable: false);

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
