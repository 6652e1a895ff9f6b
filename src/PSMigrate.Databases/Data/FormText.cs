using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PSMigrate.Databases.Data;

/// <summary>Values as text, in a writing that no setting of any session changes, and back.</summary>
public static class FormText
{
    public static string Of(ReadOnlySpan<byte> value, DataForm form) => form switch
    {
        DataForm.Text => Encoding.UTF8.GetString(value),
        DataForm.Boolean => value[0] == 0 ? "false" : "true",
        DataForm.Int16 or DataForm.Int32 or DataForm.Int64 => Integer(value, form).ToString(CultureInfo.InvariantCulture),
        DataForm.Single => BinaryPrimitives.ReadSingleBigEndian(value).ToString("R", CultureInfo.InvariantCulture),
        DataForm.Double => BinaryPrimitives.ReadDoubleBigEndian(value).ToString("R", CultureInfo.InvariantCulture),
        DataForm.Numeric => NumericForm.ToText(value),
        DataForm.Uuid => new Guid(value, bigEndian: true).ToString("D"),
        DataForm.Date => TimeForm.DateText(BinaryPrimitives.ReadInt32BigEndian(value)),
        DataForm.Time => TimeForm.TimeText(Long(value)),
        DataForm.Timestamp => TimeForm.TimestampText(Long(value)),
        DataForm.TimestampTz => Zoned(TimeForm.TimestampText(Long(value)), 0),
        DataForm.FineTime => Finer(TimeForm.TimeText(Floor(Long(value))), Long(value)),
        DataForm.FineTimestamp => Finer(TimeForm.TimestampText(Floor(Long(value))), Long(value)),
        DataForm.OffsetTimestamp => Offset(value),
        DataForm.Dynamic => value[0] switch
        {
            (byte)'i' => Long(value[1..]).ToString(CultureInfo.InvariantCulture),
            (byte)'r' => BinaryPrimitives.ReadDoubleBigEndian(value[1..]).ToString("R", CultureInfo.InvariantCulture),
            (byte)'t' => Encoding.UTF8.GetString(value[1..]),
            _ => Convert.ToHexString(value[1..]),
        },
        _ => Convert.ToHexString(value),
    };

    /// <summary>An integer of whatever width.</summary>
    public static long Integer(ReadOnlySpan<byte> value, DataForm form) => form switch
    {
        DataForm.Int16 => BinaryPrimitives.ReadInt16BigEndian(value),
        DataForm.Int32 => BinaryPrimitives.ReadInt32BigEndian(value),
        _ => BinaryPrimitives.ReadInt64BigEndian(value),
    };

    private static string Offset(ReadOnlySpan<byte> value)
    {
        var minutes = BinaryPrimitives.ReadInt16BigEndian(value[8..]);
        var local = Long(value) + (minutes * 600_000_000L);
        return Zoned(Finer(TimeForm.TimestampText(Floor(local)), local), minutes);
    }

    private static string Zoned(string text, int minutes) => text.EndsWith("infinity", StringComparison.Ordinal) ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text}{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00}");

    /// <summary>The text for whole microseconds, with the seventh digit where there is one.</summary>
    private static string Finer(string text, long fine)
    {
        var last = (int)(((fine % 10) + 10) % 10);
        if (last == 0)
        {
            return text;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        return (point < 0 ? $"{text}.000000" : text.PadRight(point + 7, '0')) + last.ToString(CultureInfo.InvariantCulture);
    }

    private static long Floor(long fine) => fine >= 0 ? fine / 10 : -((-fine + 9) / 10);

    private static long Long(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64BigEndian(value);
}
