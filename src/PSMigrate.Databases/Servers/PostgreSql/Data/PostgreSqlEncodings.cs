namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>The encodings of databases (PostgreSQL's documentation, "Character Set Support") by the names that they have in .NET.</summary>
internal static class PostgreSqlEncodings
{
    /// <summary>Null for all of Unicode, and where the server does not look at it but when it sends it. One that .NET has not keeps PostgreSQL's name.</summary>
    public static string? NameOf(string? encoding) => encoding switch
    {
        null or "UTF8" or "SQL_ASCII" => null,
        "LATIN1" => "iso-8859-1",
        "LATIN2" => "iso-8859-2",
        "LATIN3" => "iso-8859-3",
        "LATIN4" => "iso-8859-4",
        "LATIN5" => "iso-8859-9",
        "LATIN7" => "iso-8859-13",
        "LATIN9" => "iso-8859-15",
        "ISO_8859_5" => "iso-8859-5",
        "ISO_8859_6" => "iso-8859-6",
        "ISO_8859_7" => "iso-8859-7",
        "ISO_8859_8" => "iso-8859-8",
        "WIN866" => "cp866",
        "WIN874" => "windows-874",
        "KOI8R" => "koi8-r",
        "KOI8U" => "koi8-u",
        "EUC_JP" => "euc-jp",
        "EUC_CN" => "gb2312",
        "EUC_KR" => "euc-kr",
        _ when encoding.StartsWith("WIN125", StringComparison.Ordinal) => $"windows-{encoding[3..]}",
        _ => encoding,
    };
}
