using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sqlite;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What undo must do on any engine, on SQL Server, and with what only its language has.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerUndoTests : UndoContract
{
    private readonly SqlServerServer server;

    public SqlServerUndoTests(SqlServerServer server)
    {
        this.server = server;
        server.TakeSample();
    }

    /// <summary>Babelfish names defaults and indexes by itself, so that the way back finds none by the name that it has, and cannot give it again.</summary>
    private static readonly HashSet<string> NeedReal =
        ["add column with default and check", "a table made anew takes name and index of the old one", "drop table with everything on it", "create index", "create unique index and write", "everything at once"];

    public static TheoryData<string> Names => [.. SqlServerUndoCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_a_script_changed_in_SQL_Server_is_given_back(string name) => ThereAndBackAsync(SqlServerUndoCases.All.Single(c => c.Name == name));

    [Theory]
    [MemberData(nameof(OnlyReal))]
    [Trait("Server", "real")]
    public async Task What_a_script_changed_on_a_real_server_is_given_back(string name)
    {
        await server.SkipUnlessRealAsync();
        await ThereAndBackAsync(SqlServerUndoCases.OnlyReal.Single(c => c.Name == name));
    }

    public static TheoryData<string> OnlyReal => [.. SqlServerUndoCases.OnlyReal.Select(c => c.Name)];

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server, leavesOutDefaults: true);

    private protected override void SkipUnlessPossible(UndoCase change)
    {
        Assert.SkipWhen(change.Name == "add column and index it", "A unique index takes NULL only once in T-SQL: there is a case of its own.");
        SqlServerServer.SkipWithout();
        Assert.SkipWhen(NeedReal.Contains(change.Name) && !server.IsRealAsync().GetAwaiter().GetResult(), "The server is Babelfish, which lacks what this test needs.");
    }
}
