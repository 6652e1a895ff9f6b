using Xunit;

namespace PSMigrate.Databases.Tests.Crash.Servers;

public sealed class PostgreSqlCrashTests(PostgreSqlCrashFixture fixture) : ServerCrashContract(fixture), IClassFixture<PostgreSqlCrashFixture>;
