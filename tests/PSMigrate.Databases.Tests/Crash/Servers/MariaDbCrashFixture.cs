using MySqlConnector;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.Crash.Servers;

public sealed class MariaDbCrashFixture : ServerCrashFixture
{
    private const string PasswordVariable = "PSMIGRATE_TEST_MARIADB_PASSWORD";

    private readonly MariaDbServer server = MariaDbServer.CreateOwn(durable: true);

    private protected override ServerCrashPlan Plan => new MariaDbCrashPlan();

    private protected override int Port => server.Port;

    private protected override TestDatabase NewDatabase() => new MariaDbTestDatabase(server);

    private protected override string Through(TestDatabase database, int port)
    {
        Environment.SetEnvironmentVariable(PasswordVariable, server.Password);
        var settings = new MySqlConnectionStringBuilder(database.Target[(database.Target.IndexOf(':', StringComparison.Ordinal) + 1)..]) { Port = (uint)port, SslMode = MySqlSslMode.Disabled };
        settings.Remove("Password");
        return $"mysql:{settings.ConnectionString};Password=${{env:{PasswordVariable}}}";
    }

    internal override Task EndSessionsAsync(TestDatabase database)
    {
        var sessions = (string?)database.Value("SELECT GROUP_CONCAT('KILL ', id SEPARATOR '; ') FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()");
        if (sessions is not null)
        {
            database.Execute(sessions);
        }

        return Task.CompletedTask;
    }

    private protected override Task StartServerAsync() => server.StartAsync();

    public override async Task KillServerAsync()
    {
        await server.KillAsync();
        await server.StartAsync();
    }

    public override bool IsHistoryWrite(string request) =>
        request.Contains("INSERT INTO", StringComparison.Ordinal) && request.Contains("psmigrate_history", StringComparison.Ordinal);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
    }
}
