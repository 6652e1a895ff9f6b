using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>How rows get out of a PostgreSQL database and into it; its types have tests of their own.</summary>
public sealed class PostgreSqlDoorTests(PostgreSqlServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_rows_of_all_lengths_arrive_each_once()
    {
        await using var one = await CreateAsync("CREATE TABLE t (id int, x text, b bytea); INSERT INTO t SELECT i, repeat('a', (i * 7919) % 3000), convert_to(repeat('b', i % 11), 'UTF8') FROM generate_series(1, 20000) i");
        await one.AssertCopiesAsync("t");
    }

    [Fact]
    public async Task An_empty_table_gives_no_rows()
    {
        await using var one = await CreateAsync("CREATE TABLE t (id int)");
        await one.AssertCopiesAsync("t");
    }

    [Theory]
    [InlineData("bytea")]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("jsonb")]
    public async Task Large_values_arrive_in_binary_and_as_text(string type)
    {
        const string Large = "(SELECT '[\"' || string_agg(repeat(chr(33 + i % 50), 97) || E'\\u20AC\\\\\\\\', '') || '\"]' FROM generate_series(1, 60000) i WHERE i % 50 <> 1)";
        var value = type == "bytea" ? $"convert_to({Large}, 'UTF8')" : $"{Large}::{type}";
        await using var one = await CreateAsync($"CREATE TABLE t (id int, v {type}, w text); INSERT INTO t VALUES (1, {value}, 'x'), (2, NULL, 'y'), (3, {value}, NULL), (4, {(type == "bytea" ? "''" : "'1'")}, '')");
        await one.AssertCopiesAsync("t");
        await one.Database.ExecuteAsync("ALTER TABLE t ADD COLUMN other inet DEFAULT '::1'");
        await one.AssertCopiesAsync("t");
    }

    [Fact]
    public async Task A_thousand_columns_and_none_of_their_names_are_a_matter()
    {
        var names = Enumerable.Range(0, 1000).Select(i => i switch { 0 => "select", 1 => "with \"quotes\"", 2 => "a.b", 3 => "Ünï'cödé", 4 => " ", _ => $"c{i}" }).ToList();
        await using var one = await CreateAsync($"CREATE TABLE \"the \"\"table\" ({string.Join(", ", names.Select((n, i) => $"\"{n.Replace("\"", "\"\"", StringComparison.Ordinal)}\" {(i % 2 == 0 ? "int" : "text")}"))}); "
            + $"INSERT INTO \"the \"\"table\" SELECT {string.Join(", ", Enumerable.Range(0, 1000).Select(i => i % 3 == 0 ? "NULL" : "g"))} FROM generate_series(1, 300) g; CREATE TABLE other (LIKE \"the \"\"table\")");
        Assert.Equal(300, await one.CopyAsync("the \"table", "other"));
        Assert.Equal("", await one.DifferenceAsync("\"the \"\"table\"", "other"));
    }

    [Fact]
    public async Task Readers_see_one_moment_while_others_write()
    {
        await using var one = await CreateAsync("CREATE TABLE a (id int); CREATE TABLE b (id int); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)");
        var structure = await one.Door.ReadStructureAsync(Stop);
        await using var moment = await one.Door.OpenMomentAsync(Stop);
        Assert.Null(moment.NotOneMomentBecause);
        var first = await one.ReadAsync(Query(one, structure, "a"), moment);
        await one.Database.ExecuteAsync("INSERT INTO a VALUES (2); UPDATE b SET id = 5; INSERT INTO b VALUES (6)");
        await using (await moment.ReadAsync(Query(one, structure, "b"), Stop))
        {
            // On a second connection, as the first is reading.
            Assert.Equal(["1"], await one.ReadAsync(Query(one, structure, "b"), moment));
        }

        Assert.Equal(first, await one.ReadAsync(Query(one, structure, "a"), moment));
        Assert.Equal("1", Assert.Single(await moment.QueryAsync("SELECT count(*) FROM b", Stop))[0]);
        await Assert.ThrowsAsync<MigrationException>(() => moment.QueryAsync("SELECT 1 / 0", Stop));
        Assert.Equal("1", Assert.Single(await moment.QueryAsync("SELECT count(*) FROM b", Stop))[0]);
    }

    [Fact]
    public async Task A_moment_only_reads()
    {
        await using var one = await CreateAsync("CREATE TABLE a (id int)");
        await using var moment = await one.Door.OpenMomentAsync(Stop);
        Assert.Equal("TargetReadOnly", (await Assert.ThrowsAsync<MigrationException>(() => moment.QueryAsync("INSERT INTO a VALUES (1) RETURNING id", Stop))).ErrorId);
    }

    [Fact]
    public async Task A_reader_that_is_left_early_ends_its_query()
    {
        await using var one = await CreateAsync("CREATE TABLE t (id int, x text); INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 1000) i");
        var structure = await one.Door.ReadStructureAsync(Stop);
        await using var moment = await one.Door.OpenMomentAsync(Stop);
        // More rows than could ever be read to the end.
        var reader = await moment.ReadAsync(Query(one, structure, "t") with { Where = "t.id IN (SELECT u.id FROM t u CROSS JOIN t v CROSS JOIN t w WHERE pg_sleep(0) IS NOT NULL LIMIT 900) OR pg_sleep(0.01) IS NOT NULL" }, Stop);
        await reader.DisposeAsync();
        Assert.Equal(0, await one.Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'"));

        var rows = new RowBuffer();
        reader = await moment.ReadAsync(Query(one, structure, "t"), Stop);
        Assert.True(await reader.ReadAsync(rows, Stop));
        await reader.DisposeAsync();
        Assert.Equal(1000, (await one.ReadAsync(Query(one, structure, "t"), moment)).Count);
    }

    [Theory]
    [InlineData("pg_sleep(600) IS NULL")]
    [InlineData("t.id < 9000 OR pg_sleep(600) IS NULL")]
    public async Task A_query_that_is_waited_for_can_be_cancelled_and_ends(string where)
    {
        await using var one = await CreateAsync("CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 10000)");
        var structure = await one.Door.ReadStructureAsync(Stop);
        await using var moment = await one.Door.OpenMomentAsync(Stop);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await using var reader = await moment.ReadAsync(Query(one, structure, "t") with { Where = where }, soon.Token);
            for (var rows = new RowBuffer(); await reader.ReadAsync(rows, soon.Token);)
            {
                rows.Clear();
            }
        });
        for (var left = 1L; left > 0;)
        {
            left = await one.Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'");
        }

        Assert.Equal(8999, (await one.ReadAsync(Query(one, structure, "t") with { Where = "t.id < 9000" }, moment)).Count);
    }

    [Fact]
    public async Task Errors_in_the_middle_of_a_query_are_raised()
    {
        await using var one = await CreateAsync("CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 50000)");
        var structure = await one.Door.ReadStructureAsync(Stop);
        await using var moment = await one.Door.OpenMomentAsync(Stop);
        var query = Query(one, structure, "t") with { Where = "1000 / (t.id - 49999) IS NOT NULL" };
        Assert.Equal("ValueDoesNotFit", (await Assert.ThrowsAsync<MigrationException>(() => one.ReadAsync(query, moment))).ErrorId);
    }

    [Fact]
    public async Task Rows_of_heirs_are_not_a_tables_own_and_those_of_parts_are()
    {
        await using var one = await CreateAsync("""
            CREATE TABLE parent (id int); CREATE TABLE heir () INHERITS (parent); INSERT INTO parent VALUES (1); INSERT INTO heir VALUES (2);
            CREATE TABLE whole (id int) PARTITION BY RANGE (id); CREATE TABLE low PARTITION OF whole FOR VALUES FROM (0) TO (10); CREATE TABLE high PARTITION OF whole FOR VALUES FROM (10) TO (20);
            INSERT INTO whole VALUES (5), (15); CREATE TABLE twin (LIKE whole) PARTITION BY RANGE (id); CREATE TABLE twin_all PARTITION OF twin DEFAULT;
            """);
        var structure = await one.Door.ReadStructureAsync(Stop);
        await using var moment = await one.Door.OpenMomentAsync(Stop);
        Assert.Equal(["1"], await one.ReadAsync(Query(one, structure, "parent"), moment));
        Assert.Equal(["5", "15"], await one.ReadAsync(Query(one, structure, "whole") with { Key = ["id"], IsInOrder = true }, moment));
        Assert.Equal(2, await one.CopyAsync("whole", "twin"));
    }

    [Theory]
    [InlineData("integer", "-5", "7", "300")]
    [InlineData("bigint", "-9223372036854775808", "0", "9223372036854775807")]
    [InlineData("numeric", "-1.5", "0.0000001", "1e30")]
    [InlineData("double precision", "-Infinity", "0.1", "NaN")]
    [InlineData("real", "-1e-20", "0.1", "3e38")]
    [InlineData("text", "", "a'\\b", "z")]
    [InlineData("varchar(9)", "a  ", "b'", "ü")]
    [InlineData("char(4)", "a", "b", "c")]
    [InlineData("bytea", "", "\\x00", "\\xff5c27")]
    [InlineData("uuid", "00000000-0000-0000-0000-000000000001", "7fffffff-0000-0000-0000-000000000000", "ffffffff-0000-0000-0000-000000000000")]
    [InlineData("date", "0044-03-15 BC", "2026-01-02", "infinity")]
    [InlineData("time", "00:00", "12:00:00.000001", "24:00")]
    [InlineData("timestamp", "-infinity", "0044-03-15 01:02:03.5 BC", "12026-01-02 03:04:05.000006")]
    [InlineData("timestamptz", "0044-03-15 01:02:03.5+00 BC", "2026-10-25 00:30:00+00", "12026-01-02 03:04:05.000006+00")]
    [InlineData("money", "-1.50", "0.01", "92233720368547758.07")]
    [InlineData("oid", "1", "2147483648", "4294967295")]
    [InlineData("inet", "10.0.0.1", "10.0.0.2", "::1")]
    [InlineData("boolean", "f", "t", "t")]
    [InlineData("mood", "sad", "it's \\", "happy")]
    public async Task A_literal_bounds_rows_by_the_index_of_its_column(string type, string first, string second, string third)
    {
        static string Quoted(string text) => $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
        await using var one = await CreateAsync($"CREATE TYPE mood AS ENUM ('sad', E'it\\'s \\\\', 'happy'); CREATE TABLE t (k {type}, n int); INSERT INTO t VALUES ({Quoted(first)}, 1), ({Quoted(second)}, 2), ({Quoted(third)}, 3); CREATE INDEX ON t (k)");
        var structure = await one.Door.ReadStructureAsync(Stop);
        var (table, columns) = (PostgreSqlDoorDatabase.Table(structure, "t"), structure.ColumnsOf("table public.t"));
        var (key, number) = (one.Door.TypeOf(columns[0], structure), one.Door.TypeOf(columns[1], structure));
        await using var moment = await one.Door.OpenMomentAsync(Stop);
        await using var reader = await moment.ReadAsync(new RowQuery(table, [new ReadColumn("k", key)], ["k", "n"]) { IsInOrder = true }, Stop);
        var rows = new RowBuffer();
        await reader.ReadAsync(rows, Stop);
        string Literal(int row)
        {
            rows.Fields(row).Next(out var value);
            return one.Door.Literal(value, key);
        }

        var query = new RowQuery(table, [new ReadColumn("n", number)], ["k", "n"]) { IsInOrder = true };
        Assert.Equal(["2", "3"], await one.ReadAsync(query with { After = [Literal(0), "1"] }, moment));
        Assert.Equal(["1", "2"], await one.ReadAsync(query with { UpTo = [Literal(1), "2"] }, moment));
        Assert.Equal(["3"], await one.ReadAsync(query with { After = [Literal(1), "2"], UpTo = [Literal(2), "3"] }, moment));
        await moment.QueryAsync("SET LOCAL enable_seqscan = off", Stop);
        var plan = await moment.QueryAsync($"EXPLAIN {one.Door.Select(query with { Key = ["k"], After = [Literal(0)], UpTo = [Literal(2)] })}", Stop);
        Assert.Contains(plan, line => line[0]!.Contains("Index Cond", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_authors_expression_comes_in_the_form_that_is_expected()
    {
        await using var one = await CreateAsync("CREATE TABLE t (id int, x text); INSERT INTO t VALUES (1, 'a')");
        var structure = await one.Door.ReadStructureAsync(Stop);
        var columns = structure.ColumnsOf("table public.t");
        var query = Query(one, structure, "t") with { Columns = [new ReadColumn("id", one.Door.TypeOf(columns[0], structure), "count(*) OVER ()"), new ReadColumn("x", one.Door.TypeOf(columns[1], structure), "'constant'")] };
        await using var moment = await one.Door.OpenMomentAsync(Stop);
        Assert.Equal(["1|constant"], await one.ReadAsync(query, moment));
    }

    [Fact]
    public async Task Where_no_snapshot_can_be_shared_it_is_said_why()
    {
        await using var one = await CreateAsync("REVOKE EXECUTE ON FUNCTION pg_export_snapshot() FROM PUBLIC; DROP ROLE IF EXISTS door_reader; CREATE ROLE door_reader LOGIN PASSWORD 'door'; CREATE TABLE t (id int); INSERT INTO t VALUES (1); GRANT SELECT ON t TO door_reader", ";Username=door_reader;Password=door");
        try
        {
            var structure = await one.Door.ReadStructureAsync(Stop);
            await using var moment = await one.Door.OpenMomentAsync(Stop);
            Assert.Contains("pg_export_snapshot", moment.NotOneMomentBecause, StringComparison.Ordinal);
            Assert.Equal(["1"], await one.ReadAsync(Query(one, structure, "t"), moment));
        }
        finally
        {
            await one.Database.ExecuteAsync("DROP OWNED BY door_reader; DROP ROLE door_reader");
        }
    }

    [Fact]
    public async Task Rows_that_a_policy_hides_are_not_left_out_without_a_word()
    {
        await using var one = await CreateAsync("DROP ROLE IF EXISTS door_hidden; CREATE ROLE door_hidden LOGIN PASSWORD 'door'; CREATE TABLE t (id int); INSERT INTO t VALUES (1); GRANT SELECT ON t TO door_hidden; ALTER TABLE t ENABLE ROW LEVEL SECURITY", ";Username=door_hidden;Password=door");
        try
        {
            var structure = await one.Door.ReadStructureAsync(Stop);
            await using var moment = await one.Door.OpenMomentAsync(Stop);
            Assert.Equal("AccessDenied", (await Assert.ThrowsAsync<MigrationException>(() => one.ReadAsync(Query(one, structure, "t"), moment))).ErrorId);
        }
        finally
        {
            await one.Database.ExecuteAsync("DROP OWNED BY door_hidden; DROP ROLE door_hidden");
        }
    }

    [Fact]
    public async Task The_databases_encoding_bounds_its_text()
    {
        await server.StartAsync();
        await server.ExecuteAsync("DROP DATABASE IF EXISTS door_latin");
        await server.ExecuteAsync("CREATE DATABASE door_latin TEMPLATE template0 ENCODING 'LATIN9' LOCALE 'C'");
        await using var one = PostgreSqlDoorDatabase.Of(new PostgreSqlDatabase(server, "door_latin"));
        await one.Database.ExecuteAsync("CREATE TABLE t (x text, i inet); INSERT INTO t VALUES ('12 €, ü', '::1')");
        Assert.Equal("iso-8859-15", (await one.TypeAsync("varchar(5)")).Encoding);
        await one.AssertCopiesAsync("t");
        await one.AssertCopiesAsync("t", native: true);
    }

    [Fact]
    public async Task Bytes_that_a_database_of_no_encoding_calls_text_are_refused_where_they_are_none()
    {
        await server.StartAsync();
        await server.ExecuteAsync("DROP DATABASE IF EXISTS door_ascii");
        await server.ExecuteAsync("CREATE DATABASE door_ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
        await using var one = PostgreSqlDoorDatabase.Of(new PostgreSqlDatabase(server, "door_ascii"));
        await one.Database.ExecuteAsync("CREATE TABLE t (id int, x text); INSERT INTO t VALUES (1, 'ü')");
        await one.AssertCopiesAsync("t");
        await one.Database.ExecuteAsync("INSERT INTO t VALUES (2, E'\\xFC')");
        Assert.Equal("ValueDoesNotFit", (await Assert.ThrowsAsync<MigrationException>(() => one.CopyAsync("t", "t"))).ErrorId);
    }

    private static RowQuery Query(PostgreSqlDoorDatabase one, DbStructure structure, string table) =>
        new(PostgreSqlDoorDatabase.Table(structure, table), [.. structure.ColumnsOf($"table public.{table}").Select(c => new ReadColumn(c.Name, one.Door.TypeOf(c, structure)))], []);

    private Task<PostgreSqlDoorDatabase> CreateAsync(string sql, string settings = "") => PostgreSqlDoorDatabase.CreateAsync(server, sql, settings);
}
