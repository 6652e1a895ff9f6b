using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What others wrote and undo, on SQL Server.</summary>
public sealed class SqlServerUndoConflictTests : UndoConflictContract
{
    private readonly SqlServerServer server;

    public SqlServerUndoConflictTests(SqlServerServer server)
    {
        this.server = server;
        server.TakeSample();
    }

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);

    private protected override string DropIndex(string name, string table) => $"DROP INDEX {name} ON {table}";
}
