using Npgsql;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.Crash.Servers;

public sealed class PostgreSqlCrashTests(PostgreSqlCrashServer fixture) : ServerCrashContract, Xunit.IClassFixture<PostgreSqlCrashServer>
{
    private PostgreSqlServer Server => fixture.Server;

    private protected override ServerCrashPlan Plan => new PostgreSqlCrashPlan();

    private protected override int Port => Server.Port;

    private protected override TestDatabase NewDatabase() => new PostgreSqlTestDatabase(Server);

    private protected override string Through(TestDatabase database, int port)
    {
        Environment.SetEnvironmentVariable(PostgreSqlCrashServer.PasswordVariable, Server.Password);
        var settings = new NpgsqlConnectionStringBuilder(database.Target[(database.Target.IndexOf(':', StringComparison.Ordinal) + 1)..]) { Port = port, SslMode = SslMode.Disable };
        settings.Remove("Password");
        return $"postgres:{settings.ConnectionString};Password=${{env:{PostgreSqlCrashServer.PasswordVariable}}}";
    }

    private protected override Task EndSessionsAsync(TestDatabase database)
    {
        database.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        return Task.CompletedTask;
    }

    private protected override Task StartServerAsync() => Server.StartAsync();

    private protected override async Task KillServerAsync()
    {
        await Server.KillAsync();
        await Server.StartAsync();
    }

    private protected override bool IsCommit(string request) => request.Contains("COMMIT", StringComparison.Ordinal);

    private protected override bool IsHistoryWrite(string request) =>
        request.Contains("INSERT INTO", StringComparison.Ordinal) && request.Contains("history", StringComparison.Ordinal);
}
