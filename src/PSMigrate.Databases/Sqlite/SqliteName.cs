namespace PSMigrate.Databases.Sqlite;

/// <summary>Names as SQLite reads them, and which of them are PSMigrate's own.</summary>
internal static class SqliteName
{
    /// <summary>What PSMigrate keeps in a database begins with this.</summary>
    public const string Prefix = "psmigrate_";

    /// <summary>Quotes any name, so that it can only be a name.</summary>
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static bool IsOurs(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Names that SQLite keeps for itself.</summary>
    public static bool IsInternal(string name) => name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase);
}
