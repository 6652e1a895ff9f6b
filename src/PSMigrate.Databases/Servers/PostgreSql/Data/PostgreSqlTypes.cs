using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>PostgreSQL's types, as format_type() writes them, in the words that all engines share, and back.</summary>
internal static partial class PostgreSqlTypes
{
    /// <summary>The note of a column of amounts that says how many places they have.</summary>
    public const string MoneyDigits = "digits of money";

    public const string Money = "money";
    public const string JsonB = "jsonb";
    public const string Oid = "oid";

    /// <summary>The longest text with a length.</summary>
    private const int MostLength = 10_485_760;

    private const int MostPrecision = 1000;

    /// <summary>
    /// Types of the server's own that it sends and receives in binary, the same in every database (src/include/catalog/pg_type.dat). Types
    /// whose binary form has the id of another type in it, which is another one elsewhere, are not among them.
    /// </summary>
    private static readonly HashSet<string> Portable = new(StringComparer.Ordinal)
    {
        "smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "text", "character varying", "character", "bpchar", "name", "bytea", "uuid", "date",
        "time without time zone", "time with time zone", "timestamp without time zone", "timestamp with time zone", "interval", Money, "json", JsonB, "jsonpath", "xml",
        "inet", "cidr", "macaddr", "macaddr8", "bit", "bit varying", "point", "line", "lseg", "box", "path", "polygon", "circle", "tsvector", "tsquery", "pg_lsn", Oid, "\"char\"",
        "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
        "int4multirange", "int8multirange", "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange",
    };

    public static DataType Read(DbObject column, DbStructure structure)
    {
        var type = Read(column.Facet(DbFacets.Type) ?? "", structure, out var domain);
        var digits = (domain ?? column).Notes.GetValueOrDefault(MoneyDigits);
        return type.Native == Money && digits is not null ? type with { Scale = int.Parse(digits, CultureInfo.InvariantCulture) } : type;
    }

    /// <summary>The type as the server itself sends it, where it has no form here.</summary>
    public static DataType AsNative(DataType type)
    {
        var native = type.Native;
        var element = native.EndsWith("[]", StringComparison.Ordinal) ? native[..^2] : native;
        var hasForm = type.Kind is not (DataKind.Other or DataKind.Json) && type.Native is not (Money or Oid);
        return hasForm || !Portable.Contains(Bare(element)) ? type : type with { Form = DataForm.Native };
    }

    /// <summary>True for types that the server reads from text as their values travel here, and from nothing else.</summary>
    public static bool IsTextOnly(DataType type) => type is { Kind: DataKind.Other, Form: DataForm.Text };

    /// <summary>What makes an expression's value one of the type's form; null where it is left as it is.</summary>
    public static string? CastOf(DataType type) => type.Form switch
    {
        // The server's own type of padded text loses its padding when it becomes text.
        DataForm.Text => IsPadded(type.Native) ? "bpchar" : "text",
        DataForm.Boolean => "boolean",
        DataForm.Int16 => "smallint",
        DataForm.Int32 => "integer",
        DataForm.Int64 => "bigint",
        DataForm.Single => "real",
        DataForm.Double => "double precision",
        DataForm.Numeric => "numeric",
        DataForm.Bytes => "bytea",
        DataForm.Uuid => "uuid",
        DataForm.Date => "date",
        DataForm.Time => "time",
        DataForm.Timestamp => "timestamp",
        DataForm.TimestampTz => "timestamptz",
        _ => null,
    };

    public static bool IsPadded(string native) => native == "bpchar" || native.StartsWith("character(", StringComparison.Ordinal);

    /// <summary>The type that holds all that the other holds. What is written here is what the catalog says of it afterwards.</summary>
    public static string Declare(DataType type) => type.Kind switch
    {
        DataKind.Boolean => "boolean",
        DataKind.Integer => type switch
        {
            { IsUnsigned: false, Width: 1 or 2 } or { IsUnsigned: true, Width: 1 } => "smallint",
            { IsUnsigned: false, Width: 3 or 4 } or { IsUnsigned: true, Width: 2 or 3 } => "integer",
            { IsUnsigned: true, Width: > 4 } => "numeric(20,0)",
            _ => "bigint",
        },
        DataKind.Decimal => type is { Precision: { } precision, Scale: { } scale and >= 0 } && Math.Max(precision, scale) <= MostPrecision
            // Before version 15 there are no more places than digits.
            ? string.Create(CultureInfo.InvariantCulture, $"numeric({Math.Max(precision, scale)},{scale})")
            : "numeric",
        DataKind.Float => type.Width is > 0 and <= 4 ? "real" : "double precision",
        DataKind.Bytes => "bytea",
        DataKind.Uuid => "uuid",
        DataKind.Date => "date",
        // A time of day, or a moment, that is more exact than a microsecond, or keeps its zone, fits into text only.
        DataKind.Time => type.Scale > 6 ? "text" : $"time{Digits(type)} without time zone",
        DataKind.Timestamp => type.Scale > 6 ? "text" : $"timestamp{Digits(type)} without time zone",
        DataKind.Moment => type.Scale > 6 ? "text" : $"timestamp{Digits(type)} with time zone",
        // Unlike jsonb it keeps every value as it was written.
        DataKind.Json => "json",
        DataKind.Text when type.Length is > 0 and <= MostLength and var length => string.Create(CultureInfo.InvariantCulture, $"{(type.IsFixed ? "character" : "character varying")}({length})"),
        _ => "text",
    };

    private static DataType Read(string native, DbStructure structure, out DbObject? domain)
    {
        domain = null;
        // A user's type has its schema with it, as the catalog is read with an empty search path.
        var (schema, name) = PostgreSqlName.Split(native);
        if (schema.Length == 0)
        {
            return OfServer(native);
        }

        if (structure.Find(DbObject.KeyOf("domain", null, schema, name)) is { } found)
        {
            var type = Read(found.Facet(DbFacets.Type) ?? "", structure, out var inner);
            domain = inner ?? found;
            return type;
        }

        return structure.Find(DbObject.KeyOf("enum", null, schema, name)) is { } one ? new DataType(DataKind.Text, native) { Labels = Labels(one.Facet("values") ?? "") }
            : name == "citext" && structure.Find(DbObject.KeyOf("composite type", null, schema, name)) is null ? new DataType(DataKind.Text, native)
            : new DataType(DataKind.Other, native);
    }

    private static DataType OfServer(string native)
    {
        var sizes = Sizes().Match(native);
        int? first = sizes.Success ? int.Parse(sizes.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
        int? second = sizes.Groups[2].Success ? int.Parse(sizes.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : null;
        DataType Of(DataKind kind) => new(kind, native);
        var type = native.EndsWith(']') ? Of(DataKind.Other) : Bare(native) switch
        {
            "smallint" => Of(DataKind.Integer) with { Width = 2 },
            "integer" => Of(DataKind.Integer) with { Width = 4 },
            "bigint" => Of(DataKind.Integer) with { Width = 8 },
            Oid => Of(DataKind.Integer) with { Width = 4, IsUnsigned = true },
            "numeric" => Of(DataKind.Decimal) with { Precision = first, Scale = first is null ? null : second ?? 0 },
            Money => Of(DataKind.Decimal) with { Precision = 19, Scale = 2 },
            "real" => Of(DataKind.Float) with { Width = 4 },
            "double precision" => Of(DataKind.Float) with { Width = 8 },
            "boolean" => Of(DataKind.Boolean),
            "text" => Of(DataKind.Text),
            "character varying" => Of(DataKind.Text) with { Length = first },
            "character" => Of(DataKind.Text) with { Length = first ?? 1, IsFixed = true },
            "bpchar" => Of(DataKind.Text),
            "name" => Of(DataKind.Text) with { LengthInBytes = 63 },
            "bytea" => Of(DataKind.Bytes),
            "uuid" => Of(DataKind.Uuid),
            "date" => Of(DataKind.Date),
            "time without time zone" => Of(DataKind.Time) with { Scale = first ?? 6 },
            "timestamp without time zone" => Of(DataKind.Timestamp) with { Scale = first ?? 6 },
            "timestamp with time zone" => Of(DataKind.Moment) with { Scale = first ?? 6 },
            "json" or JsonB => Of(DataKind.Json),
            _ => Of(DataKind.Other),
        };
        return type.WithForm();
    }

    /// <summary>The labels of an enum, one literal a line; there may be line ends in them as well.</summary>
    private static List<string> Labels(string literals)
    {
        var labels = new List<string>();
        for (var i = 0; i < literals.Length; i++)
        {
            var hasEscapes = literals[i] == 'E';
            i += hasEscapes ? 2 : 1;
            var label = new StringBuilder();
            for (; i < literals.Length && (literals[i] != '\'' || (i + 1 < literals.Length && literals[i + 1] == '\'')); i++)
            {
                i += literals[i] == '\'' || (hasEscapes && literals[i] == '\\') ? 1 : 0;
                label.Append(literals[i]);
            }

            labels.Add(label.ToString());
            i++;
        }

        return labels;
    }

    private static string Digits(DataType type) => type.Scale is { } digits and < 6 ? string.Create(CultureInfo.InvariantCulture, $"({digits})") : "";

    /// <summary>A type without its parameters; those of intervals stand in words as well.</summary>
    private static string Bare(string native) => native.StartsWith("interval", StringComparison.Ordinal) ? "interval" : Sizes().Replace(native, "", 1).TrimEnd();

    [GeneratedRegex(@"\(\s*(-?\d+)\s*(?:,\s*(-?\d+)\s*)?\)", RegexOptions.CultureInvariant)]
    private static partial Regex Sizes();
}
