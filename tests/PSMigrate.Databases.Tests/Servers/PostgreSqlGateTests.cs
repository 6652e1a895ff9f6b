using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What must be true before a run, on PostgreSQL.</summary>
public sealed class PostgreSqlGateTests(PostgreSqlServer server) : GateContract
{
    [Theory]
    [InlineData("CREATE INDEX theirs ON customers (name)", "theirs is new")]
    [InlineData("CREATE FUNCTION theirs() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$", "function public.theirs() is new")]
    public Task What_changed_in_PostgreSQL_is_named(string theirs, string said) => RequireDriftAsync(theirs, said);

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
