using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads schemas; the server's own are left out, except <c>dbo</c>, on which people give permissions.</summary>
internal static class SchemaReading
{
    /// <summary>The highest identity of what every database has: 1 to 4 are dbo, guest, INFORMATION_SCHEMA and sys, from 16384 on those of fixed roles.</summary>
    private const int FixedRoles = 16384;

    public static Task ReadAsync(SqlServerReading reading) => reading.ReadAsync(
        """
        SELECT s.schema_id, s.name, p.name AS owner
        FROM sys.schemas s LEFT JOIN sys.database_principals p ON p.principal_id = s.principal_id
        WHERE s.name NOT IN ('sys', 'INFORMATION_SCHEMA', 'guest', 'psmigrate', 'cdc')
        """,
        row =>
        {
            var name = row.Name("name");
            if (row.Id("schema_id") >= FixedRoles && name.StartsWith("db_", StringComparison.Ordinal))
            {
                return;
            }

            reading.Add(new SqlServerDraft { Kind = DbKinds.Schema, Name = name, Id = SqlServerReading.Id("schema", row.Id("schema_id")), Outside = !reading.Whole }, $"schema name:{name}")
                .Set(DbFacets.Owner, row.Text("owner"));
        });
}
