using PSMigrate.Databases.Tests.Engine;

namespace PSMigrate.Databases.Tests.Servers;

public sealed class SqlServerMusicShopTests(SqlServerServer server) : MusicShopContract
{
    private protected override string Head(string database) =>
        $"IF DB_ID(N'{database}') IS NOT NULL\nBEGIN\n\tALTER DATABASE [{database}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;\n\tDROP DATABASE [{database}];\nEND\nGO\nCREATE DATABASE [{database}];\nGO\nUSE [{database}];\nGO\n";

    private protected override string Separator => ";\nGO\n";

    private protected override TestDatabase NewDatabase(string folder) => new SqlServerTestDatabase(server);
}
