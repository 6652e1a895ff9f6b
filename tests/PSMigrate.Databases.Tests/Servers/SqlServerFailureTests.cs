using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Steps that fail, on SQL Server.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerFailureTests(SqlServerServer server) : FailureContract
{
    /// <summary>Servers that only speak T-SQL say some of it in other words; what both say is looked for.</summary>
    [Theory]
    [InlineData("SELECT * FROM nowhere", "StatementFailed", "nowhere")]
    [InlineData("UPDATE customers SET nme = 1", "StatementFailed", "nme")]
    [InlineData("CREATE TABLE x (", "StatementFailed", "syntax")]
    [InlineData("INSERT INTO customers VALUES (1, 'again')", "ConstraintViolated", "constraint")]
    [InlineData("CREATE TABLE half (x integer) RAISERROR('not today', 16, 1)", "StatementFailed", "not today")]
    [InlineData("THROW 50001, 'not today', 1", "StatementFailed", "not today")]
    public Task What_SQL_Server_says_is_told_with_its_place(string sql, string errorId, string message) => RequireToldAsync(sql, errorId, message);

    [Theory]
    [InlineData("SELECT CAST('x' AS int)", "ValueDoesNotFit", "converting")]
    [InlineData("INSERT INTO customers VALUES (2147483648, 'large')", "ValueDoesNotFit", "overflow")]
    [Trait("Server", "real")]
    public async Task What_only_a_real_server_numbers_is_told_apart(string sql, string errorId, string message)
    {
        await server.SkipUnlessRealAsync();
        await RequireToldAsync(sql, errorId, message);
    }

    [Theory]
    [InlineData("UPDATE t SET x = 2;\nGO\n", 3)]
    [InlineData("", 1)]
    public Task A_script_that_stops_itself_has_done_nothing(string before, int line) => RequireStoppedAsync("SET PARSEONLY ON", before, line);

    [Fact]
    public async Task How_many_rows_a_statement_may_take_must_be_known_after_each_batch()
    {
        using var folder = NewFolder("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
        folder.Script("change.sql", "DECLARE @n int = 5; SET ROWCOUNT @n;\nGO\nDELETE FROM t;\nGO\n");

        Refused.Is("RowCountNotKnown", (await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced)).Failure);

        Assert.Equal(1L, folder.Value("SELECT COUNT(*) FROM t"));
    }

    [Theory]
    [InlineData("IF OBJECT_ID('nowhere') IS NULL SET NOEXEC ON")]
    [InlineData("SET FMTONLY ON")]
    [Trait("Server", "real")]
    public async Task A_script_that_stops_itself_on_a_real_server_has_done_nothing(string setting)
    {
        await server.SkipUnlessRealAsync();
        await RequireStoppedAsync(setting, "UPDATE t SET x = 2;\nGO\n", 3);
    }

    [Fact]
    public async Task A_setting_that_would_stop_the_script_does_no_harm_where_it_is_not_come_to()
    {
        using var folder = NewFolder("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
        folder.Script("change.sql", "IF OBJECT_ID('t') IS NULL SET PARSEONLY OFF;\nGO\nUPDATE t SET x = 2;\nGO\n");

        Assert.Null((await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced)).Failure);

        Assert.Equal(2L, folder.Value("SELECT x FROM t"));
    }

    private async Task RequireStoppedAsync(string setting, string begin, int line)
    {
        using var folder = NewFolder("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
        var before = folder.Image();
        folder.Script("change.sql", $"{begin}{setting};\nGO\nINSERT INTO t VALUES (3);\nGO\n");

        var error = Refused.Is("ExecutionTurnedOff", (await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced)).Failure);

        Assert.Equal(line, error.Place!.Line);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(await folder.HistoryAsync());
    }

    private protected override (int Line, int Column) FailingPlace => (5, 1);

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
