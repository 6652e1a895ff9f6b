using System.Globalization;

namespace PSMigrate.Databases.Data;

/// <summary>Reads values that come as text, for columns of another type. What is not exactly a value of that type is refused.</summary>
internal static class TextRoute
{
    /// <exception cref="ValueRefusedException">It is no value of the type.</exception>
    public static void Parse(string text, DataType to, RowBuffer into)
    {
        switch (to.Form)
        {
            case DataForm.Text:
                into.AddText(text);
                break;
            case DataForm.Boolean:
                into.AddBoolean(text.ToLowerInvariant() switch
                {
                    "0" or "false" or "f" => false,
                    "1" or "true" or "t" => true,
                    _ => throw Refused(text, "neither true nor false"),
                });
                break;
            case DataForm.Int16 or DataForm.Int32 or DataForm.Int64:
                FieldRoute.AddInteger(into, WholeNumber(text), to.Form);
                break;
            case DataForm.Numeric:
                NumericForm.Add(into, text);
                break;
            case DataForm.Single:
                into.AddSingle(float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var single) && IsExact(text, single) ? single : throw Refused(text, "no number of four bytes exactly"));
                break;
            case DataForm.Double:
                into.AddDouble(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && IsExact(text, number) ? number : throw Refused(text, "no number of eight bytes exactly"));
                break;
            case DataForm.Uuid:
                if (!Guid.TryParseExact(text, "D", out var uuid) && !Guid.TryParseExact(text, "B", out uuid) && !Guid.TryParseExact(text, "N", out uuid))
                {
                    throw Refused(text, "no UUID");
                }

                uuid.TryWriteBytes(into.Add(16), bigEndian: true, out _);
                break;
            case DataForm.Date:
                into.AddInt32(text switch
                {
                    "infinity" => int.MaxValue,
                    "-infinity" => int.MinValue,
                    _ when TimeForm.TryDate(text, out var days) => days,
                    _ when TimeForm.TryTimestamp(text, out var fine, out var zone) && zone is null && fine % 864_000_000_000 == 0 => (int)(fine / 864_000_000_000),
                    _ => throw Refused(text, "no date"),
                });
                break;
            case DataForm.Time:
                into.AddInt64(TimeForm.TryTime(text, out var time) && time % 10 == 0 ? time / 10 : throw Refused(text, "no time of day in microseconds"));
                break;
            case DataForm.FineTime:
                into.AddInt64(TimeForm.TryTime(text, out var fineTime) ? fineTime : throw Refused(text, "no time of day"));
                break;
            case DataForm.Timestamp or DataForm.FineTimestamp or DataForm.TimestampTz or DataForm.OffsetTimestamp:
                Timestamp(text, to.Form, into);
                break;
            default:
                throw Refused(text, $"nothing that can be made into {to.Native}");
        }
    }

    private static void Timestamp(string text, DataForm form, RowBuffer into)
    {
        if (text is "infinity" or "-infinity" && form is DataForm.Timestamp or DataForm.TimestampTz)
        {
            into.AddInt64(text[0] == '-' ? long.MinValue : long.MaxValue);
            return;
        }

        if (!TimeForm.TryTimestamp(text, out var fine, out var zone))
        {
            throw Refused(text, "no date and time as ISO 8601 writes them");
        }

        if (form is DataForm.Timestamp or DataForm.FineTimestamp && zone is not null)
        {
            throw Refused(text, "a time with a zone, which the column does not keep");
        }

        var utc = fine - ((zone ?? 0) * 600_000_000L);
        if (form == DataForm.OffsetTimestamp)
        {
            var room = into.Add(10);
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(room, utc);
            System.Buffers.Binary.BinaryPrimitives.WriteInt16BigEndian(room[8..], (short)(zone ?? 0));
            return;
        }

        into.AddInt64(form == DataForm.FineTimestamp ? utc : utc % 10 == 0 ? utc / 10 : throw Refused(text, "more exact than a microsecond"));
    }

    private static long WholeNumber(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point > 0 && !text.AsSpan(point + 1).ContainsAnyExcept('0') && long.TryParse(text.AsSpan(0, point), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole)
            ? whole
            : throw Refused(text, "no whole number in range");
    }

    /// <summary>A decimal that a float only comes near would be another number afterwards.</summary>
    private static bool IsExact(string text, double number)
    {
        if (double.IsNaN(number) || double.IsInfinity(number))
        {
            return true;
        }

        var digits = text.AsSpan().TrimStart('-').TrimStart('0').ToString().Replace(".", "", StringComparison.Ordinal).Split('e', 'E')[0].Trim('0');
        return digits.Length <= 15 || Same(text, number.ToString("R", CultureInfo.InvariantCulture));
    }

    private static bool IsExact(string text, float number)
    {
        if (float.IsNaN(number) || float.IsInfinity(number))
        {
            return true;
        }

        var digits = text.AsSpan().TrimStart('-').TrimStart('0').ToString().Replace(".", "", StringComparison.Ordinal).Split('e', 'E')[0].Trim('0');
        return digits.Length <= 6 || Same(text, number.ToString("R", CultureInfo.InvariantCulture));
    }

    private static bool Same(string one, string other)
    {
        var numbers = new RowBuffer();
        numbers.BeginRow(2);
        NumericForm.Add(numbers, one);
        NumericForm.Add(numbers, other);
        numbers.EndRow();
        var fields = numbers.Fields(0);
        fields.Next(out var a);
        fields.Next(out var b);
        return NumericForm.Normal(a) == NumericForm.Normal(b);
    }

    private static ValueRefusedException Refused(string text, string because) => new($"'{(text.Length > 60 ? text[..60] + "…" : text)}' is {because}");
}
