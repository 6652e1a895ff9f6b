using System.Diagnostics;
using Npgsql;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Steps;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A database on the private PostgreSQL server; its structure is told by pg_dump.</summary>
internal sealed class PostgreSqlTestDatabase : TestDatabase
{
    /// <summary>Where the server's programs really are: some may be linked to from elsewhere.</summary>
    private static readonly string Program = Path.Combine(PostgreSqlServer.Programs ?? "", "postgres") is var named && File.ResolveLinkTarget(named, returnFinalTarget: true) is { } real ? real.FullName : named;

    private readonly PostgreSqlServer server;
    private readonly PostgreSqlDatabase database;

    public PostgreSqlTestDatabase(PostgreSqlServer server)
    {
        this.server = server;
        database = server.CreateDatabaseAsync().GetAwaiter().GetResult();
    }

    public override string Target => $"postgres:{database.ConnectionString}";

    public override ITargetKind Kind => new ServerTargetKind(() => new PostgreSqlEngine());

    public override void Execute(string sql) => database.ExecuteAsync(sql).GetAwaiter().GetResult();

    public override object? Value(string sql)
    {
        using var connection = database.OpenAsync().GetAwaiter().GetResult();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    public override DatabaseImage Image()
    {
        var lines = Structure();
        using var connection = database.OpenAsync().GetAwaiter().GetResult();
        foreach (var table in List(connection, "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'psmigrate') ORDER BY 1"))
        {
            lines.AddRange(List(connection, $"SELECT t::text FROM {table} t ORDER BY 1").Select(row => $"{table}: {row}"));
        }

        return new DatabaseImage(lines);
    }

    public override IReadOnlyList<string> Captures()
    {
        using var connection = database.OpenAsync().GetAwaiter().GetResult();
        return List(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'psmigrate' AND tablename NOT IN ('history', 'state', 'progress')");
    }

    public override void Dispose() => database.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>What pg_dump writes, statement by statement in a fixed order, so that what was made in another order is the same.</summary>
    private List<string> Structure()
    {
        var start = new ProcessStartInfo(Path.Combine(Path.GetDirectoryName(Program)!, "pg_dump"), ["--schema-only", "--exclude-schema=psmigrate", "--dbname", database.Name])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGHOST"] = PostgreSqlServer.Host;
        start.Environment["PGPORT"] = server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = PostgreSqlServer.User;
        start.Environment["PGPASSWORD"] = server.Password;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. text.Split("\n\n").Select(s => s.Trim()).Where(s => s.Length > 0 && !s.StartsWith("--", StringComparison.Ordinal) && !s.StartsWith('\\')).Order(StringComparer.Ordinal)]
            : throw new InvalidOperationException(error.Result);
    }

    private static List<string> List(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var list = new List<string>();
        while (reader.Read())
        {
            list.Add(reader.GetString(0));
        }

        return list;
    }
}
