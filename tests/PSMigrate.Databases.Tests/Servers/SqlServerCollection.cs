using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>
/// One after the other: servers that only speak T-SQL keep all databases in one catalog, and what makes two of them at once is refused.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SqlServerCollection
{
    public const string Name = "SQL Server";
}
