using Npgsql;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.Crash.Servers;

public sealed class PostgreSqlCrashFixture : ServerCrashFixture
{
    private const string PasswordVariable = "PSMIGRATE_TEST_POSTGRESQL_PASSWORD";

    private readonly PostgreSqlServer server = PostgreSqlServer.CreateOwn(durable: true);

    private protected override ServerCrashPlan Plan => new PostgreSqlCrashPlan();

    private protected override int Port => server.Port;

    private protected override TestDatabase NewDatabase() => new PostgreSqlTestDatabase(server);

    private protected override string Through(TestDatabase database, int port)
    {
        Environment.SetEnvironmentVariable(PasswordVariable, server.Password);
        var settings = new NpgsqlConnectionStringBuilder(database.Target[(database.Target.IndexOf(':', StringComparison.Ordinal) + 1)..]) { Port = port, SslMode = SslMode.Disable };
        settings.Remove("Password");
        return $"postgres:{settings.ConnectionString};Password=${{env:{PasswordVariable}}}";
    }

    internal override Task EndSessionsAsync(TestDatabase database)
    {
        database.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        return Task.CompletedTask;
    }

    private protected override Task StartServerAsync() => server.StartAsync();

    public override async Task KillServerAsync()
    {
        await server.KillAsync();
        await server.StartAsync();
    }

    public override bool IsHistoryWrite(string request) =>
        request.Contains("INSERT INTO", StringComparison.Ordinal) && request.Contains("history", StringComparison.Ordinal);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
    }
}
