using System.Buffers.Binary;
using System.Globalization;

namespace PSMigrate.Databases.Data;

/// <summary>
/// The way of one column's values into another column: what is done to each on the way, and which of them are refused because the other
/// column cannot hold them exactly. Nothing is rounded, cut or shifted.
/// </summary>
public sealed class FieldRoute
{
    private delegate void Step(ReadOnlySpan<byte> value, RowBuffer into);

    private readonly Step step;

    private FieldRoute(Step step, bool isPlain, bool mayRefuse)
    {
        this.step = step;
        IsPlain = isPlain;
        MayRefuse = mayRefuse;
    }

    /// <summary>True where every value arrives byte for byte, and none is refused.</summary>
    public bool IsPlain { get; }

    /// <summary>True where there are values in the one column that the other cannot hold: then each must be looked at.</summary>
    public bool MayRefuse { get; }

    /// <exception cref="ValueRefusedException">The other column cannot hold it.</exception>
    public void Move(ReadOnlySpan<byte> value, RowBuffer into) => step(value, into);

    /// <summary>The way into a column of the very same type of the same engine.</summary>
    public static FieldRoute Straight { get; } = new(static (value, into) => into.Add(value), isPlain: true, mayRefuse: false);

    /// <param name="limits">Of the engine that the values go to.</param>
    public static FieldRoute Between(DataType from, DataType to, DataLimits limits)
    {
        var change = Filled(Scaled(Change(from, to), from, to), from, to, limits.FixedText);
        var check = FieldCheck.Of(from, to, limits);
        if (change is null)
        {
            return check is null
                ? new FieldRoute(static (value, into) => into.Add(value), isPlain: true, mayRefuse: false)
                : new FieldRoute((value, into) =>
                {
                    check(value);
                    into.Add(value);
                }, isPlain: false, mayRefuse: true);
        }

        var (act, mayFail) = change.Value;
        if (check is null)
        {
            return new FieldRoute(act, isPlain: false, mayRefuse: mayFail);
        }

        var scratch = new RowBuffer();
        return new FieldRoute((value, into) =>
        {
            scratch.Clear();
            scratch.BeginRow(1);
            act(value, scratch);
            scratch.EndRow();
            scratch.Fields(0).Next(out var changed);
            check(changed);
            into.Add(changed);
        }, isPlain: false, mayRefuse: true);
    }

    /// <summary>What turns one form into another, and whether it may fail; null where nothing is to be done.</summary>
    private static (Step Act, bool MayFail)? Change(DataType from, DataType to)
    {
        var (a, b) = (from.Form, to.Form);
        if (a == b)
        {
            return null;
        }

        if (a == DataForm.Native || b == DataForm.Native)
        {
            throw new InvalidOperationException("A form of PostgreSQL's own goes nowhere else.");
        }

        if (a == DataForm.Dynamic)
        {
            return ((value, into) => DynamicRoute.Take(value, to, into), true);
        }

        if (b == DataForm.Dynamic)
        {
            return ((value, into) => DynamicRoute.Wrap(value, a, to, into), a is DataForm.Numeric or DataForm.Single or DataForm.Double);
        }

        if (IsInteger(a) && IsInteger(b))
        {
            var narrows = Width(b) < Width(a);
            return ((value, into) => AddInteger(into, FormText.Integer(value, a), b), narrows);
        }

        return (a, b) switch
        {
            (DataForm.Single, DataForm.Double) => ((value, into) => into.AddDouble(BinaryPrimitives.ReadSingleBigEndian(value)), false),
            (DataForm.Double, DataForm.Single) => ((value, into) =>
            {
                var number = BinaryPrimitives.ReadDoubleBigEndian(value);
                if ((float)number != number && !double.IsNaN(number))
                {
                    throw new ValueRefusedException($"{number.ToString("R", CultureInfo.InvariantCulture)} is more exact, or larger, than four bytes can hold");
                }

                into.AddSingle((float)number);
            }, true),
            (DataForm.Boolean, _) when IsInteger(b) => ((value, into) => AddInteger(into, value[0], b), false),
            (_, DataForm.Boolean) when IsInteger(a) => ((value, into) => into.AddBoolean(FormText.Integer(value, a) switch
            {
                0 => false,
                1 => true,
                var other => throw new ValueRefusedException($"{other} is neither 0 nor 1"),
            }), true),
            (DataForm.Time, DataForm.FineTime) or (DataForm.Timestamp, DataForm.FineTimestamp) => ((value, into) => into.AddInt64(Finer(value)), false),
            (DataForm.FineTime, DataForm.Time) or (DataForm.FineTimestamp, DataForm.Timestamp) => ((value, into) => into.AddInt64(Coarser(value)), true),
            (DataForm.OffsetTimestamp, DataForm.TimestampTz) => ((value, into) => into.AddInt64(BinaryPrimitives.ReadInt16BigEndian(value[8..]) == 0
                ? Coarser(value[..8]) : throw new ValueRefusedException($"{FormText.Of(value, DataForm.OffsetTimestamp)} would lose its zone")), true),
            (DataForm.TimestampTz, DataForm.OffsetTimestamp) => ((value, into) =>
            {
                var room = into.Add(10);
                BinaryPrimitives.WriteInt64BigEndian(room, Finer(value));
                BinaryPrimitives.WriteInt16BigEndian(room[8..], 0);
            }, false),
            (DataForm.TimestampTz, DataForm.Timestamp) => ((value, into) => into.Add(value), false),
            (DataForm.TimestampTz, DataForm.FineTimestamp) => ((value, into) => into.AddInt64(Finer(value)), false),
            (DataForm.Date, DataForm.Timestamp) => ((value, into) => into.AddInt64(BinaryPrimitives.ReadInt32BigEndian(value) switch
            {
                int.MinValue => long.MinValue,
                int.MaxValue => long.MaxValue,
                var days => days * TimeForm.MicrosecondsOfDay,
            }), false),
            (DataForm.Bytes, DataForm.Text) => ((value, into) =>
            {
                if (!System.Text.Unicode.Utf8.IsValid(value))
                {
                    throw new ValueRefusedException("it has bytes that are no text in UTF-8");
                }

                into.Add(value);
            }, true),
            (DataForm.Text, DataForm.Bytes) => ((value, into) => into.Add(value), false),
            (_, DataForm.Text) => ((value, into) => into.AddText(FormText.Of(value, a)), false),
            _ => ((value, into) => TextRoute.Parse(FormText.Of(value, a), to, into), true),
        };
    }

    /// <summary>Decimals are shown with as many places as their column has: what is read again is then the same to the last byte.</summary>
    private static (Step Act, bool MayFail)? Scaled((Step Act, bool MayFail)? change, DataType from, DataType to)
    {
        if (to.Form != DataForm.Numeric || to.Scale is not { } scale || (change is null && from.Scale == scale))
        {
            return change;
        }

        if (change is not { } first)
        {
            return ((value, into) => NumericForm.AddScaled(into, value, scale), from.Scale is null || from.Scale > scale);
        }

        var scratch = new RowBuffer();
        return ((value, into) =>
        {
            scratch.Clear();
            scratch.BeginRow(1);
            first.Act(value, scratch);
            scratch.EndRow();
            scratch.Fields(0).Next(out var number);
            NumericForm.AddScaled(into, number, scale);
        }, true);
    }

    /// <summary>
    /// Blanks at the end of a text of fixed length say nothing: they come and go as the other column has them. Of a text that is of no fixed
    /// length they would be lost.
    /// </summary>
    private static (Step Act, bool MayFail)? Filled((Step Act, bool MayFail)? change, DataType from, DataType to, FixedText how)
    {
        if (to is not { Form: DataForm.Text, IsFixed: true, Length: { } length } || how == FixedText.AsWritten)
        {
            return change;
        }

        var scratch = new RowBuffer();
        return ((value, into) =>
        {
            var text = value;
            if (change is { } first)
            {
                scratch.Clear();
                scratch.BeginRow(1);
                first.Act(value, scratch);
                scratch.EndRow();
                scratch.Fields(0).Next(out text);
            }

            if (!from.IsFixed && text.EndsWith(" "u8))
            {
                throw new ValueRefusedException($"it ends with a blank, which {to.Native} does not keep");
            }

            text = text.TrimEnd((byte)' ');
            if (how == FixedText.Trimmed)
            {
                into.Add(text);
                return;
            }

            // Blanks are counted in characters, not in bytes.
            var room = into.Add(text.Length + (int)Math.Max(0, length - FieldCheck.Characters(text)));
            text.CopyTo(room);
            room[text.Length..].Fill((byte)' ');
        }, change?.MayFail == true || !from.IsFixed);
    }

    internal static bool IsInteger(DataForm form) => form is DataForm.Int16 or DataForm.Int32 or DataForm.Int64;

    private static int Width(DataForm form) => form switch { DataForm.Int16 => 2, DataForm.Int32 => 4, _ => 8 };

    internal static void AddInteger(RowBuffer into, long value, DataForm form)
    {
        switch (form)
        {
            case DataForm.Int16 when value is >= short.MinValue and <= short.MaxValue:
                into.AddInt16((short)value);
                break;
            case DataForm.Int32 when value is >= int.MinValue and <= int.MaxValue:
                into.AddInt32((int)value);
                break;
            case DataForm.Int64:
                into.AddInt64(value);
                break;
            default:
                throw new ValueRefusedException($"{value} is out of range");
        }
    }

    private static long Finer(ReadOnlySpan<byte> value)
    {
        var number = BinaryPrimitives.ReadInt64BigEndian(value);
        return number is long.MinValue or long.MaxValue ? number : checked(number * 10);
    }

    private static long Coarser(ReadOnlySpan<byte> value)
    {
        var number = BinaryPrimitives.ReadInt64BigEndian(value);
        return number is long.MinValue or long.MaxValue ? number
            : number % 10 == 0 ? number / 10
            : throw new ValueRefusedException($"{FormText.Of(value, DataForm.FineTimestamp)} is more exact than a microsecond");
    }
}
