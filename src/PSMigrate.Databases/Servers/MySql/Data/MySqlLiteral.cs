using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Values as literals that are compared with a column by its index, whatever the session's sql_mode says of backslashes.</summary>
internal static class MySqlLiteral
{
    public static string Of(ReadOnlySpan<byte> value, DataType type)
    {
        var bare = MySqlTypes.Bare(type.Native);
        return type.Form switch
        {
            // An enum and a set are in the order of their numbers, and so are their keys.
            DataForm.Text when bare is "enum" or "set" => Number(Encoding.UTF8.GetString(value), MySqlTypes.Labels(type.Native), bare == "set"),
            DataForm.Text => $"_utf8mb4 x'{Convert.ToHexString(value)}'",
            DataForm.Bytes => $"x'{Convert.ToHexString(value)}'",
            DataForm.Boolean => value[0] == 0 ? "0" : "1",
            DataForm.Int16 => Text(BinaryPrimitives.ReadInt16BigEndian(value)),
            // As a number, a year before 100 would be taken for one of two digits.
            DataForm.Int32 when bare == "year" => $"'{BinaryPrimitives.ReadInt32BigEndian(value).ToString("D4", CultureInfo.InvariantCulture)}'",
            DataForm.Int32 => Text(BinaryPrimitives.ReadInt32BigEndian(value)),
            DataForm.Int64 => Text(BinaryPrimitives.ReadInt64BigEndian(value)),
            DataForm.Numeric => NumericForm.ToText(value),
            // A float is compared as the double that it is; with an exponent the literal is one, too.
            DataForm.Single => ((double)BinaryPrimitives.ReadSingleBigEndian(value)).ToString("E16", CultureInfo.InvariantCulture),
            DataForm.Double => BinaryPrimitives.ReadDoubleBigEndian(value).ToString("E16", CultureInfo.InvariantCulture),
            DataForm.Uuid => $"'{new Guid(value, bigEndian: true)}'",
            DataForm.Date => $"DATE'{Written(value, static (v, into) => MySqlTimes.WriteDate(BinaryPrimitives.ReadInt32BigEndian(v), into))}'",
            DataForm.Time => $"TIME'{Written(value, static (v, into) => MySqlTimes.WriteTime(BinaryPrimitives.ReadInt64BigEndian(v), 6, into))}'",
            DataForm.Timestamp or DataForm.TimestampTz => $"TIMESTAMP'{Written(value, static (v, into) => MySqlTimes.WriteTimestamp(BinaryPrimitives.ReadInt64BigEndian(v), 6, into))}'",
            _ => throw new InvalidOperationException($"No column of MySQL's has values in the form {type.Form}."),
        };
    }

    private delegate int Writing(ReadOnlySpan<byte> value, Span<byte> into);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Written(ReadOnlySpan<byte> value, Writing write)
    {
        Span<byte> text = stackalloc byte[MySqlTimes.MostBytes];
        return Encoding.ASCII.GetString(text[..write(value, text)]);
    }

    private static string Number(string value, IReadOnlyList<string> labels, bool isSet)
    {
        if (!isSet)
        {
            // What is none of the labels is the error value, whose number is 0.
            return Text(labels.ToList().IndexOf(value) + 1);
        }

        var bits = 0UL;
        foreach (var label in value.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            bits |= 1UL << labels.ToList().IndexOf(label);
        }

        return bits.ToString(CultureInfo.InvariantCulture);
    }
}
