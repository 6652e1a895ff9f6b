using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What others wrote and undo, on MariaDB.</summary>
public sealed class MariaDbUndoConflictTests(MariaDbServer server) : UndoConflictContract
{
    [Theory]
    [InlineData("CREATE VIEW theirs AS SELECT id FROM made")]
    [InlineData("CREATE TABLE theirs (m integer, FOREIGN KEY (m) REFERENCES made (id))")]
    public Task What_others_have_built_on_it_stops_the_undo(string others) => RequireStoppedAsync("CREATE TABLE made (id integer PRIMARY KEY)", others);

    private protected override bool HasSchemas => false;

    private protected override string DropIndex(string name, string table) => $"DROP INDEX {name} ON {table}";

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
