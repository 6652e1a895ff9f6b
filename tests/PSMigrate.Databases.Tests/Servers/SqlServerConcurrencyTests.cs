using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Several runners on one SQL Server database.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerConcurrencyTests(SqlServerServer server) : ConcurrencyContract
{
    /// <summary>It is at work rather than asleep: not every server that speaks T-SQL has WAITFOR.</summary>
    private protected override string Endless => "INSERT INTO numbers (n) SELECT COUNT_BIG(*) % 7 FROM sys.all_columns a CROSS JOIN sys.all_columns b CROSS JOIN sys.all_columns c";

    private protected override string Hold => "INSERT INTO numbers VALUES (1)";

    private protected override string BeginWriting => "BEGIN TRANSACTION";

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server, keepsSessions: false);

    private protected override void SkipUnlessLocksAreToldOf() =>
        Assert.SkipUnless(server.IsRealAsync().GetAwaiter().GetResult(), "The server is Babelfish, whose error 1222 has another number.");

    private protected override void SkipUnlessStatementsCanBeEnded() =>
        Assert.SkipUnless(server.IsRealAsync().GetAwaiter().GetResult(), "The server is Babelfish, which does not hear that a statement is to be ended before it has ended.");
}
