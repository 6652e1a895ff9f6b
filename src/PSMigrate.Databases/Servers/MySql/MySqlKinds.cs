using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>The kinds of objects that only MySQL and MariaDB have, or call so.</summary>
internal static class MySqlKinds
{
    /// <summary>What the connected database gives to what is made in it. There is one, called <see cref="DefaultsName"/> in every database.</summary>
    public const string Database = "database";
    public const string DefaultsName = "defaults";
    public const string Event = "event";
    public const string Package = "package";
    public const string PackageBody = "package body";

    public static string DefaultsKey { get; } = DbObject.KeyOf(Database, null, "", DefaultsName);
}
