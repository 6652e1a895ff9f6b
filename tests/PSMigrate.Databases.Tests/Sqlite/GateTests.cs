using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>What must be true before a run, on SQLite.</summary>
public sealed class GateTests : GateContract
{
    [Theory]
    [InlineData("CREATE INDEX theirs ON customers (name)", "index theirs is new")]
    [InlineData("CREATE TRIGGER theirs AFTER INSERT ON other BEGIN SELECT 1; END", "trigger theirs is new")]
    public Task What_changed_in_SQLite_is_named(string theirs, string said) => RequireDriftAsync(theirs, said);

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
