using System.Data.Common;
using System.Globalization;
using PSMigrate.Cmdlets.Tests.Shell;

namespace PSMigrate.Cmdlets.Tests.Rooms;

/// <summary>
/// A SQLite file as another program sees it. It is reached through the module's own SQLite: two copies of SQLite in one process do
/// not see each other's locks.
/// </summary>
internal sealed class Database(string path)
{
    public string Path => path;

    public string Tables => Text("SELECT coalesce(group_concat(name, ','), '') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'psmigrate%' AND name NOT LIKE 'sqlite%' ORDER BY name)");

    public string Columns(string table) => Text($"SELECT coalesce(group_concat(name, ','), '') FROM pragma_table_info('{table}')");

    public long Count(string table) => long.Parse(Text($"SELECT count(*) FROM {table}"), CultureInfo.InvariantCulture);

    public void Run(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public string Text(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }

    /// <summary>Opens a connection that the caller keeps, for example to hold a lock.</summary>
    public DbConnection Open()
    {
        var type = ModuleUnderTest.Assembly("Microsoft.Data.Sqlite").GetType("Microsoft.Data.Sqlite.SqliteConnection", throwOnError: true)!;
        var connection = (DbConnection)Activator.CreateInstance(type, $"Data Source='{path.Replace("'", "''", StringComparison.Ordinal)}';Pooling=False")!;
        connection.Open();
        return connection;
    }
}
