using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What others wrote and undo, on SQL Server.</summary>
[Collection(SqlServerCollection.Name)]
public sealed class SqlServerUndoConflictTests : UndoConflictContract
{
    private readonly SqlServerServer server;

    public SqlServerUndoConflictTests(SqlServerServer server)
    {
        this.server = server;
        server.TakeSample();
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);

    /// <summary>Babelfish names indexes and defaults by itself, and drops none by the name that it gives; and what refuses an index ends its transaction.</summary>
    private protected override void SkipUnlessPossible(string script, string others) => Assert.SkipWhen(
        (script.Contains("DROP COLUMN city", StringComparison.Ordinal) || script.Contains("DEFAULT", StringComparison.Ordinal) || script == "DROP INDEX" || others.Contains("UNIQUE INDEX", StringComparison.Ordinal))
            && !server.IsRealAsync().GetAwaiter().GetResult(), "The server is Babelfish, which lacks what this test needs.");

    private protected override string DropIndex(string name, string table) => $"DROP INDEX {name} ON {table}";
}
