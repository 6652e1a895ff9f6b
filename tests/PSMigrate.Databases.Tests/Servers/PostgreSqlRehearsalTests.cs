using Npgsql;
using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Rehearsals on PostgreSQL: what reaches beyond the copy is left out.</summary>
public sealed class PostgreSqlRehearsalTests(PostgreSqlServer server) : RehearsalContract
{
    [Theory]
    [InlineData("CREATE ROLE elsewhere")]
    [InlineData("CREATE DATABASE elsewhere")]
    [InlineData("ALTER SYSTEM SET work_mem = '8MB'")]
    [InlineData("COPY notes TO '/nowhere/elsewhere'")]
    [InlineData("COPY (SELECT 1) TO PROGRAM 'cat'")]
    [InlineData("GRANT elsewhere TO tester")]
    public Task What_reaches_beyond_the_copy_is_not_rehearsed_and_is_said_to_be_so(string outside) => RequireLeftOutAsync(outside);

    /// <summary>The copy of a table on another server is the same table on the other server.</summary>
    [Theory]
    [InlineData("INSERT INTO far VALUES (2)")]
    [InlineData("INSERT INTO t VALUES (2)")]
    [InlineData("DELETE FROM above")]
    [InlineData("WITH gone AS (DELETE FROM far RETURNING x) SELECT * FROM gone")]
    public async Task What_is_on_another_server_is_not_written_from_the_copy(string sql)
    {
        using var folder = NewFolder("CREATE TABLE log (x INTEGER); INSERT INTO log VALUES (1); CREATE TABLE t (x INTEGER PRIMARY KEY)");
        var here = new NpgsqlConnectionStringBuilder(folder.Target[(folder.Target.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        folder.Sql($"CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{here.Host}', port '{here.Port}', dbname '{here.Database}')");
        folder.Sql($"CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user '{here.Username}'); CREATE FOREIGN TABLE far (x INTEGER) SERVER far OPTIONS (table_name 'log')");
        folder.Sql("CREATE VIEW above AS SELECT x FROM far");
        folder.Sql("CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO above VALUES (NEW.x); RETURN NEW; END $$");
        folder.Sql("CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note()");
        folder.Script("1_safe.sql", "CREATE TABLE safe (x INTEGER PRIMARY KEY)");
        folder.Script("2_leads_out.sql", sql);

        var plan = await folder.RehearseAsync(await folder.PlanAsync());

        Assert.Equal(["1"], folder.Rows("SELECT x FROM log"));
        Assert.Equal("1_safe", Assert.Single(plan.Rehearsal!.Steps).Step);
        Assert.StartsWith("2_leads_out: it reaches beyond the database", Assert.Single(plan.Rehearsal.NotRehearsed), StringComparison.Ordinal);
    }

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
