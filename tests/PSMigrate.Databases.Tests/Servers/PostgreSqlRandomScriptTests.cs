using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Random scripts on PostgreSQL, and what others write before they are undone.</summary>
public sealed class PostgreSqlRandomScriptTests(PostgreSqlServer server) : RandomScriptContract
{
    private protected override char NameQuote => '"';

    private protected override TestDatabase NewDatabase(string folder) => new PostgreSqlTestDatabase(server);
}
