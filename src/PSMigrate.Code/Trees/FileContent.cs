using System.Buffers;
using System.Security.Cryptography;

namespace PSMigrate.Code.Trees;

/// <summary>Reads a file once from beginning to end, piece by piece, and says what was read.</summary>
/// <param name="Sha256">Lower-case hexadecimal.</param>
internal sealed record FileContent(long Bytes, string Sha256)
{
    private const int PieceSize = 1 << 17;

    /// <summary>Null where the file is gone.</summary>
    /// <exception cref="MigrationException">FileNotReadable.</exception>
    public static FileContent? TryRead(string path, CancellationToken cancel) => TryCopy(path, null, cancel);

    /// <summary>Copies while reading, so that what is said is of exactly what was copied. Null where the file is gone.</summary>
    /// <exception cref="MigrationException">FileNotReadable.</exception>
    public static FileContent? TryCopy(string path, FileStream? to, CancellationToken cancel)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            using var from = OpenOrNull(path);
            if (from is null)
            {
                return null;
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long bytes = 0;
            while (Next(from, piece, path) is > 0 and var read)
            {
                cancel.ThrowIfCancellationRequested();
                hash.AppendData(piece, 0, read);
                to?.Write(piece, 0, read);
                bytes += read;
            }

            return new FileContent(bytes, Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static FileStream? OpenOrNull(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (TreeErrors.IsGone(e))
        {
            return null;
        }
        catch (Exception e) when (TreeErrors.Is(e))
        {
            throw TreeErrors.NotReadable(path, e);
        }
    }

    private static int Next(FileStream from, byte[] piece, string path)
    {
        try
        {
            return from.Read(piece, 0, PieceSize);
        }
        catch (Exception e) when (TreeErrors.Is(e))
        {
            throw TreeErrors.NotReadable(path, e);
        }
    }
}
