using System.Globalization;
using System.Text.RegularExpressions;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// What a column of SQLite's is meant to hold, by the words of its declared type. SQLite itself keeps any value in any column
/// (sqlite.org/datatype3.html), so that every value travels with its own type and is looked at on the way.
/// </summary>
internal static partial class SqliteTypes
{
    /// <summary>The most digits of a decimal that SQLite's numbers keep.</summary>
    private const int ExactDigits = 15;

    public static DataType Read(string declared)
    {
        var words = declared.Trim().ToUpperInvariant();
        var sizes = Sizes().Match(words);
        int? first = sizes.Success ? int.Parse(sizes.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
        int? second = sizes.Groups[2].Success ? int.Parse(sizes.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : null;
        bool Has(string word) => words.Contains(word, StringComparison.Ordinal);
        bool Begins(string word) => words.StartsWith(word, StringComparison.Ordinal);
        DataType Of(DataKind kind) => new(kind, declared) { Form = DataForm.Dynamic };
        return words switch
        {
            "" or "ANY" => Of(DataKind.Dynamic),
            _ when Begins("BOOL") || words == "BIT" => Of(DataKind.Boolean),
            _ when Begins("TIMESTAMPTZ") || (Begins("TIMESTAMP") && Has("WITH TIME ZONE")) => Of(DataKind.Moment),
            _ when Begins("DATETIMEOFFSET") => Of(DataKind.OffsetTimestamp),
            _ when Begins("DATETIME") || Begins("TIMESTAMP") || Begins("SMALLDATETIME") => Of(DataKind.Timestamp),
            _ when Begins("DATE") => Of(DataKind.Date),
            _ when Begins("TIME") => Of(DataKind.Time),
            _ when Begins("UUID") || Begins("GUID") || Begins("UNIQUEIDENTIFIER") => Of(DataKind.Uuid),
            _ when Has("JSON") => Of(DataKind.Json),
            _ when Begins("DEC") || Begins("NUM") => Of(DataKind.Decimal) with { Precision = first, Scale = first is null ? null : second ?? 0 },
            _ when Begins("MONEY") || Begins("SMALLMONEY") => Of(DataKind.Decimal) with { Precision = 19, Scale = 4 },
            _ when Has("INT") => Of(DataKind.Integer) with { Width = 8 },
            _ when Has("CHAR") || Has("CLOB") || Has("TEXT") => Of(DataKind.Text) with { Length = first },
            _ when Has("BLOB") || Has("BINARY") => Of(DataKind.Bytes),
            _ when Has("REAL") || Has("FLOA") || Has("DOUB") => Of(DataKind.Float) with { Width = 8 },
            _ => Of(DataKind.Dynamic),
        };
    }

    /// <summary>
    /// A declared type that keeps every value as it is: the affinity that SQLite derives from its words must not make another value of one.
    /// Decimals with more digits than a float gives back are kept as text.
    /// </summary>
    public static string Declare(DataType type) => type.Kind switch
    {
        DataKind.Boolean => "BOOLEAN",
        DataKind.Integer when type is { IsUnsigned: true, Width: 8 } => "TEXT",
        DataKind.Integer => "INTEGER",
        DataKind.Decimal when type is { Precision: <= ExactDigits, Scale: { } scale } => $"NUMERIC({type.Precision}, {scale})",
        DataKind.Decimal => "TEXT",
        DataKind.Float => "REAL",
        DataKind.Bytes => "BLOB",
        DataKind.Uuid => "UUID",
        DataKind.Date => "DATE",
        DataKind.Time => "TIME",
        DataKind.Timestamp => "DATETIME",
        DataKind.Moment => "TIMESTAMPTZ",
        DataKind.OffsetTimestamp => "DATETIMEOFFSET",
        DataKind.Json => "JSON TEXT",
        DataKind.Dynamic => "",
        DataKind.Text when type.Length is { } length => type.IsFixed ? $"CHAR({length})" : $"VARCHAR({length})",
        _ => "TEXT",
    };

    [GeneratedRegex(@"\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", RegexOptions.CultureInvariant)]
    private static partial Regex Sizes();
}
