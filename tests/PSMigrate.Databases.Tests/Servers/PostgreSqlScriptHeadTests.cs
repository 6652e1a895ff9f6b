using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Scripts for psql, such as pg_dump writes with <c>--create</c>.</summary>
public sealed class PostgreSqlScriptHeadTests(PostgreSqlServer server) : ScriptHeadContract
{
    [Theory]
    [InlineData("\\connect {0}\n", true)]
    [InlineData("\\c \"{0}\" \n", true)]
    [InlineData("\\c '{0}';\n", true)]
    [InlineData("\\c {0} somebody\n", false)]
    [InlineData("\\c dbname={0}\n", false)]
    [InlineData("\\c\n", false)]
    [InlineData("CREATE TABLE b (x int)\n\\c {0}\n;", false)]
    public async Task Only_the_database_itself_is_gone_to(string command, bool accepted)
    {
        using var folder = NewFolder();
        folder.Script("a.sql", string.Format(System.Globalization.CultureInfo.InvariantCulture, command, folder.DatabaseName) + "CREATE TABLE a (x int);");

        var error = await Record.ExceptionAsync(() => folder.PlanAsync());

        Assert.Equal(accepted ? null : "ClientCommandRefused", (error as MigrationException)?.ErrorId);
    }

    [Fact]
    public async Task What_pg_dump_writes_between_the_lines_is_kept()
    {
        using var folder = NewFolder();
        folder.Script("dump.sql", $"""
            SET client_encoding = 'UTF8';
            SELECT pg_catalog.set_config('search_path', '', false);
            DROP DATABASE IF EXISTS {folder.DatabaseName};
            CREATE DATABASE {folder.DatabaseName} WITH TEMPLATE = template0 ENCODING = 'UTF8';
            \connect {folder.DatabaseName}
            SET client_encoding = 'UTF8';
            SELECT pg_catalog.set_config('search_path', '', false);
            CREATE TABLE public.a (x int);
            COPY public.a (x) FROM stdin;
            1
            \.

            """);

        var plan = await folder.MigrateAsync();

        Assert.Contains(plan.Findings, f => f.RuleId == "PSM019" && f.Reason.EndsWith("lines 3–4", StringComparison.Ordinal));
        Assert.Equal(["1"], folder.Rows("SELECT x FROM a"));
    }

    [Fact]
    public async Task A_database_made_from_another_one_is_not_an_empty_one()
    {
        using var folder = NewFolder();
        folder.Script("a.sql", $"CREATE DATABASE {folder.DatabaseName} TEMPLATE filled; CREATE TABLE a (x int);");

        Assert.Contains((await folder.PlanAsync()).Findings, f => f.RuleId == "PSM010");
    }

    private protected override string Anew(string database) => $"-- Songs\n-- and who sings them\n--\nDROP DATABASE IF EXISTS {database};\n\nCREATE DATABASE {database};\n\\c {database};\n";

    private protected override string Use(string database) => $"\\connect {database}\n";

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
