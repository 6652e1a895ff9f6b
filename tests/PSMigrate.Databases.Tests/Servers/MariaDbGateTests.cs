using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What must be true before a run, on MariaDB.</summary>
public sealed class MariaDbGateTests(MariaDbServer server) : GateContract
{
    [Theory]
    [InlineData("CREATE INDEX theirs ON customers (name)", "theirs is new")]
    [InlineData("CREATE TRIGGER theirs AFTER INSERT ON other FOR EACH ROW SET @x = 1", "theirs is new")]
    public Task What_changed_in_MariaDB_is_named(string theirs, string said) => RequireDriftAsync(theirs, said);

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
