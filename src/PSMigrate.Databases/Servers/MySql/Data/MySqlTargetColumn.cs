using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// A column that is written, as the catalog describes it: how its values are given to it, and which of them it would change without a word.
/// </summary>
/// <param name="name">As its table has it.</param>
/// <param name="form">In which its values come.</param>
/// <param name="native">Its type as a definition has it.</param>
/// <param name="characterSet">Null where it has none.</param>
internal sealed class MySqlTargetColumn(string name, DataForm form, string native, string? characterSet, bool isNullable, int? digits, long? length)
{
    private readonly string bare = MySqlTypes.Bare(native);
    private readonly HashSet<string>? labels = MySqlTypes.Bare(native) is "enum" or "set" ? new(MySqlTypes.Labels(native), StringComparer.Ordinal) : null;
    private readonly int? places = PlacesOf(native);
    private readonly bool isWhole = MySqlTypes.Bare(native) is "tinyint" or "smallint" or "mediumint" or "int" or "bigint" or "year" or "bit";

    public string Name => name;

    /// <summary>Bytes and UTF-8 are taken as they are; other character sets, and types that read bytes otherwise, want a text.</summary>
    public bool IsConverted => bare is "bit" or "json" or "uuid" or "inet4" or "inet6" || (characterSet is not (null or "utf8mb4" or "utf8mb3" or "utf8"));

    /// <summary>A value that was sent as bytes, as the column takes it.</summary>
    public string Convert(string value) => !IsConverted ? value : bare == "bit" ? $"CAST({value} AS UNSIGNED)" : $"CONVERT({value} USING utf8mb4)";

    /// <exception cref="ValueRefusedException">Where the server would put something else in its place.</exception>
    public void RequireNullable()
    {
        if (!isNullable)
        {
            throw new ValueRefusedException("it is NULL, which the column does not take");
        }
    }

    /// <summary>Adds the value as text, or as the bytes that it is.</summary>
    /// <param name="escapes">True where LOAD DATA reads it.</param>
    public void Write(ReadOnlySpan<byte> value, MySqlRowText into, bool escapes)
    {
        switch (form)
        {
            case DataForm.Text:
                RequireLabel(value);
                Raw(value, into, escapes);
                break;
            case DataForm.Bytes:
                RequireFull(value.Length);
                Raw(value, into, escapes);
                break;
            case DataForm.Boolean:
                into.Add((byte)('0' + value[0]));
                break;
            case DataForm.Int16:
                Whole(BinaryPrimitives.ReadInt16BigEndian(value), into);
                break;
            case DataForm.Int32:
                Whole(BinaryPrimitives.ReadInt32BigEndian(value), into);
                break;
            case DataForm.Int64:
                Whole(BinaryPrimitives.ReadInt64BigEndian(value), into);
                break;
            case DataForm.Numeric:
                into.AddAscii(Number(value));
                break;
            case DataForm.Single:
                // All digits of the double that it is: the server reads a double, and rounds it to the same float.
                Floating(BinaryPrimitives.ReadSingleBigEndian(value), into);
                break;
            case DataForm.Double:
                Floating(BinaryPrimitives.ReadDoubleBigEndian(value), into);
                break;
            case DataForm.Uuid:
                into.AddAscii(new Guid(value, bigEndian: true).ToString());
                break;
            case DataForm.Date:
                into.Advance(MySqlTimes.WriteDate(BinaryPrimitives.ReadInt32BigEndian(value), into.Room(MySqlTimes.MostBytes)));
                break;
            case DataForm.Time or DataForm.FineTime:
                into.Advance(MySqlTimes.WriteTime(Micros(value, form == DataForm.FineTime), digits ?? 6, into.Room(MySqlTimes.MostBytes)));
                break;
            case DataForm.Timestamp or DataForm.TimestampTz or DataForm.FineTimestamp:
                into.Advance(MySqlTimes.WriteTimestamp(Micros(value, form == DataForm.FineTimestamp), digits ?? 6, into.Room(MySqlTimes.MostBytes)));
                break;
            default:
                throw new InvalidOperationException($"No column of MySQL's takes values in the form {form}.");
        }
    }

    private static void Raw(ReadOnlySpan<byte> value, MySqlRowText into, bool escapes)
    {
        if (escapes)
        {
            into.AddEscaped(value);
        }
        else
        {
            into.Add(value);
        }
    }

    /// <summary>What is no label is taken for a label's number, or for one that a collation thinks the same.</summary>
    private void RequireLabel(ReadOnlySpan<byte> value)
    {
        if (labels is null)
        {
            return;
        }

        var text = Encoding.UTF8.GetString(value);
        if (bare == "set" && text.Length == 0)
        {
            return;
        }

        foreach (var label in bare == "set" ? text.Split(',') : [text])
        {
            if (!labels.Contains(label))
            {
                throw new ValueRefusedException($"'{(label.Length > 40 ? label[..40] + "…" : label)}' is none of the values of {(native.Length > 100 ? bare : native)}");
            }
        }
    }

    /// <summary>Shorter bytes would be filled up with zeros.</summary>
    private void RequireFull(int size)
    {
        if (bare == "binary" && size < length)
        {
            throw new ValueRefusedException($"it has {size.ToString(CultureInfo.InvariantCulture)} bytes, and {native} would fill it up");
        }
    }

    /// <summary>A year of one or two digits would be taken for one of this century.</summary>
    private void Whole(long number, MySqlRowText into)
    {
        if (bare == "year" && number is >= 0 and < 1000)
        {
            into.AddAscii(number.ToString("D4", CultureInfo.InvariantCulture));
        }
        else
        {
            into.Add(number);
        }
    }

    /// <summary>A whole number's type rounds off what is after the point without a word.</summary>
    private string Number(ReadOnlySpan<byte> value)
    {
        var text = NumericForm.ToText(value);
        if (!NumericForm.IsFinite(value))
        {
            throw new ValueRefusedException($"it is {text}, which MySQL does not know");
        }

        if (text.IndexOf('.', StringComparison.Ordinal) is var point and >= 0 && isWhole)
        {
            return text.AsSpan(point + 1).ContainsAnyExcept('0') ? throw new ValueRefusedException($"{text} is no whole number") : text[..point];
        }

        return text;
    }

    private void Floating(double number, MySqlRowText into)
    {
        if (!double.IsFinite(number))
        {
            throw new ValueRefusedException($"it is {number.ToString(CultureInfo.InvariantCulture)}, which MySQL does not know");
        }

        if (places is { } kept && (bare == "float" ? (float)Math.Round(number, kept) != (float)number : Math.Round(number, kept) != number))
        {
            throw new ValueRefusedException($"{number.ToString("R", CultureInfo.InvariantCulture)} has more than the {kept.ToString(CultureInfo.InvariantCulture)} places that {native} keeps");
        }

        if (bare == "float" && form == DataForm.Double && (float)number != number)
        {
            throw new ValueRefusedException($"{number.ToString("R", CultureInfo.InvariantCulture)} has more digits than a float has");
        }

        into.Add(number);
    }

    private static long Micros(ReadOnlySpan<byte> value, bool isFine)
    {
        var number = BinaryPrimitives.ReadInt64BigEndian(value);
        if (!isFine || number is long.MinValue or long.MaxValue)
        {
            return number;
        }

        return number % 10 == 0 ? number / 10 : throw new ValueRefusedException("its second has seven digits, and MySQL keeps six");
    }

    /// <summary>The places after the point that <c>double(10,2)</c> keeps, an old form of the type.</summary>
    private static int? PlacesOf(string native) => MySqlTypes.Bare(native) is "float" or "double" && native.IndexOf(',', StringComparison.Ordinal) is var comma and > 0
        ? Math.Min(15, int.Parse(native.AsSpan()[(comma + 1)..native.IndexOf(')', StringComparison.Ordinal)], NumberStyles.Integer, CultureInfo.InvariantCulture)) : null;
}
