using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>What is read of a database is enough to make the same again.</summary>
public sealed class MySqlStructureTests(MariaDbServer server)
{
    [Fact]
    public async Task Everything_is_made_again_as_it_was()
    {
        await using var original = await MySqlWorld.CreateAsync(server, MySqlCorpus.Statements);
        var structure = await original.ReadAsync();
        Assert.DoesNotContain(structure.NotCovered, n => !n.StartsWith("role ", StringComparison.Ordinal) && !n.StartsWith("server ", StringComparison.Ordinal));
        await using var copy = await MySqlWorld.CreateAsync(server);

        await copy.RunAsync(StructureChange.Creation(structure, copy.Writer));

        Assert.Equal("", MySqlWorld.DifferenceBetween(structure, await copy.ReadAsync()));

        // What code was made under is what it runs under.
        Assert.Equal(0, await copy.Session.ScalarAsync<int>("SELECT binary_compare()", MySqlWorld.Cancel));
        Assert.Equal("a\\1", await copy.Session.ScalarAsync<string>("CALL `odd name`(1, @b, @c); SELECT @b", MySqlWorld.Cancel));
    }

    [Fact]
    public async Task A_table_counts_on_from_where_its_rows_end()
    {
        await using var original = await MySqlWorld.CreateAsync(server, "CREATE TABLE t (n int, id int NOT NULL AUTO_INCREMENT, KEY k (n), UNIQUE KEY u (id))", "INSERT INTO t (n) VALUES (1), (2)");
        var structure = await original.ReadAsync();
        await using var copy = await MySqlWorld.CreateAsync(server);
        await copy.RunAsync(StructureChange.Creation(structure, copy.Writer));
        await copy.RunAsync(["SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'", "INSERT INTO t VALUES (0, 0), (1, 1), (2, 7)", "SET sql_mode = DEFAULT", "INSERT INTO t (n) VALUES (3)"]);
        Assert.Equal("0,1,7,8", await copy.Session.ScalarAsync<string>("SELECT group_concat(id ORDER BY id) FROM t", MySqlWorld.Cancel));

        // A key that comes back does not number the rows anew.
        await copy.RunAsync(copy.Writer.Drop(structure.Find("unique_key t.u")!));
        await copy.RunAsync(copy.Writer.Create(structure.Find("unique_key t.u")!, structure));
        Assert.Equal("0,1,7,8", await copy.Session.ScalarAsync<string>("SELECT group_concat(id ORDER BY id) FROM t", MySqlWorld.Cancel));
        Assert.Equal("", MySqlWorld.DifferenceBetween(structure, await copy.ReadAsync()));
    }

    [Fact]
    public async Task A_value_that_no_longer_fits_is_an_error_and_is_not_cut()
    {
        await using var world = await MySqlWorld.CreateAsync(server, "CREATE TABLE t (s varchar(3))");
        var before = await world.ReadAsync();
        await world.RunAsync(["ALTER TABLE t MODIFY s varchar(20)", "INSERT INTO t VALUES ('longer')", "SET sql_mode = ''"]);
        var after = await world.ReadAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => world.RunAsync(StructureChange.Plan(after, before, world.Writer)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.RunAsync(StructureChange.Plan(after, before, new PartByPartWriter(world.Writer))));

        Assert.Equal("longer", await world.Session.ScalarAsync<string>("SELECT s FROM t", MySqlWorld.Cancel));
    }
}
