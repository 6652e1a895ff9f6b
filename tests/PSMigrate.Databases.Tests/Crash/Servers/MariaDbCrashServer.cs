using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>A server that may be killed, and keeps what it has committed.</summary>
public sealed class MariaDbCrashServer : IAsyncDisposable
{
    public const string PasswordVariable = "PSMIGRATE_TEST_MARIADB_PASSWORD";

    public MariaDbServer Server { get; } = MariaDbServer.CreateOwn(durable: true);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
