namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Names and texts as MySQL's statements write them, whatever the session's sql_mode says of quotes.</summary>
internal static class MySqlName
{
    public static string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    /// <summary>A string for sessions in which a backslash escapes, as it does where PSMigrate's own statements are run.</summary>
    public static string Text(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>An account as catalogs write it, <c>root@localhost</c>, as statements write it; a role is an account without a host.</summary>
    public static string Account(string account)
    {
        var at = account.LastIndexOf('@');
        return at < 0 || at == account.Length - 1 ? Quote(account.TrimEnd('@')) : $"{Quote(account[..at])}@{Quote(account[(at + 1)..])}";
    }
}
