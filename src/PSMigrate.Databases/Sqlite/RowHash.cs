using System.Buffers.Binary;
using System.Numerics;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012) and a fixed key: as good as a random function where nobody chooses the
/// rows to collide, and many times faster than a cryptographic hash, which matters for a million rows.
/// </summary>
internal static class RowHash
{
    public const int Length = 16;

    private const ulong Key0 = 0x7073_6d69_6772_6174;
    private const ulong Key1 = 0x726f_775f_6861_7368;

    public static UInt128 Of(ReadOnlySpan<byte> data) => Of(data, Key0, Key1);

    public static UInt128 Of(ReadOnlySpan<byte> data, ulong key0, ulong key1)
    {
        var v0 = key0 ^ 0x736f_6d65_7073_6575;
        var v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ 0xee;
        var v2 = key0 ^ 0x6c79_6765_6e65_7261;
        var v3 = key1 ^ 0x7465_6462_7974_6573;
        var last = (ulong)data.Length << 56;
        while (data.Length >= 8)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(data);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            data = data[8..];
        }

        for (var i = 0; i < data.Length; i++)
        {
            last |= (ulong)data[i] << (8 * i);
        }

        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xee;
        Finish(ref v0, ref v1, ref v2, ref v3);
        var low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        Finish(ref v0, ref v1, ref v2, ref v3);
        return new UInt128(v0 ^ v1 ^ v2 ^ v3, low);
    }

    private static void Finish(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
