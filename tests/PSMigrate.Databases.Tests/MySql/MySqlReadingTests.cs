using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>How structure is read: what of it, by whom, and without a trace.</summary>
public sealed class MySqlReadingTests(MariaDbServer server)
{
    [Fact]
    public async Task Only_what_is_asked_for_is_read_with_all_its_parts()
    {
        await using var world = await MySqlWorld.CreateAsync(server, MySqlChanges.Before);
        var everything = await world.ReadAsync();

        var some = await world.ReadAsync("b", $"{world.Name}.va", "not there", "sq");

        Assert.Equal(["sequence sq", "table b", "view va"], some.Objects.Where(o => o.Parent is null).Select(o => o.Key));
        Assert.Equal(everything.PartsOf("table b").Select(o => o.Definition), some.PartsOf("table b").Select(o => o.Definition));
        Assert.All(some.Objects, o => Assert.True(o.IsLike(everything.Find(o.Key)!)));
    }

    [Fact]
    public async Task Psmigrates_own_objects_are_left_out()
    {
        await using var world = await MySqlWorld.CreateAsync(server,
            "CREATE TABLE psmigrate_history (id int)", "CREATE TABLE PSMIGRATE_keep (id int)", "CREATE TABLE psmigrated (id int)",
            "CREATE PROCEDURE psmigrate_p() SELECT 1", "CREATE TRIGGER psmigrate_t BEFORE INSERT ON psmigrated FOR EACH ROW SET NEW.id = 1", "CREATE EVENT psmigrate_e ON SCHEDULE EVERY 1 DAY DO SET @x = 1");
        Assert.Equal(["column psmigrated.id", "database defaults", "table psmigrated"], (await world.ReadAsync()).Objects.Select(o => o.Key));
    }

    [Fact]
    public async Task Reading_leaves_the_session_and_its_transaction_as_they_were()
    {
        await using var world = await MySqlWorld.CreateAsync(server, MySqlChanges.Before);
        await world.RunAsync(["SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', sql_select_limit = 1, sql_quote_show_create = 0"]);
        var settings = await world.SettingsAsync();
        await world.RunAsync(["START TRANSACTION", "INSERT INTO c VALUES (1, 1, 'x')"]);

        var structure = await world.ReadAsync();

        Assert.Equal(settings, await world.SettingsAsync());
        Assert.Equal(1, await world.Session.ScalarAsync<int>("SELECT @@in_transaction", MySqlWorld.Cancel));
        await world.RunAsync(["ROLLBACK"]);
        Assert.Equal(0, await world.Session.ScalarAsync<int>("SELECT count(*) FROM c", MySqlWorld.Cancel));
        await world.RunAsync(["SET sql_mode = DEFAULT, sql_select_limit = DEFAULT, sql_quote_show_create = 1"]);
        Assert.Equal("", MySqlWorld.DifferenceBetween(structure, await world.ReadAsync()));
    }

    [Fact]
    public async Task The_counter_of_a_table_is_no_structure()
    {
        await using var world = await MySqlWorld.CreateAsync(server, MySqlChanges.Before);
        var before = await world.ReadAsync();
        await world.RunAsync(["INSERT INTO a (name, n) VALUES ('three', 3)", "ALTER TABLE a AUTO_INCREMENT = 1000", "SELECT nextval(sq)"]);
        Assert.Equal("", MySqlWorld.DifferenceBetween(before, await world.ReadAsync()));
    }

    [Fact]
    public async Task Characters_that_the_catalog_does_not_show_are_found()
    {
        await using var world = await MySqlWorld.CreateAsync(server, [.. MySqlCorpus.Statements.Where(s => s.Contains("beyond") || s.StartsWith("CREATE TABLE parent", StringComparison.Ordinal)), "CREATE TABLE doubtful (e enum('😀'))"]);
        var structure = await world.ReadAsync();
        Assert.Equal("0xFFFE00", structure.Find("column beyond.b")!.Facet(DbFacets.Default));
        Assert.Equal("'😀?''\\\\'", structure.Find("column beyond.d")!.Facet(DbFacets.Default));
        Assert.Equal("SET NEW.code = '😀?'", structure.Find("trigger parent.beyond_all")!.Facet("definition"));
        Assert.Equal("SET @a = '?😀'", structure.Find("event beyond_event")!.Facet("definition"));
        Assert.Contains("'😀?'", structure.Find("procedure beyond_routine")!.Facet("definition"), StringComparison.Ordinal);
        Assert.Contains("'😀?'", structure.Find("view beyond_view")!.Facet("definition"), StringComparison.Ordinal);
        Assert.Contains(structure.NotCovered, n => n.StartsWith("values of column doubtful.e", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_that_may_not_see_everything_is_told_so()
    {
        await using var world = await MySqlWorld.CreateAsync(server, MySqlChanges.Before);
        await world.RunAsync(["CREATE OR REPLACE USER 'weak'@'127.0.0.1' IDENTIFIED BY 'weak'", "GRANT SELECT ON * TO 'weak'@'127.0.0.1'", "GRANT EXECUTE ON PROCEDURE pr TO 'weak'@'127.0.0.1'"]);
        await using var connection = new MySqlConnector.MySqlConnection(server.ConnectionString(world.Name, "weak", "weak"));
        await connection.OpenAsync(MySqlWorld.Cancel);
        await using var session = new PSMigrate.Databases.Servers.ServerSession(connection, e => new MigrationException("ScriptFailed", ErrorKind.Failed, e.Message, e));

        var structure = await new MySqlStructureReader().ReadAsync(session, null, MySqlWorld.Cancel);

        Assert.NotNull(structure.Find("table a"));
        Assert.Null(structure.Find("procedure pr"));
        Assert.All(["procedure pr (", "view va (", "triggers (", "events (", "permissions of other accounts"],
            start => Assert.Contains(structure.NotCovered, n => n.StartsWith(start, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_belongs_to_the_whole_server_is_said_to_be_not_covered()
    {
        await using var world = await MySqlWorld.CreateAsync(server, "CREATE OR REPLACE SERVER elsewhere FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1')");
        Assert.Contains("server elsewhere", (await world.ReadAsync()).NotCovered);
        Assert.Contains("role reader", (await world.ReadAsync()).NotCovered);
        await world.RunAsync(["DROP SERVER elsewhere"]);
    }

    [Fact]
    public async Task A_view_whose_table_is_gone_is_read_all_the_same()
    {
        await using var world = await MySqlWorld.CreateAsync(server, "CREATE TABLE gone (id int)", "CREATE VIEW left_over AS SELECT id FROM gone");
        var before = await world.ReadAsync();
        await world.RunAsync(["DROP TABLE gone"]);
        var after = await world.ReadAsync();
        Assert.DoesNotContain(after.NotCovered, n => n.StartsWith("view ", StringComparison.Ordinal));
        Assert.DoesNotContain(world.Name, after.Find("view left_over")!.Definition, StringComparison.Ordinal);

        await world.BecomeAsync(before, world.Writer);
    }

    [Fact]
    public async Task Views_that_need_each_other_do_not_hang_anything()
    {
        await using var world = await MySqlWorld.CreateAsync(server,
            "CREATE TABLE t (id int)", "CREATE VIEW a AS SELECT id FROM t", "CREATE VIEW b AS SELECT id FROM a", "DROP VIEW a", "DROP VIEW b",
            "CREATE FUNCTION f() RETURNS int RETURN (SELECT max(id) FROM v)", "CREATE VIEW v AS SELECT id, f() AS m FROM t", "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.id = f()");
        var structure = await world.ReadAsync();
        Assert.Contains("function f", structure.Find("view v")!.Needs);
        Assert.Contains("function f", structure.Find("trigger t.r")!.Needs);
        await using var copy = await MySqlWorld.CreateAsync(server);
        await copy.BecomeAsync(structure, copy.Writer);
    }

    [Fact]
    public async Task Names_in_another_database_stay_as_they_are()
    {
        await using var other = await MySqlWorld.CreateAsync(server, "CREATE TABLE far (id int PRIMARY KEY)");
        await using var world = await MySqlWorld.CreateAsync(server,
            $"CREATE TABLE near (id int PRIMARY KEY, CONSTRAINT fk FOREIGN KEY (id) REFERENCES {other.Name}.far (id))",
            $"CREATE VIEW both_sides AS SELECT n.id, f.id AS far_id FROM near n JOIN {other.Name}.far f");
        var structure = await world.ReadAsync();
        Assert.Equal($"table {other.Name}.far", structure.Find("foreign_key near.fk")!.RefersTo);
        await using var copy = await MySqlWorld.CreateAsync(server);
        await copy.BecomeAsync(structure, copy.Writer);
        await copy.RunAsync(["DROP VIEW both_sides", "DROP TABLE near"]);
        await world.RunAsync(["DROP VIEW both_sides", "DROP TABLE near"]);
    }
}
