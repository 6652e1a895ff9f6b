using System.Buffers.Binary;
using System.Text;

namespace PSMigrate.Databases.Data;

/// <summary>Whether a value that has the form of a column fits into it: length, digits, range, encoding.</summary>
internal static class FieldCheck
{
    public delegate void Check(ReadOnlySpan<byte> value);

    /// <summary>What must be looked at in each value; null where every value of the one type is one of the other.</summary>
    /// <param name="limits">Of the engine that the values go to.</param>
    public static Check? Of(DataType from, DataType to, DataLimits limits)
    {
        Check? all = null;
        foreach (var check in Checks(from, to, limits))
        {
            all = all is null ? check : all + check;
        }

        return all;
    }

    private static IEnumerable<Check> Checks(DataType from, DataType to, DataLimits limits) => to.Form switch
    {
        DataForm.Text => OfText(from, to, limits),
        DataForm.Bytes => OfBytes(from, to),
        DataForm.Numeric => OfNumbers(from, to, limits),
        DataForm.Int16 or DataForm.Int32 or DataForm.Int64 => OfIntegers(from, to),
        DataForm.Single when !limits.TakesNonFinite => [value => RequireFinite(BinaryPrimitives.ReadSingleBigEndian(value))],
        DataForm.Double when !limits.TakesNonFinite => [value => RequireFinite(BinaryPrimitives.ReadDoubleBigEndian(value))],
        DataForm.Date => [value => RequireDay(BinaryPrimitives.ReadInt32BigEndian(value), limits)],
        DataForm.Timestamp or DataForm.TimestampTz => OfMoments(from, to, limits, 1_000_000, TimeForm.MicrosecondsOfDay),
        DataForm.FineTimestamp => OfMoments(from, to, limits, 10_000_000, TimeForm.MicrosecondsOfDay * 10),
        DataForm.OffsetTimestamp => OfMoments(from, to, limits, 10_000_000, TimeForm.MicrosecondsOfDay * 10),
        DataForm.Time => OfTimes(from, to, limits, 1_000_000, 1),
        DataForm.FineTime => OfTimes(from, to, limits, 10_000_000, 10),
        _ => [],
    };

    private static IEnumerable<Check> OfText(DataType from, DataType to, DataLimits limits)
    {
        if (!limits.TakesNul && from.Kind is DataKind.Text or DataKind.Json or DataKind.Other or DataKind.Bytes or DataKind.Dynamic)
        {
            yield return value =>
            {
                if (value.Contains((byte)0))
                {
                    throw new ValueRefusedException("it has the character U+0000, which the target takes in no text");
                }
            };
        }

        if (to.Length is { } most && !(from.Kind == DataKind.Text && from.Length <= most))
        {
            yield return value => RequireLength(Characters(value), most, "characters");
        }

        if (to.LengthInBytes is { } bytes && !(from.Kind == DataKind.Text && from.LengthInBytes <= bytes))
        {
            yield return value => RequireLength(value.Length, bytes, "bytes");
        }

        if (to.Labels is { } labels && !(from.Labels is { } own && own.All(labels.Contains)))
        {
            var known = labels.ToHashSet(StringComparer.Ordinal);
            yield return value =>
            {
                var text = Encoding.UTF8.GetString(value);
                if (!known.Contains(text))
                {
                    throw new ValueRefusedException($"'{text}' is none of the values that the column has");
                }
            };
        }

        if (to.Encoding is { } name && from.Encoding != name)
        {
            var encoding = TextEncodings.Strict(name);
            yield return value =>
            {
                try
                {
                    encoding.GetByteCount(Encoding.UTF8.GetString(value));
                }
                catch (EncoderFallbackException e)
                {
                    throw new ValueRefusedException($"it has a character that {name} does not have", e);
                }
            };
        }
    }

    private static IEnumerable<Check> OfBytes(DataType from, DataType to)
    {
        if (to is { IsFixed: true, Length: { } size } && !(from is { Kind: DataKind.Bytes, IsFixed: true } && from.Length == size))
        {
            yield return value =>
            {
                if (value.Length != size)
                {
                    throw new ValueRefusedException($"it has {value.Length} bytes, and the column fills them up to {size}");
                }
            };
        }
        else if (to.Length is { } most && !(from.Kind == DataKind.Bytes && from.Length <= most))
        {
            yield return value => RequireLength(value.Length, most, "bytes");
        }
    }

    private static IEnumerable<Check> OfNumbers(DataType from, DataType to, DataLimits limits)
    {
        if (!limits.TakesNonFiniteDecimals)
        {
            yield return value =>
            {
                if (!NumericForm.IsFinite(value))
                {
                    throw new ValueRefusedException($"{NumericForm.ToText(value)} is no number that the target keeps");
                }
            };
        }

        if (to.Precision is { } precision && !(from.Kind == DataKind.Decimal && from.Precision - (from.Scale ?? 0) <= precision - (to.Scale ?? 0) && from.Scale <= to.Scale))
        {
            var most = precision - (to.Scale ?? 0);
            yield return value =>
            {
                var (whole, places) = NumericForm.Digits(value);
                if (whole > most || places > (to.Scale ?? 0))
                {
                    throw new ValueRefusedException($"{NumericForm.ToText(value)} has more digits than {to.Native} keeps");
                }
            };
        }

        if (to.IsUnsigned && !from.IsUnsigned)
        {
            yield return value => RequirePositive(NumericForm.ToText(value)[0] == '-' && NumericForm.Normal(value) != "0", value, to);
        }

        if (to is { Kind: DataKind.Integer, IsUnsigned: true, Width: 8 } && !(from is { Kind: DataKind.Integer }))
        {
            yield return value =>
            {
                if (!ulong.TryParse(NumericForm.Normal(value), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _))
                {
                    throw new ValueRefusedException($"{NumericForm.ToText(value)} is out of range");
                }
            };
        }
    }

    private static IEnumerable<Check> OfIntegers(DataType from, DataType to)
    {
        if (to.Kind != DataKind.Integer || to.Width == 0)
        {
            yield break;
        }

        var bits = (to.Width * 8) - (to.IsUnsigned ? 0 : 1);
        var greatest = bits >= 63 ? long.MaxValue : (1L << bits) - 1;
        var least = to.IsUnsigned ? 0 : -greatest - 1;
        var fits = from.Kind == DataKind.Boolean || (from.Kind == DataKind.Integer && from.Width > 0
            && (from.IsUnsigned ? from.Width < to.Width || (to.IsUnsigned && from.Width <= to.Width) : !to.IsUnsigned && from.Width <= to.Width));
        if (!fits)
        {
            yield return value =>
            {
                var number = FormText.Integer(value, to.Form);
                if (number < least || number > greatest)
                {
                    throw new ValueRefusedException($"{number} is out of range for {to.Native}");
                }
            };
        }
    }

    private static IEnumerable<Check> OfMoments(DataType from, DataType to, DataLimits limits, long unitsOfSecond, long unitsOfDay)
    {
        yield return value =>
        {
            var moment = BinaryPrimitives.ReadInt64BigEndian(value);
            RequireDay(moment switch { long.MinValue => int.MinValue, long.MaxValue => int.MaxValue, _ => (int)(moment >= 0 ? moment / unitsOfDay : -((-moment + unitsOfDay - 1) / unitsOfDay)) }, limits);
        };
        if (to.Scale is { } digits && !(from.Scale <= digits))
        {
            var unit = (long)Math.Max(1, unitsOfSecond / Math.Pow(10, digits));
            yield return value => RequireMultiple(BinaryPrimitives.ReadInt64BigEndian(value), unit, value, to);
        }
    }

    private static IEnumerable<Check> OfTimes(DataType from, DataType to, DataLimits limits, long unitsOfSecond, int unitsOfMicrosecond)
    {
        yield return value =>
        {
            var time = BinaryPrimitives.ReadInt64BigEndian(value);
            if (time < limits.Times.Least * unitsOfMicrosecond || time > limits.Times.Greatest * unitsOfMicrosecond)
            {
                throw new ValueRefusedException($"{FormText.Of(value, to.Form)} is no time of day in the target");
            }
        };
        if (to.Scale is { } digits && !(from.Scale <= digits))
        {
            var unit = (long)Math.Max(1, unitsOfSecond / Math.Pow(10, digits));
            yield return value => RequireMultiple(BinaryPrimitives.ReadInt64BigEndian(value), unit, value, to);
        }
    }

    private static void RequireMultiple(long number, long unit, ReadOnlySpan<byte> value, DataType to)
    {
        if (number is not (long.MinValue or long.MaxValue) && number % unit != 0)
        {
            throw new ValueRefusedException($"{FormText.Of(value, to.Form)} is more exact than {to.Native}");
        }
    }

    private static void RequireDay(int days, DataLimits limits)
    {
        if (days is int.MinValue or int.MaxValue)
        {
            if (!limits.TakesInfiniteTimes)
            {
                throw new ValueRefusedException($"{TimeForm.DateText(days)} is no time that the target has");
            }
        }
        else if (days < limits.Days.First || days > limits.Days.Last)
        {
            throw new ValueRefusedException($"the day {TimeForm.DateText(days)} is outside of what the target has");
        }
    }

    private static void RequirePositive(bool isNegative, ReadOnlySpan<byte> value, DataType to)
    {
        if (isNegative)
        {
            throw new ValueRefusedException($"{FormText.Of(value, to.Form)} is negative, and {to.Native} is not");
        }
    }

    private static void RequireFinite(double number)
    {
        if (!double.IsFinite(number))
        {
            throw new ValueRefusedException($"{number.ToString("R", System.Globalization.CultureInfo.InvariantCulture)} is no number that the target keeps");
        }
    }

    private static void RequireLength(long length, long most, string what)
    {
        if (length > most)
        {
            throw new ValueRefusedException($"it has {length} {what}, and there is room for {most}");
        }
    }

    /// <summary>Characters in UTF-8: every byte that does not go on with one.</summary>
    internal static int Characters(ReadOnlySpan<byte> value)
    {
        var count = 0;
        foreach (var one in value)
        {
            count += (one & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }
}
