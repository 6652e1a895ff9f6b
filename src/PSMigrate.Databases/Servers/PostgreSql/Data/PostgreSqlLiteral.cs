using System.Buffers.Binary;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>Values as they stand in conditions: with their type, so that the index of a column of that type finds them.</summary>
internal static class PostgreSqlLiteral
{
    public static string Of(ReadOnlySpan<byte> value, DataType type)
    {
        var text = PostgreSqlName.Literal(TextOf(value, type.Form));
        return (type.Native, type.Form) switch
        {
            (PostgreSqlTypes.Money, _) => $"({text}::numeric::money)",
            (PostgreSqlTypes.Oid, _) => $"{text}::oid",
            // To cast to a length would cut; text with a length is compared as text.
            (var native, DataForm.Text) when type.Kind == DataKind.Text && native.StartsWith("character varying", StringComparison.Ordinal) => $"{text}::text",
            (var native, DataForm.Text) when !PostgreSqlTypes.IsPadded(native) => $"{text}::{native}",
            _ => $"{text}::{PostgreSqlTypes.CastOf(type)}",
        };
    }

    /// <summary>A value as the server reads it from text.</summary>
    public static string TextOf(ReadOnlySpan<byte> value, DataForm form) => form switch
    {
        DataForm.Bytes => $"\\x{Convert.ToHexString(value)}",
        DataForm.Date => DateText(TimeForm.DateText(BinaryPrimitives.ReadInt32BigEndian(value)), ""),
        DataForm.Timestamp => DateText(TimeForm.TimestampText(BinaryPrimitives.ReadInt64BigEndian(value)), ""),
        DataForm.TimestampTz => DateText(TimeForm.TimestampText(BinaryPrimitives.ReadInt64BigEndian(value)), "+00"),
        DataForm.Native or DataForm.FineTime or DataForm.FineTimestamp or DataForm.OffsetTimestamp or DataForm.Dynamic =>
            throw new InvalidOperationException($"PostgreSQL has no text for values in the form {form}."),
        _ => FormText.Of(value, form),
    };

    /// <summary>ISO 8601 counts a year 0; PostgreSQL writes it as the year 1 before Christ, and no sign before years of more than four digits.</summary>
    private static string DateText(string text, string zone)
    {
        if (text.EndsWith("infinity", StringComparison.Ordinal))
        {
            return text;
        }

        text = text.TrimStart('+');
        var dash = text.IndexOf('-', 1);
        var year = int.Parse(text.AsSpan(0, dash), System.Globalization.CultureInfo.InvariantCulture);
        return year > 0 ? text + zone : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{1 - year:0000}{text[dash..]}{zone} BC");
    }
}
