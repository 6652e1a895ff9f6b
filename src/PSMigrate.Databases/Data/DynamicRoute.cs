using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PSMigrate.Databases.Data;

/// <summary>Values that bring their own type, as SQLite's do, on their way into a column that has one, and back.</summary>
internal static class DynamicRoute
{
    public const byte Integer = (byte)'i';
    public const byte Real = (byte)'r';
    public const byte Text = (byte)'t';
    public const byte Blob = (byte)'b';

    /// <summary>The most digits of which a float of eight bytes gives every one back (IEEE 754, DBL_DIG).</summary>
    private const int ExactDigits = 15;

    /// <summary>Takes a value out of its own type into that of a column.</summary>
    /// <exception cref="ValueRefusedException">It is of another type, and no value of the column's.</exception>
    public static void Take(ReadOnlySpan<byte> value, DataType to, RowBuffer into)
    {
        var rest = value[1..];
        switch (value[0])
        {
            case Integer:
                FromInteger(BinaryPrimitives.ReadInt64BigEndian(rest), to, into);
                break;
            case Real:
                FromReal(BinaryPrimitives.ReadDoubleBigEndian(rest), to, into);
                break;
            case Text when to.Form == DataForm.Text:
                into.Add(rest);
                break;
            case Text when to.Form != DataForm.Bytes:
                TextRoute.Parse(Encoding.UTF8.GetString(rest), to, into);
                break;
            case Blob when to.Form == DataForm.Bytes:
                into.Add(rest);
                break;
            case Blob when to.Form == DataForm.Uuid && rest.Length == 16:
                into.Add(rest);
                break;
            case var kind:
                throw new ValueRefusedException($"it is {(kind == Text ? "text" : "a blob")}, and no {to.Native}");
        }
    }

    /// <summary>Gives a value the type that it has in a column of SQLite's.</summary>
    /// <exception cref="ValueRefusedException">SQLite would keep another value.</exception>
    public static void Wrap(ReadOnlySpan<byte> value, DataForm from, DataType to, RowBuffer into)
    {
        switch (from)
        {
            case DataForm.Boolean:
                AddInteger(into, value[0]);
                break;
            case DataForm.Int16 or DataForm.Int32 or DataForm.Int64:
                AddInteger(into, FormText.Integer(value, from));
                break;
            case DataForm.Single:
                AddReal(into, BinaryPrimitives.ReadSingleBigEndian(value));
                break;
            case DataForm.Double:
                AddReal(into, BinaryPrimitives.ReadDoubleBigEndian(value));
                break;
            case DataForm.Numeric when to.Kind is DataKind.Decimal or DataKind.Integer or DataKind.Float:
                AddNumber(into, value);
                break;
            case DataForm.Bytes or DataForm.Native:
                Add(into, Blob, value);
                break;
            case DataForm.Text:
                Add(into, Text, value);
                break;
            default:
                var text = FormText.Of(value, from);
                Encoding.UTF8.GetBytes(text, Room(into, Text, Encoding.UTF8.GetByteCount(text)));
                break;
        }
    }

    private static void FromInteger(long number, DataType to, RowBuffer into)
    {
        switch (to.Form)
        {
            case DataForm.Int16 or DataForm.Int32 or DataForm.Int64:
                FieldRoute.AddInteger(into, number, to.Form);
                break;
            case DataForm.Boolean when number is 0 or 1:
                into.AddBoolean(number == 1);
                break;
            case DataForm.Double when (long)(double)number == number && number != long.MaxValue:
                into.AddDouble(number);
                break;
            case DataForm.Single when (long)(float)number == number && number != long.MaxValue:
                into.AddSingle(number);
                break;
            case DataForm.Numeric:
                NumericForm.Add(into, number);
                break;
            case DataForm.Text:
                into.AddText(number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                throw new ValueRefusedException($"{number} is no {to.Native}");
        }
    }

    private static void FromReal(double number, DataType to, RowBuffer into)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        switch (to.Form)
        {
            case DataForm.Double:
                into.AddDouble(number);
                break;
            case DataForm.Single when (float)number == number || double.IsNaN(number):
                into.AddSingle((float)number);
                break;
            case DataForm.Numeric when double.IsFinite(number):
                NumericForm.Add(into, text);
                break;
            case DataForm.Int16 or DataForm.Int32 or DataForm.Int64 when Math.Truncate(number) == number && Math.Abs(number) < 9e15:
                FieldRoute.AddInteger(into, (long)number, to.Form);
                break;
            case DataForm.Text:
                into.AddText(text);
                break;
            default:
                throw new ValueRefusedException($"{text} is no {to.Native}");
        }
    }

    /// <summary>A decimal where the column's affinity makes numbers of it: as whole as it is, else as a float that gives all its digits back.</summary>
    private static void AddNumber(RowBuffer into, ReadOnlySpan<byte> value)
    {
        var text = NumericForm.ToText(value);
        var (whole, places) = NumericForm.Digits(value);
        if (!NumericForm.IsFinite(value))
        {
            throw new ValueRefusedException($"{text} is no number in SQLite");
        }

        if (places == 0 && long.TryParse(NumericForm.Normal(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            AddInteger(into, integer);
        }
        else if (whole + places <= ExactDigits)
        {
            AddReal(into, double.Parse(text, CultureInfo.InvariantCulture));
        }
        else
        {
            throw new ValueRefusedException($"{text} has more than {ExactDigits} digits, which SQLite's numbers do not keep");
        }
    }

    public static void AddInteger(RowBuffer into, long value) => BinaryPrimitives.WriteInt64BigEndian(Room(into, Integer, 8), value);

    public static void AddReal(RowBuffer into, double value)
    {
        if (double.IsNaN(value))
        {
            throw new ValueRefusedException("NaN is NULL in SQLite");
        }

        BinaryPrimitives.WriteDoubleBigEndian(Room(into, Real, 8), value);
    }

    public static void Add(RowBuffer into, byte kind, ReadOnlySpan<byte> value) => value.CopyTo(Room(into, kind, value.Length));

    private static Span<byte> Room(RowBuffer into, byte kind, int size)
    {
        var room = into.Add(1 + size);
        room[0] = kind;
        return room[1..];
    }
}
