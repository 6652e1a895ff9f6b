using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Copying into a PostgreSQL database.</summary>
public sealed class PostgreSqlCopyTests(PostgreSqlServer server) : CopyContract
{
    [Theory]
    [InlineData("a inet, b interval", "a inet, b interval")]
    [InlineData("a inet, b interval", "a cidr, b interval")]
    [InlineData("a text, b interval", "a inet[], b interval")]
    [InlineData("a inet[], b interval", "a text, b text")]
    [InlineData("a jsonb, b int4range", "a json, b text")]
    public async Task Values_of_the_servers_own_types_go_into_the_same_and_into_others(string from, string to)
    {
        var other = await server.CreateDatabaseAsync();
        await using var _ = other;
        var value = from.StartsWith("a jsonb", StringComparison.Ordinal) ? "'{\"a\": 1}', '[1,5)'" : $"'{(from.Contains("[]", StringComparison.Ordinal) || to.Contains("[]", StringComparison.Ordinal) ? "{10.0.0.0/8,NULL}" : "10.0.0.0/8")}', '1 day 02:00:00'";
        await other.ExecuteAsync($"CREATE TABLE t (id int PRIMARY KEY, {from}); INSERT INTO t VALUES (1, {value}), (2, NULL, NULL)");
        using var folder = NewFolder();
        folder.Sql($"CREATE TABLE t (id int PRIMARY KEY, {to})");
        var plan = await folder.PlanFileAsync($"""
            targets:
              old: "postgres:{other.ConnectionString}"
            steps:
              - copy: {"{"} from: old {"}"}
            """);
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        Assert.Equal([(await other.ScalarAsync<string>("SELECT a::text || ' ' || b::text FROM t WHERE id = 1"))!], folder.Rows("SELECT a::text || ' ' || b::text FROM t WHERE id = 1"));
    }

    private protected override string AlteringTrigger =>
        "CREATE FUNCTION alters() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id = 300 THEN NEW.text := ''altered''; END IF; RETURN NEW; END'; CREATE TRIGGER alters BEFORE INSERT ON numbers FOR EACH ROW EXECUTE FUNCTION alters()";

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
