using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// Rows for COPY's text format (PostgreSQL's documentation, "COPY", "Text Format"), for tables with columns that the server makes from text only.
/// Every value is written so that the server reads exactly that value from it.
/// </summary>
internal sealed class CopyTextRows(IReadOnlyList<WrittenColumn> columns) : CopyRows(columns)
{
    private const int MostOfOne = 1 << 15;

    private static readonly SearchValues<byte> Special = SearchValues.Create("\\\n\r\t"u8);

    private static ReadOnlySpan<byte> Hexadecimal => "0123456789abcdef"u8;

    private static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;

    private bool isFirst;

    public override string Format => "text";

    protected override void BeginRow() => isFirst = true;

    protected override void EndRow() => Put((byte)'\n');

    protected override void AddNull(int at)
    {
        Separate();
        Put("\\N"u8);
    }

    protected override int Add(int at, ReadOnlySpan<byte> value, int from)
    {
        if (from == 0)
        {
            Separate();
        }

        var type = Columns[at].Type;
        switch (type.Form)
        {
            case DataForm.Text:
                return AddText(value[from..]);
            case DataForm.Bytes:
                return AddBytes(value, from);
            case DataForm.Boolean:
                Put(value[0] == 0 ? (byte)'f' : (byte)'t');
                break;
            case DataForm.Int16 or DataForm.Int32 or DataForm.Int64:
                Put(FormText.Integer(value, type.Form));
                break;
            case DataForm.Single:
                BinaryPrimitives.ReadSingleBigEndian(value).TryFormat(Room(32), out var single, "R", CultureInfo.InvariantCulture);
                Keep(single);
                break;
            case DataForm.Double:
                BinaryPrimitives.ReadDoubleBigEndian(value).TryFormat(Room(32), out var number, "R", CultureInfo.InvariantCulture);
                Keep(number);
                break;
            case DataForm.Numeric when type.Native == PostgreSqlTypes.Money:
                // With the setting "C" for lc_monetary a text has two places, whatever these mean elsewhere.
                var units = CopyBinaryRows.Units(value, type);
                Put(string.Create(CultureInfo.InvariantCulture, $"{(units < 0 ? "-" : "")}{Math.Abs(units / 100)}.{Math.Abs(units % 100):00}"));
                break;
            case DataForm.Uuid:
                new Guid(value, bigEndian: true).TryFormat(Room(36), out var uuid, "D");
                Keep(uuid);
                break;
            case DataForm.Date:
                AddDate(value, BinaryPrimitives.ReadInt32BigEndian(value), DataForm.Date);
                break;
            case DataForm.Time:
                AddTime(BinaryPrimitives.ReadInt64BigEndian(value));
                break;
            case DataForm.Timestamp or DataForm.TimestampTz:
                AddTimestamp(value, type.Form);
                break;
            default:
                Put(PostgreSqlLiteral.TextOf(value, type.Form));
                break;
        }

        return value.Length;
    }

    private int AddText(ReadOnlySpan<byte> rest)
    {
        var piece = rest[..Math.Min(rest.Length, MostOfOne)];
        var count = piece.Length;
        var room = Room(count * 2);
        var written = 0;
        for (int at; (at = piece.IndexOfAny(Special)) >= 0; piece = piece[(at + 1)..])
        {
            piece[..at].CopyTo(room[written..]);
            written += at;
            room[written++] = (byte)'\\';
            room[written++] = piece[at] switch { (byte)'\n' => (byte)'n', (byte)'\r' => (byte)'r', (byte)'\t' => (byte)'t', _ => (byte)'\\' };
        }

        piece.CopyTo(room[written..]);
        Keep(written + piece.Length);
        return count;
    }

    private int AddBytes(ReadOnlySpan<byte> value, int from)
    {
        if (from == 0)
        {
            Put("\\\\x"u8);
        }

        var piece = value.Slice(from, Math.Min(value.Length - from, MostOfOne));
        var room = Room(piece.Length * 2);
        for (var i = 0; i < piece.Length; i++)
        {
            room[i * 2] = Hexadecimal[piece[i] >> 4];
            room[(i * 2) + 1] = Hexadecimal[piece[i] & 15];
        }

        Keep(piece.Length * 2);
        return piece.Length;
    }

    private void AddDate(ReadOnlySpan<byte> value, int days, DataForm form)
    {
        if (days + (long)Epoch is < 0 or > 3_652_058)
        {
            Put(PostgreSqlLiteral.TextOf(value, form));
            return;
        }

        var date = DateOnly.FromDayNumber(days + Epoch);
        var room = Room(10);
        Digits(room, date.Year, 4);
        room[4] = (byte)'-';
        Digits(room[5..], date.Month, 2);
        room[7] = (byte)'-';
        Digits(room[8..], date.Day, 2);
        Keep(10);
    }

    private void AddTimestamp(ReadOnlySpan<byte> value, DataForm form)
    {
        var moment = BinaryPrimitives.ReadInt64BigEndian(value);
        var (days, time) = Math.DivRem(moment, TimeForm.MicrosecondsOfDay);
        if (time < 0)
        {
            (days, time) = (days - 1, time + TimeForm.MicrosecondsOfDay);
        }

        if (days + Epoch is < 0 or > 3_652_058)
        {
            Put(PostgreSqlLiteral.TextOf(value, form));
            return;
        }

        AddDate(value, (int)days, form);
        Put((byte)' ');
        AddTime(time);
        if (form == DataForm.TimestampTz)
        {
            Put("+00"u8);
        }
    }

    private void AddTime(long time)
    {
        var (seconds, fraction) = Math.DivRem(time, 1_000_000);
        var room = Room(15);
        Digits(room, (int)(seconds / 3600), 2);
        room[2] = (byte)':';
        Digits(room[3..], (int)(seconds / 60 % 60), 2);
        room[5] = (byte)':';
        Digits(room[6..], (int)(seconds % 60), 2);
        room[8] = (byte)'.';
        Digits(room[9..], (int)fraction, 6);
        Keep(15);
    }

    private static void Digits(Span<byte> room, int number, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            (number, var digit) = Math.DivRem(number, 10);
            room[i] = (byte)('0' + digit);
        }
    }

    private void Separate()
    {
        if (!isFirst)
        {
            Put((byte)'\t');
        }

        isFirst = false;
    }

    private void Put(byte one)
    {
        Room(1)[0] = one;
        Keep(1);
    }

    private void Put(ReadOnlySpan<byte> some)
    {
        some.CopyTo(Room(some.Length));
        Keep(some.Length);
    }

    private void Put(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        Keep(written);
    }

    private void Put(string text) => Keep(Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
