using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using PSMigrate.Benchmarks.Contenders;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>Looks into the database after a run: a contender that did less than the work has no time.</summary>
internal static class Outcome
{
    /// <summary>Every table, index, row and history row is there, and the file is in its default journal mode.</summary>
    /// <exception cref="BenchmarkException">Something is missing.</exception>
    public static void Verify(IContender contender, BenchmarkDatabase database, int scripts)
    {
        SqliteConnection.ClearAllPools();
        using var connection = database.Connect();
        connection.Open();

        var tables = Tables(connection, database);
        Expect("tables", scripts, tables.Count);
        Expect("indexes", scripts, Count(connection, database.IndexesSql));
        Expect("rows", scripts, tables.Sum(table => Count(connection, $"SELECT count(*) FROM {table}")));
        Expect("history rows", scripts, Count(connection, contender.HistoryCountSql(database)));

        database.RequireDefaults(connection, contender.Name);

        void Expect(string what, long expected, long actual)
        {
            if (actual != expected)
            {
                throw new BenchmarkException(string.Create(CultureInfo.InvariantCulture,
                    $"{contender.Name} left {actual} {what} after {expected} scripts."));
            }
        }
    }

    private static List<string> Tables(DbConnection connection, BenchmarkDatabase database)
    {
        using var command = Command(connection, database.TablesSql);
        using var reader = command.ExecuteReader();
        var tables = new List<string>();
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }

    private static long Count(DbConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
