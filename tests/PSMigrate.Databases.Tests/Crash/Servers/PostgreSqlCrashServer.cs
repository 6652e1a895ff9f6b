using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>A server that may be killed, and keeps what it has committed.</summary>
public sealed class PostgreSqlCrashServer : IAsyncDisposable
{
    public const string PasswordVariable = "PSMIGRATE_TEST_POSTGRESQL_PASSWORD";

    public PostgreSqlServer Server { get; } = PostgreSqlServer.CreateOwn(durable: true);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
