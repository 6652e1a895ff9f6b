using System.Data.Common;
using DbUp;
using DbUp.Builder;
using FluentMigrator.Runner;
using Npgsql;
using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>A database on a PostgreSQL server.</summary>
internal sealed class PostgreSqlDatabase : BenchmarkDatabase
{
    private readonly string server;
    private readonly string name = $"psmigrate_benchmark_{Guid.NewGuid():N}";

    /// <param name="server">A connection string for a database of the server, with the right to make others.</param>
    public PostgreSqlDatabase(string server)
    {
        this.server = server;
        Run($"CREATE DATABASE {name}");
    }

    /// <inheritdoc />
    public override string Target => $"postgres:{ConnectionString}";

    /// <inheritdoc />
    public override string OwnHistory => "psmigrate.history";

    /// <inheritdoc />
    public override string TablesSql => $"SELECT tablename::text FROM pg_tables WHERE tablename LIKE '{BenchmarkScript.TablePrefix}%'";

    /// <inheritdoc />
    public override string IndexesSql => $"SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'ix_{BenchmarkScript.TablePrefix}%'";

    /// <inheritdoc />
    public override string ConnectionString => new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;

    /// <inheritdoc />
    public override DbConnection Connect() => new NpgsqlConnection(ConnectionString);

    /// <inheritdoc />
    public override UpgradeEngineBuilder DbUp() => DeployChanges.To.PostgresqlDatabase(ConnectionString);

    /// <inheritdoc />
    public override IMigrationRunnerBuilder FluentMigrator(IMigrationRunnerBuilder runner) => runner.AddPostgres();

    /// <inheritdoc />
    public override void Remove()
    {
        NpgsqlConnection.ClearAllPools();
        Run($"DROP DATABASE {name} WITH (FORCE)");
    }

    private void Run(string sql)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
