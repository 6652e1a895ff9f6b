using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class MariaDbMusicShopTests(MariaDbServer server) : MusicShopContract
{
    private protected override string Head(string database) => $"DROP DATABASE IF EXISTS `{database}`;\nCREATE DATABASE `{database}`;\nUSE `{database}`;\n";

    private protected override TestDatabase NewDatabase(string folder) => new MariaDbTestDatabase(server);
}
