using Xunit;

namespace PSMigrate.Databases.Tests.Crash.Servers;

public sealed class MariaDbCrashTests(MariaDbCrashFixture fixture) : ServerCrashContract(fixture), IClassFixture<MariaDbCrashFixture>;
