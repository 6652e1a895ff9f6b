using System.Data.Common;
using MySqlConnector;

namespace PSMigrate.Benchmarks.Copying;

/// <summary>A database of its own on a MySQL or MariaDB server. It is only copied into.</summary>
internal sealed class MySqlCopyEnd : CopyEnd
{
    private readonly string server;
    private readonly string name = $"psmigrate_benchmark_{Guid.NewGuid():N}"[..40];

    public MySqlCopyEnd(string server)
    {
        this.server = server;
        Server($"CREATE DATABASE {name}");
    }

    public override string Name => "MariaDB";

    public MySqlConnectionStringBuilder Given => new(server) { Database = name, Pooling = false };

    public override string Target => $"mysql:{Given.ConnectionString}";

    public override void Make() => Run("""
        DROP TABLE IF EXISTS events, psmigrate_history, psmigrate_progress, psmigrate_state;
        CREATE TABLE events (id bigint PRIMARY KEY, account integer NOT NULL, kind smallint, amount decimal(12, 2), rate double, active tinyint(1), name varchar(40) NOT NULL, city varchar(30),
            note text, code char(8), made datetime(6) NOT NULL, seen datetime(6), day date, ref char(36), payload longblob, counter bigint)
        """);

    public override void Fill(int rows) => throw new NotSupportedException();

    public override void Dispose() => Server($"DROP DATABASE {name}");

    protected override DbConnection Connect() => new MySqlConnection(Given.ConnectionString);

    private void Server(string sql)
    {
        using var connection = new MySqlConnection(new MySqlConnectionStringBuilder(server) { Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new MySqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
