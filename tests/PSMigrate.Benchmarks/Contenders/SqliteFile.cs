using System.Data.Common;
using DbUp;
using DbUp.Builder;
using FluentMigrator.Runner;
using Microsoft.Data.Sqlite;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>A database file, with the driver's defaults.</summary>
internal sealed class SqliteFile(string path) : BenchmarkDatabase
{
    /// <summary>The file.</summary>
    public string Path => path;

    /// <inheritdoc />
    public override string Target => $"sqlite:Data Source={path};Mode=ReadWriteCreate";

    /// <inheritdoc />
    public override string OwnHistory => "psmigrate_history";

    /// <inheritdoc />
    public override string TablesSql => $"SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '{BenchmarkScript.TablePrefix}*'";

    /// <inheritdoc />
    public override string IndexesSql => $"SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name GLOB 'ix_{BenchmarkScript.TablePrefix}*'";

    /// <inheritdoc />
    public override string ConnectionString => new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString;

    /// <inheritdoc />
    public override DbConnection Connect() => new SqliteConnection(ConnectionString);

    /// <inheritdoc />
    public override UpgradeEngineBuilder DbUp() => DeployChanges.To.SqliteDatabase(ConnectionString);

    /// <inheritdoc />
    public override IMigrationRunnerBuilder FluentMigrator(IMigrationRunnerBuilder runner) => runner.AddSQLite();

    /// <inheritdoc />
    public override void RequireDefaults(DbConnection connection, string contender)
    {
        using var journal = connection.CreateCommand();
        journal.CommandText = "PRAGMA journal_mode";
        if (journal.ExecuteScalar() is not "delete")
        {
            throw new BenchmarkException($"{contender} left another journal mode than the default.");
        }
    }

    /// <inheritdoc />
    public override void Remove()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(System.IO.Path.GetDirectoryName(path)!, recursive: true);
    }
}
