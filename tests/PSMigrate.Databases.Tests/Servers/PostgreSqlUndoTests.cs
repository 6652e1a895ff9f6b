using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sqlite;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What undo must do on any engine, on PostgreSQL, and with what only PostgreSQL has.</summary>
public sealed class PostgreSqlUndoTests(PostgreSqlServer server) : UndoContract
{
    public static TheoryData<string> Names => [.. PostgreSqlUndoCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_a_script_changed_in_PostgreSQL_is_given_back(string name) => ThereAndBackAsync(PostgreSqlUndoCases.All.Single(c => c.Name == name));

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
