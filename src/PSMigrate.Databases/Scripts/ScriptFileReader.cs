using System.Buffers;
using System.Text;

namespace PSMigrate.Databases.Scripts;

/// <summary>Reads a file's text block by block, from its beginning or from a place in it, with line ends turned into line feeds.</summary>
internal sealed class ScriptFileReader : TextReader
{
    /// <summary>How many characters a block has at most.</summary>
    public const int BlockSize = 64 * 1024;

    private readonly string path;
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle file;
    private readonly byte[] bytes = ArrayPool<byte>.Shared.Rent(BlockSize);
    private readonly char[] block = ArrayPool<char>.Shared.Rent(BlockSize);
    private readonly Encoding encoding;
    private long bytesRead;
    private int bytesKept;
    private bool afterReturn;
    private bool isDisposed;

    /// <summary>The block that is being handed out, and how much of the text is still wanted.</summary>
    private int blockAt, blockLength;
    private long wanted = long.MaxValue;

    /// <summary>From the beginning; each block is looked at for what is no text.</summary>
    public ScriptFileReader(string path)
    {
        this.path = path;
        file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        bytesKept = RandomAccess.Read(file, bytes.AsSpan(0, BlockSize), 0);
        Form = TextForm.Of(bytes.AsSpan(0, bytesKept));
        encoding = Form.Encoding;
        bytes.AsSpan(Form.Start, bytesKept - Form.Start).CopyTo(bytes);
        bytesRead = bytesKept;
        bytesKept -= Form.Start;
    }

    /// <summary>From a place on.</summary>
    public ScriptFileReader(string path, TextForm form, FilePosition from, long skip, long length)
    {
        this.path = path;
        file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        Form = form;
        encoding = form.Encoding;
        bytesRead = from.Characters == 0 ? form.Start : from.Bytes;
        wanted = long.MaxValue;
        while (skip > 0 && Take(skip) is var taken and > 0)
        {
            skip -= taken;
        }

        wanted = length;
    }

    public TextForm Form { get; }

    /// <summary>The offset in bytes of the block that was read last; null where it cannot be begun with.</summary>
    public long? Resumable { get; private set; }

    /// <summary>Reads the next block; 0 at the end.</summary>
    /// <exception cref="MigrationException">ScriptNotText.</exception>
    public int NextBlock(Span<char> into)
    {
        while (true)
        {
            var start = bytesRead - bytesKept;
            var room = BlockSize - bytesKept;
            var read = room == 0 ? 0 : RandomAccess.Read(file, bytes.AsSpan(bytesKept, room), bytesRead);
            bytesRead += read;
            var available = bytesKept + read;
            if (available == 0)
            {
                return 0;
            }

            var isLast = room > 0 && read == 0;
            var complete = isLast ? available : Form.CompleteLength(bytes.AsSpan(0, available));
            if (complete == 0 && !isLast)
            {
                bytesKept = available;
                continue;
            }

            var content = bytes.AsSpan(0, complete);
            if ((Form with { Start = 0 }).FirstInvalid(content) is var invalid and >= 0)
            {
                throw ScriptSource.NotText(path, start + invalid);
            }

            var count = encoding.GetChars(content, into);
            bytes.AsSpan(complete, available - complete).CopyTo(bytes);
            bytesKept = available - complete;
            Resumable = afterReturn ? null : start;
            count = TurnLineEnds(into[..count]);
            if (count > 0)
            {
                return count;
            }
        }
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        if (blockAt == blockLength)
        {
            blockAt = 0;
            blockLength = wanted == 0 ? 0 : NextBlock(block);
        }

        var count = (int)Math.Min(Math.Min(buffer.Length, blockLength - blockAt), wanted);
        block.AsSpan(blockAt, count).CopyTo(buffer);
        blockAt += count;
        wanted -= count;
        return count;
    }

    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override int Peek()
    {
        if (blockAt == blockLength && wanted > 0)
        {
            blockAt = 0;
            blockLength = NextBlock(block);
        }

        return blockAt == blockLength || wanted == 0 ? -1 : block[blockAt];
    }

    protected override void Dispose(bool disposing)
    {
        if (!isDisposed)
        {
            isDisposed = true;
            file.Dispose();
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<char>.Shared.Return(block);
        }

        base.Dispose(disposing);
    }

    private long Take(long skip)
    {
        if (blockAt == blockLength)
        {
            blockAt = 0;
            blockLength = NextBlock(block);
        }

        var taken = Math.Min(skip, blockLength - blockAt);
        blockAt += (int)taken;
        return taken;
    }

    /// <summary>Also where a carriage return ended the block before.</summary>
    private int TurnLineEnds(Span<char> text)
    {
        if (!afterReturn && !text.Contains('\r'))
        {
            return text.Length;
        }

        var length = 0;
        foreach (var c in text)
        {
            if (c != '\n' || !afterReturn)
            {
                text[length++] = c == '\r' ? '\n' : c;
            }

            afterReturn = c == '\r';
        }

        return length;
    }
}
