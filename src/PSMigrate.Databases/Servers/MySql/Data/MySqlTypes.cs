using System.Globalization;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>What MySQL's and MariaDB's types can hold, and which of them holds what another engine's can. Facts: the chapters "Data Types" of their manuals.</summary>
internal static class MySqlTypes
{
    /// <summary>The most characters, and bytes, that an index takes; longer columns would also fill the 65,535 bytes of a row too soon.</summary>
    private const int LongestText = 768;

    private const int LongestBytes = 3072;
    private const int MostDigits = 65;
    private const int MostScale = 30;

    private static readonly HashSet<string> Unicode = new(["utf8mb4", "utf16", "utf16le", "utf32", "gb18030"], StringComparer.OrdinalIgnoreCase);

    private static readonly Version FirstUuid = new(10, 7);

    public static DataType Of(DbObject column)
    {
        var native = column.Facet(DbFacets.Type) ?? "longtext";
        var type = new DataType(DataKind.Other, native);
        var isUnsigned = native.Contains(" unsigned", StringComparison.OrdinalIgnoreCase);
        var numbers = Numbers(native);
        DataType Integer(int width) => type with { Kind = DataKind.Integer, Width = width, IsUnsigned = isUnsigned };
        DataType Bytes(long? length, bool isFixed = false) => type with { Kind = DataKind.Bytes, Length = length, IsFixed = isFixed };
        DataType Text(long? characters, long? bytes, bool isFixed = false) =>
            type with { Kind = DataKind.Text, Length = characters, LengthInBytes = bytes, IsFixed = isFixed, Encoding = EncodingOf(column, native) };
        return (Bare(native) switch
        {
            "tinyint" or "bool" or "boolean" => Integer(1),
            "smallint" => Integer(2),
            "mediumint" => Integer(3),
            "int" or "integer" => Integer(4),
            "bigint" => Integer(8),
            "bit" => Bits(type, numbers is [var bits, ..] ? bits : 1),
            "year" => type with { Kind = DataKind.Integer, Width = 2, IsUnsigned = true },
            "decimal" or "numeric" or "dec" or "fixed" => type with { Kind = DataKind.Decimal, IsUnsigned = isUnsigned, Precision = numbers is [var p, ..] ? p : 10, Scale = numbers is [_, var s] ? s : 0 },
            "float" => type with { Kind = DataKind.Float, Width = numbers is [> 24] ? 8 : 4 },
            "double" or "real" => type with { Kind = DataKind.Float, Width = 8 },
            "date" => type with { Kind = DataKind.Date },
            "datetime" => type with { Kind = DataKind.Timestamp, Scale = numbers is [var d] ? d : 0 },
            "timestamp" => type with { Kind = DataKind.Moment, Scale = numbers is [var d] ? d : 0 },
            "time" => type with { Kind = DataKind.Time, Scale = numbers is [var d] ? d : 0 },
            "char" => Text(numbers is [var n] ? n : 1, null, isFixed: true),
            "varchar" => Text(numbers is [var n] ? n : null, null),
            "tinytext" => Text(null, 255),
            "text" => Text(null, 65_535),
            "mediumtext" => Text(null, 16_777_215),
            "longtext" when column.Facet(MySqlFacets.ColumnCheck)?.StartsWith("json_valid(", StringComparison.OrdinalIgnoreCase) == true => type with { Kind = DataKind.Json },
            "longtext" => Text(null, 4_294_967_295),
            "json" => type with { Kind = DataKind.Json },
            "enum" => Labelled(Text(null, null), Labels(native), isSet: false),
            "set" => Labelled(Text(null, null), Labels(native), isSet: true),
            "uuid" => type with { Kind = DataKind.Uuid },
            "binary" => Bytes(numbers is [var n] ? n : 1, isFixed: true),
            "varbinary" => Bytes(numbers is [var n] ? n : null),
            "tinyblob" => Bytes(255),
            "blob" => Bytes(65_535),
            "mediumblob" => Bytes(16_777_215),
            "longblob" or "vector" => Bytes(4_294_967_295),
            var geometry when IsGeometry(geometry) => Bytes(4_294_967_295),
            _ => type,
        }).WithForm() is var done && done.Kind == DataKind.Integer && Bare(native) == "bit" && numbers is not [64] && done.Form == DataForm.Numeric
            ? done with { Form = DataForm.Int64 } : done;
    }

    /// <param name="features">The server's; null where it was not connected to.</param>
    public static string? Declare(DataType type, MySqlFeatures? features)
    {
        // Other engines tell apart what a collation for people takes for the same, and blanks at the end.
        var text = $" CHARACTER SET utf8mb4 COLLATE {(features?.IsMariaDb == false ? "utf8mb4_0900_bin" : "utf8mb4_nopad_bin")}";
        string Ascii(int length) => $"varchar({length.ToString(CultureInfo.InvariantCulture)}) CHARACTER SET ascii COLLATE ascii_bin";
        string Fraction(int? scale) => (scale ?? 6) switch { 0 => "", var digits => $"({Math.Min(6, digits).ToString(CultureInfo.InvariantCulture)})" };
        return type.Kind switch
        {
            DataKind.Boolean => "tinyint(1)",
            DataKind.Integer => type.Width switch { 1 => "tinyint", 2 => "smallint", 3 => "mediumint", 4 => "int", _ => "bigint" } + (type.IsUnsigned ? " unsigned" : ""),
            DataKind.Decimal => Decimal(type) ?? (type.Precision is { } digits && digits + 3 <= LongestText ? Ascii(digits + 3) : "longtext CHARACTER SET ascii COLLATE ascii_bin"),
            DataKind.Float => type.Width <= 4 ? "float" : "double",
            DataKind.Text when type.Labels is { Count: > 0 } labels && labels.All(IsPlainLabel) => $"enum({string.Join(",", labels.Select(l => $"'{l.Replace("'", "''", StringComparison.Ordinal)}'"))}){text}",
            DataKind.Text => Text(type) + text,
            DataKind.Bytes => Bytes(type),
            DataKind.Uuid => features is { IsMariaDb: true } maria && maria.Version >= FirstUuid ? "uuid" : "char(36) CHARACTER SET ascii COLLATE ascii_bin",
            DataKind.Date => "date",
            // 16 and 27 characters are 23:59:59.1234567 and 2026-01-31 23:59:59.1234567; seven digits would be rounded to six.
            DataKind.Time => type.Scale > 6 ? Ascii(16) : "time" + Fraction(type.Scale),
            DataKind.Timestamp => type.Scale > 6 ? Ascii(27) : "datetime" + Fraction(type.Scale),
            // In UTC: the type timestamp ends in the year 2038.
            DataKind.Moment => "datetime" + Fraction(type.Scale),
            DataKind.OffsetTimestamp => Ascii(34),
            DataKind.Json => "json",
            DataKind.Other => "longtext" + text,
            _ => null,
        };
    }

    /// <summary>The type's name alone, in small letters.</summary>
    public static string Bare(string native)
    {
        var end = native.AsSpan().IndexOfAny("( ");
        return (end < 0 ? native : native[..end]).ToLowerInvariant();
    }

    /// <summary>Kept as the number of a reference system and the form in which others know it, so that only MySQL and MariaDB take it back.</summary>
    public static bool IsGeometry(string bare) =>
        bare is "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geometrycollection" or "geomcollection";

    /// <summary>What an enum or a set may be, in their order.</summary>
    public static IReadOnlyList<string> Labels(string native) => [.. MySqlTokens.Read(native).Where(t => t.Kind == MySqlTokenKind.String).Select(t => Unquote(t.Text))];

    private static DataType Bits(DataType type, int bits) =>
        type with { Kind = DataKind.Integer, IsUnsigned = true, Width = bits switch { <= 8 => 1, <= 16 => 2, <= 32 => 4, _ => 8 } };

    private static DataType Labelled(DataType type, IReadOnlyList<string> labels, bool isSet) => type with
    {
        Length = labels.Count == 0 ? 0 : isSet ? labels.Sum(l => (long)Characters(l)) + labels.Count - 1 : labels.Max(Characters),
        Labels = isSet ? null : labels,
    };

    private static int Characters(string text) => text.EnumerateRunes().Count();

    private static string? EncodingOf(DbObject column, string native)
    {
        const string Words = " CHARACTER SET ";
        var at = native.IndexOf(Words, StringComparison.OrdinalIgnoreCase);
        var set = at >= 0 ? native[(at + Words.Length)..].Split(' ')[0]
            : column.Facet(MySqlFacets.Collation) is { } collation ? MySqlColumnText.CharacterSetOf(collation) : "utf8mb4";
        return Unicode.Contains(set) ? null : set;
    }

    private static List<int> Numbers(string native)
    {
        var open = native.IndexOf('(', StringComparison.Ordinal);
        var close = native.IndexOf(')', StringComparison.Ordinal);
        return open < 0 || close < open || native[open + 1] == '\'' ? []
            : [.. native[(open + 1)..close].Split(',').Select(n => int.TryParse(n, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : 0)];
    }

    private static string Unquote(string literal)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 1; i < literal.Length - 1; i++)
        {
            if (literal[i] == '\'')
            {
                i++;
            }
            else if (literal[i] == '\\')
            {
                // SHOW CREATE TABLE writes these so.
                text.Append(literal[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', '0' => '\0', 'Z' => '\u001A', 'b' => '\b', var other => other });
                continue;
            }

            text.Append(literal[i]);
        }

        return text.ToString();
    }

    /// <summary>Blanks at the end of a label are removed, and what a backslash means depends on a setting.</summary>
    private static bool IsPlainLabel(string label) => label.Length is > 0 and < 256 && !label.EndsWith(' ') && !label.Contains('\\', StringComparison.Ordinal) && !label.Any(char.IsControl);

    private static string? Decimal(DataType type)
    {
        if (type.Precision is not { } precision || type.Scale is not { } scale)
        {
            return null;
        }

        // Elsewhere the last digits before the point may be those that are left out, or the first after it.
        var digits = scale < 0 ? precision - scale : Math.Max(precision, scale);
        return digits > MostDigits || scale > MostScale ? null
            : $"decimal({digits.ToString(CultureInfo.InvariantCulture)},{Math.Max(0, scale).ToString(CultureInfo.InvariantCulture)}){(type.IsUnsigned ? " unsigned" : "")}";
    }

    private static string Text(DataType type) => (type.Length ?? type.LengthInBytes) switch
    {
        // Where bytes are counted, there are at most so many characters.
        null => "longtext",
        <= 255 and > 0 and var n when type.IsFixed => $"char({n.ToString(CultureInfo.InvariantCulture)})",
        <= LongestText and var n => $"varchar({n.ToString(CultureInfo.InvariantCulture)})",
        <= 65_535 / 4 => "text",
        <= 16_777_215 / 4 => "mediumtext",
        _ => "longtext",
    };

    private static string Bytes(DataType type) => type.Length switch
    {
        null => "longblob",
        <= 255 and > 0 and var n when type.IsFixed => $"binary({n.ToString(CultureInfo.InvariantCulture)})",
        <= LongestBytes and var n => $"varbinary({n.ToString(CultureInfo.InvariantCulture)})",
        <= 65_535 => "blob",
        <= 16_777_215 => "mediumblob",
        _ => "longblob",
    };
}
