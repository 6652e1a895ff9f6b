using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using MySqlConnector;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Rows as a prepared statement gives them: numbers come in binary, floats with all their digits, and what the driver would make objects of as
/// bytes (see <see cref="MySqlDoor.Read"/>).
/// </summary>
internal sealed class MySqlRowReader : RowReader
{
    /// <summary>A byte that no UTF-8 has, for a text that the server could not convert: see <see cref="MySqlDoor.Read"/>.</summary>
    public const byte TooLong = 0xFE;

    private const int Shown = 40;

    private readonly byte[] scratch = new byte[1 << 13];
    private readonly ServerSession session;
    private readonly MySqlCommand command;
    private readonly MySqlDataReader reader;
    private readonly DataForm[] forms;
    private readonly bool[] areBytes;
    private readonly Func<ServerSession, ValueTask> giveBack;
    private bool isOver;
    private bool isDisposed;

    private MySqlRowReader(ServerSession session, MySqlCommand command, MySqlDataReader reader, IReadOnlyList<ReadColumn> columns, Func<ServerSession, ValueTask> giveBack)
    {
        this.session = session;
        this.command = command;
        this.reader = reader;
        this.giveBack = giveBack;
        forms = [.. columns.Select(c => c.Type.Form)];
        areBytes = [.. columns.Select((_, i) => reader.GetFieldType(i) == typeof(byte[]))];
    }

    public static async Task<MySqlRowReader> OpenAsync(
        ServerSession session, string select, IReadOnlyList<ReadColumn> columns, Func<ServerSession, ValueTask> giveBack, CancellationToken cancel)
    {
        session.Observer.Detail(select);
        var command = new MySqlCommand(select, (MySqlConnection)session.Connection) { CommandTimeout = 0 };
        try
        {
            return await session.TranslateAsync(async () =>
            {
                await command.PrepareAsync(cancel).ConfigureAwait(false);
                return new MySqlRowReader(session, command, await command.ExecuteReaderAsync(cancel).ConfigureAwait(false), columns, giveBack);
            }, cancel).ConfigureAwait(false);
        }
        catch
        {
            await command.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask<bool> ReadAsync(RowBuffer into, CancellationToken cancel) => !isOver && await session.TranslateAsync(async () =>
    {
        while (!into.IsFull)
        {
            if (!await reader.ReadAsync(cancel).ConfigureAwait(false))
            {
                isOver = true;
                return false;
            }

            AddRow(into);
        }

        return true;
    }, cancel).ConfigureAwait(false);

    /// <summary>The driver would read all rows that are left: the server is told to stop first.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        if (!isOver && session.Connection.State == System.Data.ConnectionState.Open)
        {
            command.Cancel();
        }

        await reader.DisposeAsync().ConfigureAwait(false);
        await command.DisposeAsync().ConfigureAwait(false);
        await giveBack(session).ConfigureAwait(false);
    }

    private void AddRow(RowBuffer into)
    {
        into.BeginRow(forms.Length);
        var i = 0;
        try
        {
            for (; i < forms.Length; i++)
            {
                if (reader.IsDBNull(i))
                {
                    into.AddNull();
                }
                else if (areBytes[i])
                {
                    AddBytes(into, i);
                }
                else
                {
                    AddNumber(into, i);
                }
            }

            into.EndRow();
        }
        catch (ValueRefusedException e)
        {
            into.GiveUpRow();
            e.Field = i;
            throw;
        }
        catch (OverflowException e)
        {
            into.GiveUpRow();
            throw new ValueRefusedException($"{Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)} is more than its type holds", e) { Field = i };
        }
    }

    private void AddNumber(RowBuffer into, int i)
    {
        switch (forms[i])
        {
            case DataForm.Int16:
                into.AddInt16(reader.GetInt16(i));
                break;
            case DataForm.Int32:
                into.AddInt32(reader.GetInt32(i));
                break;
            case DataForm.Int64:
                into.AddInt64(reader.GetInt64(i));
                break;
            case DataForm.Single:
                into.AddSingle(reader.GetFloat(i));
                break;
            case DataForm.Double:
                into.AddDouble(reader.GetDouble(i));
                break;
            case DataForm.Text:
                into.AddText(reader.GetString(i));
                break;
            case DataForm.Numeric:
                Span<char> digits = stackalloc char[20];
                reader.GetUInt64(i).TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
                NumericForm.Add(into, digits[..count]);
                break;
            default:
                throw new InvalidOperationException($"A value in the form {forms[i]} came as {reader.GetDataTypeName(i)}.");
        }
    }

    private void AddBytes(RowBuffer into, int i)
    {
        var size = (int)reader.GetBytes(i, 0, null, 0, 0);
        if (forms[i] is DataForm.Text or DataForm.Bytes)
        {
            var target = into.Add(size);
            for (var at = 0; at < size;)
            {
                var read = (int)reader.GetBytes(i, at, scratch, 0, scratch.Length);
                scratch.AsSpan(0, read).CopyTo(target[at..]);
                at += read;
            }

            if (forms[i] == DataForm.Text && !Utf8.IsValid(target))
            {
                throw new ValueRefusedException(size == 1 && target[0] == TooLong
                    ? "it is longer than the server's max_allowed_packet lets it be converted"
                    : target[0] == 0xFF
                    ? $"it has characters that only its own character set has (0x{Cut(Encoding.ASCII.GetString(target[1..Math.Min(size, Shown + 2)]))})"
                    : $"it is no text in UTF-8 (0x{Cut(Convert.ToHexString(target[..Math.Min(size, Shown)]))})");
            }

            return;
        }

        if (size > scratch.Length)
        {
            throw new ValueRefusedException($"a text of {size.ToString(CultureInfo.InvariantCulture)} bytes is no value in the form {forms[i]}");
        }

        reader.GetBytes(i, 0, scratch, 0, size);
        AddText(into, scratch.AsSpan(0, size), forms[i]);
    }

    private static void AddText(RowBuffer into, ReadOnlySpan<byte> text, DataForm form)
    {
        switch (form)
        {
            case DataForm.Boolean:
                into.AddBoolean(Whole(text) switch { 0 => false, 1 => true, var other => throw new ValueRefusedException($"{other.ToString(CultureInfo.InvariantCulture)} is neither 0 nor 1") });
                break;
            case DataForm.Int16:
                into.AddInt16(checked((short)Whole(text)));
                break;
            case DataForm.Int32:
                into.AddInt32(checked((int)Whole(text)));
                break;
            case DataForm.Int64:
                into.AddInt64(Whole(text));
                break;
            case DataForm.Numeric:
                Span<char> digits = text.Length <= 128 ? stackalloc char[text.Length] : new char[text.Length];
                Encoding.ASCII.GetChars(text, digits);
                NumericForm.Add(into, digits);
                break;
            case DataForm.Single:
                var wide = Floating(text);
                into.AddSingle((float)wide == wide ? (float)wide : throw Refused(text, "is no float of four bytes"));
                break;
            case DataForm.Double:
                into.AddDouble(Floating(text));
                break;
            case DataForm.Uuid:
                if (!Utf8Parser.TryParse(text, out Guid id, out var used) || used != text.Length || !id.TryWriteBytes(into.Add(16), bigEndian: true, out _))
                {
                    throw Refused(text, "is no UUID");
                }

                break;
            case DataForm.Date:
                into.AddInt32(MySqlTimes.Date(text));
                break;
            case DataForm.Time:
                into.AddInt64(MySqlTimes.Time(text));
                break;
            case DataForm.Timestamp or DataForm.TimestampTz:
                into.AddInt64(MySqlTimes.Timestamp(text));
                break;
            default:
                throw new InvalidOperationException($"No column of MySQL's has values in the form {form}.");
        }
    }

    /// <summary>A whole number, also where an author's expression gives it places after the point that are all 0.</summary>
    private static long Whole(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out var used) && (used == text.Length || (text[used] == '.' && !text[(used + 1)..].ContainsAnyExcept((byte)'0')))
            ? number : throw Refused(text, "is no whole number, or too large");

    private static double Floating(ReadOnlySpan<byte> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Refused(text, "is no number");

    private static ValueRefusedException Refused(ReadOnlySpan<byte> text, string because) => new($"'{Cut(Encoding.UTF8.GetString(text[..Math.Min(text.Length, Shown + 1)]))}' {because}");

    private static string Cut(string text) => text.Length > Shown ? text[..Shown] + "…" : text;
}
