using Microsoft.Data.Sqlite;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>The connection string that everyone uses: the file, and the driver's defaults.</summary>
internal static class SqliteFile
{
    /// <summary>The connection string for a database file.</summary>
    public static string ConnectionString(string databasePath) =>
        new SqliteConnectionStringBuilder { DataSource = databasePath }.ConnectionString;
}
