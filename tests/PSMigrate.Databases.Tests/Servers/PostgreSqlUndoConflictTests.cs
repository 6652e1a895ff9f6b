using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What others wrote and undo, on PostgreSQL.</summary>
public sealed class PostgreSqlUndoConflictTests(PostgreSqlServer server) : UndoConflictContract
{
    [Theory]
    [InlineData("CREATE VIEW theirs AS SELECT id FROM made")]
    [InlineData("CREATE TABLE theirs (m integer REFERENCES made (id))")]
    [InlineData("CREATE TABLE theirs () INHERITS (made)")]
    public Task What_others_have_built_on_it_stops_the_undo(string others) => RequireStoppedAsync("CREATE TABLE made (id integer PRIMARY KEY)", others);

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
