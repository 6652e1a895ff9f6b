using System.Threading.Channels;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>
/// Moves the rows of one table: one end reads, the other writes, and between them are a few buffers, so that neither waits for the other
/// without need and memory does not grow. After each chunk the rows, and what is noted of them, are committed together.
/// </summary>
/// <param name="moment">What is read.</param>
/// <param name="progress">Hears how many rows have been committed.</param>
internal sealed class TablePump(TableCopy copy, DataDoor from, ReadMoment moment, DataDoor to, ChunkList chunks, int chunkRows, Action<long> progress)
{
    private const int Buffers = 4;

    /// <summary>A chunk ends here as well, whatever its rows are.</summary>
    private const long MostChunkBytes = 64L << 20;

    /// <summary>The fields of what is read in which the key is.</summary>
    private readonly List<int> keyFields = [];
    private readonly List<DataType> keyTypes = [];

    /// <summary>Copies what is left to be copied.</summary>
    /// <exception cref="MigrationException">CopyValueRefused, RowRefused, or what the engines' errors mean.</exception>
    public async Task<ChunkState> RunAsync(ChunkState state, CancellationToken cancel)
    {
        if (copy.Key.Count == 0 && state.Chunks > 0)
        {
            // Without a key all rows are one chunk.
            return state;
        }

        var query = Query() with { After = state.Last };
        if (IsPlain && copy.Key.Count > 0
            && await to.OpenWriterFromAsync(from, copy.Target, [.. copy.Columns.Select(c => c.Write)], cancel).ConfigureAwait(false) is { } fetching)
        {
            await using var own = fetching.ConfigureAwait(false);
            return await FetchAsync(state, query, fetching, cancel).ConfigureAwait(false);
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var full = Channel.CreateBounded<RowBuffer>(Buffers);
        var empty = Channel.CreateBounded<RowBuffer>(Buffers);
        for (var i = 0; i < Buffers; i++)
        {
            empty.Writer.TryWrite(new RowBuffer { MostRows = chunkRows });
        }

        var reading = Task.Run(() => ReadAsync(query, empty.Reader, full.Writer, both.Token), CancellationToken.None);
        var writing = Task.Run(() => WriteAsync(state, full.Reader, empty.Writer, both.Token), CancellationToken.None);
        await Task.WhenAny(reading, writing).ConfigureAwait(false);
        if (reading.IsFaulted || writing.IsFaulted)
        {
            await both.CancelAsync().ConfigureAwait(false);
        }

        // What ended because the other had failed is not what is told.
        var cause = reading.IsCompleted && reading.IsFaulted ? reading : writing;
        await Task.WhenAll(reading, writing).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        await cause.ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        return await writing.ConfigureAwait(false);
    }

    /// <summary>What is read: the columns, and those of the key that are not among them.</summary>
    private RowQuery Query()
    {
        var columns = copy.Columns.Select(c => c.Read).ToList();
        foreach (var key in copy.Key)
        {
            var type = from.TypeOf(key, new Servers.Structure.DbStructure([]));
            var at = columns.FindIndex(c => c.Name == key.Name && c.Expression is null && c.Type.Form == type.Form);
            if (at < 0)
            {
                at = columns.Count;
                columns.Add(new ReadColumn(key.Name, type));
            }

            keyFields.Add(at);
            keyTypes.Add(type);
        }

        return new RowQuery(copy.Source, columns, [.. copy.Key.Select(k => k.Name)]) { Where = copy.Where, IsInOrder = true };
    }

    private async Task ReadAsync(RowQuery query, ChannelReader<RowBuffer> empty, ChannelWriter<RowBuffer> full, CancellationToken cancel)
    {
        try
        {
            var reader = await moment.ReadAsync(query, cancel).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            for (var isMore = true; isMore;)
            {
                var buffer = await empty.ReadAsync(cancel).ConfigureAwait(false);
                buffer.Clear();
                isMore = await reader.ReadAsync(buffer, cancel).ConfigureAwait(false);
                await full.WriteAsync(buffer, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Whoever writes must not take this for the end of the rows.
            var told = e is ValueRefusedException refused ? Refused(refused, refused.Field, null) : e;
            full.TryComplete(told);
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(told);
        }

        full.TryComplete();
    }

    private async Task<ChunkState> WriteAsync(ChunkState state, ChannelReader<RowBuffer> full, ChannelWriter<RowBuffer> empty, CancellationToken cancel)
    {
        var writer = await to.OpenWriterAsync(copy.Target, [.. copy.Columns.Select(c => c.Write)], cancel).ConfigureAwait(false);
        await using var _ = writer.ConfigureAwait(false);
        var isPlain = IsPlain;
        var routed = new RowBuffer();
        var marks = NewMarks();
        IReadOnlyList<string>? last = state.Last;
        var (rows, bytes, isOpen) = (0L, 0L, false);
        try
        {
            while (await full.WaitToReadAsync(cancel).ConfigureAwait(false))
            {
                var buffer = await full.ReadAsync(cancel).ConfigureAwait(false);
                if (buffer.Count > 0)
                {
                    if (!isOpen)
                    {
                        await writer.BeginAsync(cancel).ConfigureAwait(false);
                        isOpen = true;
                    }

                    var ready = isPlain ? buffer : Route(buffer, routed);
                    Mark(ready, marks);
                    await writer.WriteAsync(ready, cancel).ConfigureAwait(false);
                    (rows, bytes) = (rows + buffer.Count, bytes + buffer.Length);
                    last = LastKey(buffer);
                }

                await empty.WriteAsync(buffer, cancel).ConfigureAwait(false);
                if (copy.Key.Count > 0 && (rows >= chunkRows || bytes >= MostChunkBytes))
                {
                    state = await CommitAsync(writer, state, rows, last, marks, cancel).ConfigureAwait(false);
                    (rows, bytes, isOpen) = (0, 0, false);
                }
            }

            return isOpen ? await CommitAsync(writer, state, rows, last, marks, cancel).ConfigureAwait(false) : state;
        }
        catch (Exception e)
        {
            if (isOpen)
            {
                await writer.RollbackAsync().ConfigureAwait(false);
            }

            // The channel wraps what ended it.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e is ChannelClosedException { InnerException: { } cause } ? cause : e);
            throw;
        }
    }

    /// <summary>
    /// The engine fetches the rows of each chunk itself, while the next chunk is read here, to know where it ends and by what its rows are known
    /// again.
    /// </summary>
    private async Task<ChunkState> FetchAsync(ChunkState state, RowQuery query, RowWriter writer, CancellationToken cancel)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var read = Channel.CreateBounded<ReadChunk>(1);
        var reading = Task.Run(() => ReadChunksAsync(query, read.Writer, both.Token), CancellationToken.None);
        try
        {
            await foreach (var chunk in read.Reader.ReadAllAsync(both.Token).ConfigureAwait(false))
            {
                await writer.BeginAsync(both.Token).ConfigureAwait(false);
                await writer.FetchAsync(query with { Columns = [.. copy.Columns.Select(c => c.Read)], IsInOrder = false, After = state.Last, UpTo = chunk.Last }, both.Token).ConfigureAwait(false);
                state = await CommitAsync(writer, state, chunk.Rows, chunk.Last, chunk.Marks, both.Token).ConfigureAwait(false);
            }

            await reading.ConfigureAwait(false);
            return state;
        }
        catch (Exception e)
        {
            await writer.RollbackAsync().ConfigureAwait(false);
            await both.CancelAsync().ConfigureAwait(false);
            await reading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e is ChannelClosedException { InnerException: { } cause } ? cause : e);
            throw;
        }
    }

    private async Task ReadChunksAsync(RowQuery query, ChannelWriter<ReadChunk> read, CancellationToken cancel)
    {
        try
        {
            var reader = await moment.ReadAsync(query, cancel).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            var buffer = new RowBuffer { MostRows = chunkRows };
            var (marks, rows, bytes) = (NewMarks(), 0L, 0L);
            for (var isMore = true; isMore;)
            {
                buffer.Clear();
                isMore = await reader.ReadAsync(buffer, cancel).ConfigureAwait(false);
                Mark(buffer, marks);
                (rows, bytes) = (rows + buffer.Count, bytes + buffer.Length);
                if (rows >= chunkRows || bytes >= MostChunkBytes || (!isMore && rows > 0))
                {
                    // Where the last rows came with the buffer before, its end is still known.
                    await read.WriteAsync(new ReadChunk(rows, buffer.Count > 0 ? LastKey(buffer)! : lastSeen!, marks), cancel).ConfigureAwait(false);
                    (marks, rows, bytes) = (NewMarks(), 0, 0);
                }
                else if (buffer.Count > 0)
                {
                    lastSeen = LastKey(buffer);
                }
            }

            read.TryComplete();
        }
        catch (Exception e)
        {
            read.TryComplete(e is ValueRefusedException refused ? Refused(refused, refused.Field, null) : e);
        }
    }

    private List<string>? lastSeen;

    /// <param name="Last">The key of its last row, as literals.</param>
    private sealed record ReadChunk(long Rows, IReadOnlyList<string> Last, RowMarks Marks);

    /// <summary>True where rows are written just as they are read.</summary>
    private bool IsPlain => copy.Columns.All(c => c.Route.IsPlain) && !keyFields.Exists(f => f >= copy.Columns.Count);

    private RowMarks NewMarks() => new([.. copy.TargetKey.Select(k => copy.Columns.ToList().FindIndex(c => c.Write.Name == k)).Order()]);

    private async Task<ChunkState> CommitAsync(RowWriter writer, ChunkState state, long rows, IReadOnlyList<string>? last, RowMarks marks, CancellationToken cancel)
    {
        var written = await writer.EndRowsAsync(cancel).ConfigureAwait(false);
        if (written != rows)
        {
            throw new MigrationException("RowRefused", ErrorKind.Conflict, $"{copy.Target.FullName} took {written} of {rows} rows, and the server did not say why.")
            {
                Offender = copy.Target.FullName,
                RecommendedAction = "Look for triggers or rules that leave rows out.",
            };
        }

        var next = new ChunkState(state.Chunks + 1, state.Rows + rows, last);
        await chunks.AddAsync(writer.ExecuteAsync, next.Chunks, rows, last, marks.Bytes.ToArray(), cancel).ConfigureAwait(false);
        await writer.CommitAsync(cancel).ConfigureAwait(false);
        marks.Clear();
        progress(rows);
        return next;
    }

    private static void Mark(RowBuffer rows, RowMarks marks)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            marks.Add(rows[i]);
        }
    }

    private RowBuffer Route(RowBuffer rows, RowBuffer into)
    {
        into.Clear();
        for (var i = 0; i < rows.Count; i++)
        {
            var fields = rows.Fields(i);
            into.BeginRow(copy.Columns.Count);
            for (var column = 0; column < copy.Columns.Count; column++)
            {
                if (!fields.Next(out var value))
                {
                    into.AddNull();
                    continue;
                }

                try
                {
                    copy.Columns[column].Route.Move(value, into);
                }
                catch (ValueRefusedException e)
                {
                    throw Refused(e, column, KeyText(rows, i));
                }
            }

            into.EndRow();
        }

        return into;
    }

    private List<string>? LastKey(RowBuffer rows) => copy.Key.Count == 0 ? null : KeyOf(rows, rows.Count - 1);

    /// <summary>A row's key, as literals of the source.</summary>
    private List<string> KeyOf(RowBuffer rows, int row)
    {
        var literals = new string[keyFields.Count];
        var fields = rows.Fields(row);
        for (var at = 0; at < fields.Count; at++)
        {
            var isThere = fields.Next(out var value);
            for (var k = 0; k < keyFields.Count; k++)
            {
                if (keyFields[k] == at)
                {
                    literals[k] = isThere ? from.Literal(value, keyTypes[k]) : "NULL";
                }
            }
        }

        return [.. literals];
    }

    /// <summary>A row's key for people.</summary>
    private string KeyText(RowBuffer rows, int row)
    {
        var parts = new string[keyFields.Count];
        var fields = rows.Fields(row);
        for (var at = 0; at < fields.Count; at++)
        {
            var isThere = fields.Next(out var value);
            for (var k = 0; k < keyFields.Count; k++)
            {
                if (keyFields[k] == at)
                {
                    parts[k] = $"{copy.Key[k].Name} = {(isThere ? FormText.Of(value, keyTypes[k].Form) : "NULL")}";
                }
            }
        }

        return string.Join(", ", parts);
    }

    private MigrationException Refused(ValueRefusedException e, int field, string? key)
    {
        var column = field >= 0 && field < copy.Columns.Count ? copy.Columns[field] : null;
        var place = key is { Length: > 0 } ? $" of the row with {key}" : "";
        return new MigrationException("CopyValueRefused", ErrorKind.Conflict,
            $"{copy.Source.FullName}{(column is null ? "" : "." + column.Read.Name)}{place} cannot be copied to {copy.Target.FullName}{(column is null ? "" : "." + column.Write.Name)}: {e.Message}.", e)
        {
            Offender = copy.Source.FullName,
            RecommendedAction = "Mend the value at its source, give the column of the target a type that holds it, or leave the row out with 'where'.",
        };
    }
}
