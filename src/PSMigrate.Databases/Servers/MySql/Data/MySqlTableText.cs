using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Tables whose texts are told apart by every character, in upper and lower case and with spaces at their end, as other engines do: a
/// collation that takes some of them for the same would refuse keys that the source has.
/// </summary>
internal sealed class MySqlTableText(MySqlFeatures? features) : TableText(MySqlName.Quote)
{
    public override string DropForeignKey(string schema, string table, string name) => $"ALTER TABLE {Name(schema, table)} DROP FOREIGN KEY {MySqlName.Quote(name)}";

    protected override string Identity => " AUTO_INCREMENT";

    protected override string Options => $" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE={(features is { IsMariaDb: false } ? "utf8mb4_0900_bin" : "utf8mb4_nopad_bin")}";
}
