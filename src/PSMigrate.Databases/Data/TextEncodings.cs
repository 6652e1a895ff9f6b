using System.Text;

namespace PSMigrate.Databases.Data;

/// <summary>Encodings of text by the names that engines give them, which refuse what they do not have.</summary>
internal static class TextEncodings
{
    /// <summary>The encoding of this name.</summary>
    /// <exception cref="MigrationException">EncodingUnknown.</exception>
    public static Encoding Strict(string name)
    {
        try
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return int.TryParse(name, out var page)
                ? Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                : Encoding.GetEncoding(Known(name), EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new MigrationException("EncodingUnknown", ErrorKind.NotSupported, $"The encoding '{name}' is not known here, so that it cannot be told which text it has room for.", e)
            {
                Offender = name,
                RecommendedAction = "Give the column an encoding for all of Unicode first, or leave it out.",
            };
        }
    }

    /// <summary>MySQL's names (its manual, "Supported Character Sets and Collations") as .NET has them; its latin1 is Windows-1252.</summary>
    private static string Known(string name) => name.ToLowerInvariant() switch
    {
        "latin1" => "windows-1252",
        "latin2" => "iso-8859-2",
        "latin5" => "iso-8859-9",
        "latin7" => "iso-8859-13",
        "ascii" => "us-ascii",
        "cp1250" => "windows-1250",
        "cp1251" => "windows-1251",
        "cp1256" => "windows-1256",
        "cp1257" => "windows-1257",
        "greek" => "iso-8859-7",
        "hebrew" => "iso-8859-8",
        "koi8r" => "koi8-r",
        "koi8u" => "koi8-u",
        "cp850" => "ibm850",
        "cp852" => "ibm852",
        "cp866" => "cp866",
        "tis620" => "windows-874",
        "sjis" or "cp932" => "shift_jis",
        "ujis" or "eucjpms" => "euc-jp",
        "euckr" => "euc-kr",
        "gb2312" or "gbk" => "gb2312",
        "gb18030" => "gb18030",
        "big5" => "big5",
        "ucs2" or "utf16" => "utf-16BE",
        "utf16le" => "utf-16",
        "utf32" => "utf-32BE",
        var other => other,
    };
}
