using System.Data.Common;
using System.Diagnostics;
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

    public override string Name => database.Name;

    public override string DuplicateSaid => "duplicate key value violates unique constraint";

    public override DbConnection Connect() => database.OpenAsync().GetAwaiter().GetResult();

    public override DatabaseImage Image()
    {
        var lines = Structure();
        foreach (var table in Rows("SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'psmigrate') ORDER BY 1"))
        {
            lines.AddRange(Rows($"SELECT t::text FROM {table} t ORDER BY 1").Select(row => $"{table}: {row}"));
        }

        return new DatabaseImage(lines);
    }

    public override IReadOnlyList<string> OwnTables() => Rows("SELECT tablename FROM pg_tables WHERE schemaname = 'psmigrate'");

    public override string Own(string name) => "psmigrate." + name;

    public override string Shown(string table) => "public." + table;

    public override void Delete() => Dispose();

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
}
