using System.Diagnostics;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.PostgreSql;

public sealed class PostgreSqlReaderTests(PostgreSqlServer server, CorpusDatabase corpus) : IClassFixture<CorpusDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Some_relations_read_like_in_the_whole()
    {
        await using var database = await corpus.CopyAsync();
        var whole = await PostgreSqlRooms.ReadAsync(database);
        foreach (var relation in whole.Objects.Where(o => o.Kind is DbKinds.Table or DbKinds.View or DbKinds.MaterializedView or DbKinds.Sequence))
        {
            var alone = await PostgreSqlRooms.ReadAsync(database, relation.FullName);
            var expected = whole.Objects.Where(o => o.Key == relation.Key || o.Parent == relation.Key || (o.Kind == "statistics" && o.Needs.Contains(relation.Key))).ToList();
            Assert.Equal(expected.Select(o => o.Key), alone.Objects.Select(o => o.Key));
            Assert.All(expected, o => Assert.True(o.IsLike(alone.Find(o.Key)!), o.Key));
            Assert.All(alone.Objects, o => Assert.Subset(whole.Find(o.Key)!.Needs.ToHashSet(), o.Needs.ToHashSet()));
        }
    }

    [Fact]
    public async Task Relations_that_are_not_there_are_left_out()
    {
        await using var database = await server.CreateDatabaseAsync();
        Assert.Empty((await PostgreSqlRooms.ReadAsync(database, "public.nothing", "nothing", "a.b.c")).Objects);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_session_and_an_open_transaction_stay_as_they_were(bool inTransaction)
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE t (at timestamptz DEFAULT '2020-01-01 00:00:00+00')");
        await using var session = await database.OpenSessionAsync();
        await session.ExecuteAsync("SET search_path = pg_catalog, public", Cancel);
        await session.ExecuteAsync("SET TimeZone = 'Asia/Tokyo'", Cancel);
        if (inTransaction)
        {
            await session.ExecuteAsync("BEGIN", Cancel);
            await session.ExecuteAsync("SET LOCAL search_path = public", Cancel);
            await session.ExecuteAsync("CREATE TABLE uncommitted (a int)", Cancel);
        }

        var structure = await new PostgreSqlStructureReader().ReadAsync(session, null, Cancel);
        Assert.Equal("'2020-01-01 00:00:00+00'::timestamp with time zone", structure.Find("column public.t.at")!.Facet(DbFacets.Default));
        Assert.Equal(inTransaction, structure.Find("table public.uncommitted") is not null);
        Assert.Equal(inTransaction ? "public" : "pg_catalog, public", await session.ScalarAsync<string>("SELECT current_setting('search_path')", Cancel));
        Assert.Equal("Asia/Tokyo", await session.ScalarAsync<string>("SELECT current_setting('TimeZone')", Cancel));
        if (inTransaction)
        {
            await session.ExecuteAsync("ROLLBACK", Cancel);
            Assert.Equal("pg_catalog, public", await session.ScalarAsync<string>("SELECT current_setting('search_path')", Cancel));
        }
    }

    [Fact]
    public async Task PSMigrates_own_and_temporary_objects_are_left_out()
    {
        await using var database = await server.CreateDatabaseAsync();
        var before = await PostgreSqlRooms.ReadAsync(database);
        await database.ExecuteAsync("""
            CREATE SCHEMA psmigrate; CREATE TABLE psmigrate.history (id serial PRIMARY KEY, note text DEFAULT 'x' CHECK (note <> ''));
            CREATE FUNCTION psmigrate.watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE VIEW psmigrate.v AS SELECT * FROM psmigrate.history;
            CREATE TYPE psmigrate.mood AS ENUM ('a'); CREATE TRIGGER t BEFORE INSERT ON psmigrate.history FOR EACH ROW EXECUTE FUNCTION psmigrate.watch();
            """);
        await using var session = await database.OpenSessionAsync();
        await session.ExecuteAsync("CREATE TEMPORARY TABLE passing (id serial PRIMARY KEY)", Cancel);
        PostgreSqlRooms.AssertSame(before, await new PostgreSqlStructureReader().ReadAsync(session, null, Cancel));
        Assert.Empty(before.NotCovered);
    }

    [Fact]
    public async Task PSMigrates_triggers_on_the_tables_of_users_are_left_out()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE SCHEMA psmigrate; CREATE FUNCTION psmigrate.watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (a int)");
        var before = await PostgreSqlRooms.ReadAsync(database);
        await database.ExecuteAsync("CREATE TRIGGER capture BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION psmigrate.watch()");
        PostgreSqlRooms.AssertSame(before, await PostgreSqlRooms.ReadAsync(database));
    }

    [Fact]
    public async Task What_is_not_read_is_named()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("""
            CREATE TYPE base; CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textin'; CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
            CREATE TYPE base (INPUT = base_in, OUTPUT = base_out, LIKE = text);
            SELECT lo_create(0);
            """);
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET work_mem = '8MB'");
        Assert.Equal(["large objects", "settings of the database", "type base"], (await PostgreSqlRooms.ReadAsync(database)).NotCovered.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Secrets_are_not_read_and_it_is_said_that_they_are_not()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("""
            CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h');
            CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'u', password 'hush');
            """);
        await database.ExecuteAsync("CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 user=u password=hush port=1' PUBLICATION p WITH (connect = false, slot_name = NONE)");
        var structure = await PostgreSqlRooms.ReadAsync(database);
        Assert.DoesNotContain(structure.Objects, o => o.Definition.Contains("hush", StringComparison.Ordinal));
        Assert.Contains("'u'", structure.Objects.Single(o => o.Kind == "user mapping").Definition, StringComparison.Ordinal);
        Assert.Equal(["password of subscription s", "password of user mapping FOR PUBLIC SERVER far"], structure.NotCovered.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_thousand_tables_are_read_at_once_and_one_of_them_by_itself()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("""
            DO $$ BEGIN FOR i IN 1..1000 LOOP
                EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, a text DEFAULT ''x'', b int, c numeric(10,2) NOT NULL, d date, e text, f jsonb, g bool, h uuid, i int REFERENCES t%s)', i, greatest(1, i - 1));
            END LOOP; END $$
            """);
        await using var session = await database.OpenSessionAsync();
        var reader = new PostgreSqlStructureReader();
        await reader.ReadAsync(session, null, Cancel);
        var clock = Stopwatch.StartNew();
        var whole = await reader.ReadAsync(session, null, Cancel);
        var all = clock.ElapsedMilliseconds;
        Assert.Equal(1000, whole.Objects.Count(o => o.Kind == DbKinds.Table));
        Assert.Equal(10_000, whole.Objects.Count(o => o.Kind == DbKinds.Column));
        await reader.ReadAsync(session, ["public.t500"], Cancel);
        clock.Restart();
        Assert.Equal(13, (await reader.ReadAsync(session, ["public.t500"], Cancel)).Objects.Count);
        TestContext.Current.SendDiagnosticMessage($"All in {all} ms, one in {clock.ElapsedMilliseconds} ms.");
        TestContext.Current.TestOutputHelper?.WriteLine($"All in {all} ms, one in {clock.ElapsedMilliseconds} ms.");
    }
}
