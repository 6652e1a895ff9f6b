using MySqlConnector;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.Crash.Servers;

public sealed class MariaDbCrashTests(MariaDbCrashServer fixture) : ServerCrashContract, Xunit.IClassFixture<MariaDbCrashServer>
{
    private MariaDbServer Server => fixture.Server;

    private protected override ServerCrashPlan Plan => new MariaDbCrashPlan();

    private protected override int Port => Server.Port;

    private protected override TestDatabase NewDatabase() => new MariaDbTestDatabase(Server);

    private protected override string Through(TestDatabase database, int port)
    {
        Environment.SetEnvironmentVariable(MariaDbCrashServer.PasswordVariable, Server.Password);
        var settings = new MySqlConnectionStringBuilder(database.Target[(database.Target.IndexOf(':', StringComparison.Ordinal) + 1)..]) { Port = (uint)port, SslMode = MySqlSslMode.Disabled };
        settings.Remove("Password");
        return $"mysql:{settings.ConnectionString};Password=${{env:{MariaDbCrashServer.PasswordVariable}}}";
    }

    private protected override Task EndSessionsAsync(TestDatabase database)
    {
        var sessions = (string?)database.Value("SELECT GROUP_CONCAT('KILL ', id SEPARATOR '; ') FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");
        if (sessions is not null)
        {
            database.Execute(sessions);
        }

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
        request.Contains("INSERT INTO", StringComparison.Ordinal) && request.Contains("psmigrate_history", StringComparison.Ordinal);
}
