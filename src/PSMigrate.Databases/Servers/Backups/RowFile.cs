using System.Buffers.Binary;
using System.IO.Compression;
using PSMigrate.Journal;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>
/// A table's rows in a file, in the framing of PostgreSQL's binary COPY (its documentation, "COPY", "Binary Format"), packed by gzip: a
/// signature; for each row the number of its fields, and for each field its length, or -1 for NULL, and its bytes; -1 at the end.
/// </summary>
internal static class RowFile
{
    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static Stream Create(string file)
    {
        var stream = new BufferedStream(new GZipStream(StateFolder.OpenPrivate(file, FileMode.Create), CompressionLevel.Fastest), 1 << 16);
        stream.Write(Signature);
        return stream;
    }

    public static async Task WriteAsync(Stream stream, IReadOnlyList<byte[]?> row, CancellationToken cancel)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt16BigEndian(number, (short)row.Count);
        await stream.WriteAsync(number.AsMemory(0, 2), cancel).ConfigureAwait(false);
        foreach (var value in row)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, value?.Length ?? -1);
            await stream.WriteAsync(number, cancel).ConfigureAwait(false);
            if (value is not null)
            {
                await stream.WriteAsync(value, cancel).ConfigureAwait(false);
            }
        }
    }

    public static async Task EndAsync(Stream stream, CancellationToken cancel)
    {
        await stream.WriteAsync(new byte[] { 0xFF, 0xFF }, cancel).ConfigureAwait(false);
        await stream.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <exception cref="MigrationException">BackupManifestInvalid, where the file is not whole.</exception>
    public static async IAsyncEnumerable<byte[]?[]> ReadAsync(string file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = new BufferedStream(new GZipStream(File.OpenRead(file), CompressionMode.Decompress), 1 << 16);
        if (!(await TakeAsync(stream, Signature.Length, file, cancel).ConfigureAwait(false)).AsSpan().SequenceEqual(Signature))
        {
            throw NotWhole(file, null);
        }

        while (BinaryPrimitives.ReadInt16BigEndian(await TakeAsync(stream, 2, file, cancel).ConfigureAwait(false)) is var count and >= 0)
        {
            var row = new byte[]?[count];
            for (var i = 0; i < count; i++)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(await TakeAsync(stream, 4, file, cancel).ConfigureAwait(false));
                row[i] = length < 0 ? null : await TakeAsync(stream, length, file, cancel).ConfigureAwait(false);
            }

            yield return row;
        }
    }

    private static async Task<byte[]> TakeAsync(Stream stream, int length, string file, CancellationToken cancel)
    {
        var bytes = new byte[length];
        try
        {
            await stream.ReadExactlyAsync(bytes, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw NotWhole(file, e);
        }

        return bytes;
    }

    private static MigrationException NotWhole(string file, Exception? e) => new("BackupManifestInvalid", ErrorKind.Conflict, $"{file} is not whole.", e)
    {
        Offender = file,
        RecommendedAction = "The backup cannot be trusted: use another.",
    };
}
