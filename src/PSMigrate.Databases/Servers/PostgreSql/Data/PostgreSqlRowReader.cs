using System.Buffers.Binary;
using Npgsql;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// Reads <c>COPY … TO STDOUT (FORMAT binary)</c> (PostgreSQL's documentation, "COPY", "Binary Format"). Only the lengths of fields are looked at,
/// to find where rows end; they go on as they came. A row of any size passes through a small piece of memory into the buffer.
/// </summary>
internal sealed class PostgreSqlRowReader(PostgreSqlReadMoment moment, ServerSession session, NpgsqlRawCopyStream stream, IReadOnlyList<ReadColumn> columns) : RowReader
{
    private const int HeaderSize = 19;

    /// <summary>What may come behind a large field without the buffer being moved for it.</summary>
    private const int SmallFields = 1 << 16;

    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8];

    private readonly int process = ((NpgsqlConnection)session.Connection).ProcessID;

    private readonly byte[] bytes = new byte[1 << 17];

    /// <summary>What was read and is not in the buffer yet is from <see cref="start"/> to <see cref="end"/>.</summary>
    private int start;
    private int end;

    /// <summary>Where the next length of a field, or number of fields, stands: also beyond what was read so far.</summary>
    private int next;

    /// <summary>How many fields of the row that is being read are still to come; -1 between rows.</summary>
    private int fields = -1;

    private bool isPastHeader;
    private bool isAtEnd;
    private bool isGone;

    public override async ValueTask<bool> ReadAsync(RowBuffer into, CancellationToken cancel) =>
        !isAtEnd && await session.TranslateAsync(() => FillAsync(into, cancel), cancel).ConfigureAwait(false);

    /// <summary>Ends the query where it has not ended: to close the stream alone would read all that is left.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (isGone)
        {
            return;
        }

        isGone = true;
        var wasOpen = session.Connection.State == System.Data.ConnectionState.Open;
        if (!isAtEnd && wasOpen)
        {
            try
            {
                await stream.CancelAsync().ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // An error of the server's has ended it already.
            }
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        if (isAtEnd && !session.HasFailed)
        {
            moment.GiveBack(session);
            return;
        }

        await session.DisposeAsync().ConfigureAwait(false);
        if (!wasOpen)
        {
            await moment.EndAsync(process).ConfigureAwait(false);
        }
    }

    private async Task<bool> FillAsync(RowBuffer into, CancellationToken cancel)
    {
        while (!Parse(into))
        {
            MakeRoom(into);
            var read = await stream.ReadAsync(bytes.AsMemory(end), cancel).ConfigureAwait(false);
            end += read > 0 ? read : throw new InvalidDataException("PostgreSQL's rows end without their mark.");
        }

        if (!isAtEnd)
        {
            return true;
        }

        // An error can come after the last row.
        while (await stream.ReadAsync(bytes, cancel).ConfigureAwait(false) > 0)
        {
        }

        return false;
    }

    /// <summary>Moves the rows that are there into the buffer.</summary>
    /// <returns>True once it is full, or there are no more; false where more must be read.</returns>
    private bool Parse(RowBuffer into)
    {
        if (!isPastHeader && !ParseHeader())
        {
            return false;
        }

        while (true)
        {
            if (fields < 0)
            {
                if (into.IsFull)
                {
                    return true;
                }

                if (end - next < 2)
                {
                    return false;
                }

                fields = BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(next));
                if (fields < 0)
                {
                    return isAtEnd = true;
                }

                if (fields != columns.Count)
                {
                    throw new InvalidDataException($"PostgreSQL sent a row of {fields} fields where {columns.Count} were asked for.");
                }

                next += 2;
            }

            for (; fields > 0; fields--)
            {
                if (next > end - 4)
                {
                    return false;
                }

                next += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(next)));
            }

            if (next > end)
            {
                return false;
            }

            Move(into, next);
            into.EndRow();
            fields = -1;
        }
    }

    private bool ParseHeader()
    {
        if (end < HeaderSize)
        {
            return false;
        }

        if (!bytes.AsSpan(0, Signature.Length).SequenceEqual(Signature) || BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(Signature.Length)) != 0)
        {
            // Flags, and an extension of the header, are for versions to come.
            throw new InvalidDataException("PostgreSQL sent rows in a binary format that is not known here.");
        }

        start = next = HeaderSize;
        return isPastHeader = true;
    }

    /// <summary>What is left moves to the front; a row that fills everything goes into the buffer as far as it has come.</summary>
    private void MakeRoom(RowBuffer into)
    {
        if (end == bytes.Length && start == 0)
        {
            into.Reserve(next + SmallFields);
            Move(into, Math.Min(next, end));
        }

        if (start == end || end == bytes.Length)
        {
            bytes.AsSpan(start, end - start).CopyTo(bytes);
            (end, next, start) = (end - start, next - start, 0);
        }
    }

    private void Move(RowBuffer into, int until)
    {
        bytes.AsSpan(start, until - start).CopyTo(into.Take(until - start));
        start = until;
    }
}
