using System.Globalization;
using Microsoft.Data.Sqlite;
using PSMigrate.Benchmarks.Contenders;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>Looks into the database after a run: a contender that did less than the work has no time.</summary>
internal static class Outcome
{
    /// <summary>Every table, index, row and history row is there, and the file is in its default journal mode.</summary>
    /// <exception cref="BenchmarkException">Something is missing.</exception>
    public static void Verify(IContender contender, string databasePath, int scripts)
    {
        SqliteConnection.ClearAllPools();
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = databasePath,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ConnectionString;
        using var connection = new SqliteConnection(connectionString);
        connection.Open();

        var tables = Tables(connection);
        Expect("tables", scripts, tables.Count);
        Expect("indexes", scripts, Count(connection,
            $"SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name GLOB 'ix_{BenchmarkScript.TablePrefix}*'"));
        Expect("rows", scripts, tables.Sum(table => Count(connection, $"SELECT count(*) FROM {table}")));
        Expect("history rows", scripts, Count(connection, contender.HistoryCountSql));

        using var journal = Command(connection, "PRAGMA journal_mode");
        if (journal.ExecuteScalar() is not "delete")
        {
            throw new BenchmarkException($"{contender.Name} left another journal mode than the default.");
        }

        void Expect(string what, long expected, long actual)
        {
            if (actual != expected)
            {
                throw new BenchmarkException(string.Create(CultureInfo.InvariantCulture,
                    $"{contender.Name} left {actual} {what} after {expected} scripts."));
            }
        }
    }

    private static List<string> Tables(SqliteConnection connection)
    {
        using var command = Command(connection,
            $"SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '{BenchmarkScript.TablePrefix}*'");
        using var reader = command.ExecuteReader();
        var tables = new List<string>();
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }

    private static long Count(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        return (long)command.ExecuteScalar()!;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
