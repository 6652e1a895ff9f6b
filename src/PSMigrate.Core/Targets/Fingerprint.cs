using System.Security.Cryptography;
using System.Text;

namespace PSMigrate.Targets;

/// <summary>SHA-256 fingerprints, written as lower-case hexadecimal.</summary>
public static class Fingerprint
{
    public static string OfText(string text) => Lower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Of several texts: each is preceded by its length, so that no two lists share a fingerprint by joining.</summary>
    public static string OfText(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Lower(hash.GetHashAndReset());
    }

    public static async Task<string> OfFileAsync(string path, CancellationToken cancel)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, useAsync: true);
        return Lower(await SHA256.HashDataAsync(stream, cancel).ConfigureAwait(false));
    }

    private static string Lower(byte[] hash) => Convert.ToHexString(hash).ToLowerInvariant();
}
