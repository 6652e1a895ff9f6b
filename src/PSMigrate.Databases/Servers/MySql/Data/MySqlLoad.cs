using System.Threading.Channels;
using MySqlConnector;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// One LOAD DATA LOCAL that is under way: what is given to it is sent while more is made ready, and never more than two pieces wait. The
/// character set <c>binary</c> lets bytes through as they are; a column's own takes UTF-8, or has it converted.
/// </summary>
internal sealed class MySqlLoad : Stream
{
    private readonly Channel<MySqlRowText> full = Channel.CreateBounded<MySqlRowText>(2);
    private readonly Channel<MySqlRowText> empty = Channel.CreateUnbounded<MySqlRowText>();
    private readonly Task<int> running;
    private MySqlRowText? current;
    private int at;
    private volatile bool isGivenUp;

    public MySqlLoad(ServerSession session, string table, IReadOnlyList<MySqlTargetColumn> columns, CancellationToken cancel)
    {
        for (var i = 0; i < 4; i++)
        {
            empty.Writer.TryWrite(new MySqlRowText());
        }

        var loader = new MySqlBulkLoader((MySqlConnection)session.Connection)
        {
            Local = true,
            SourceStream = this,
            TableName = table,
            CharacterSet = "binary",
            FieldTerminator = "\t",
            EscapeCharacter = '\\',
            LineTerminator = "\n",
            Timeout = 0,
        };
        for (var i = 0; i < columns.Count; i++)
        {
            var variable = $"@psmigrate_{i}";
            loader.Columns.Add(columns[i].IsConverted ? variable : MySqlName.Quote(columns[i].Name));
            if (columns[i].IsConverted)
            {
                loader.Expressions.Add($"{MySqlName.Quote(columns[i].Name)} = {columns[i].Convert(variable)}");
            }
        }

        session.Observer.Detail($"LOAD DATA LOCAL INFILE … INTO TABLE {table} ({string.Join(", ", loader.Columns)})");
        running = RunAsync(session, loader, cancel);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Something to be filled.</summary>
    public ValueTask<MySqlRowText> TakeAsync(CancellationToken cancel) => empty.Reader.ReadAsync(cancel);

    public void GiveBack(MySqlRowText unused)
    {
        unused.Clear();
        empty.Writer.TryWrite(unused);
    }

    /// <summary>Hands over what was filled. Where the load has failed meanwhile, that is said.</summary>
    public async Task SendAsync(MySqlRowText rows, CancellationToken cancel)
    {
        try
        {
            await full.Writer.WriteAsync(rows, cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            await running.ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says that there is no more, and waits until the server has it all.</summary>
    /// <returns>How many rows it says it took.</returns>
    public Task<int> EndAsync()
    {
        full.Writer.TryComplete();
        return running;
    }

    /// <summary>Ends it before its time; what it has loaded is for a rollback to take back.</summary>
    public async Task GiveUpAsync()
    {
        isGivenUp = true;
        full.Writer.TryComplete();
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (Exception e) when (e is MigrationException or OperationCanceledException)
        {
            // It was to end, and however it did, nothing of it stays.
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The file ends early: an error here would take the connection with it.
        if (isGivenUp)
        {
            return 0;
        }

        while (current is null || at == current.Length)
        {
            if (current is { } used)
            {
                current = null;
                GiveBack(used);
            }

            if (!await full.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) || !full.Reader.TryRead(out current))
            {
                return 0;
            }

            at = 0;
        }

        var size = Math.Min(buffer.Length, current.Length - at);
        current.Memory.Slice(at, size).CopyTo(buffer);
        at += size;
        return size;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task<int> RunAsync(ServerSession session, MySqlBulkLoader loader, CancellationToken cancel)
    {
        // What follows must not run on the writer's own time.
        await Task.Yield();
        try
        {
            return await session.TranslateAsync(() => loader.LoadAsync(cancel), cancel).ConfigureAwait(false);
        }
        finally
        {
            full.Writer.TryComplete();
            empty.Writer.TryComplete();
        }
    }
}
