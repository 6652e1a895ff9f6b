using System.Buffers.Binary;
using System.Globalization;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// Rows for <c>COPY … (FORMAT binary)</c>: as they are, in one piece, unless there are columns whose binary form is the server's own
/// (the receive functions of src/backend/utils/adt: jsonb.c, cash.c, oid.c).
/// </summary>
internal sealed class CopyBinaryRows : CopyRows
{
    /// <summary>The first byte of jsonb: the version of its binary form, of which there is one.</summary>
    private const byte JsonBVersion = 1;

    private const int MostOfOne = 1 << 16;

    private readonly string?[] own;
    private readonly bool isPlain;
    private ReadOnlyMemory<byte> rest;

    public CopyBinaryRows(IReadOnlyList<WrittenColumn> columns)
        : base(columns)
    {
        own = [.. columns.Select(c => c.Type is { Form: not DataForm.Native, Native: PostgreSqlTypes.JsonB or PostgreSqlTypes.Money or PostgreSqlTypes.Oid } ? c.Type.Native : null)];
        isPlain = own.All(o => o is null);
    }

    public override string Format => "binary";

    /// <summary>A signature, no flags, and no extension.</summary>
    public override ReadOnlyMemory<byte> Header { get; } = new byte[] { (byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0 };

    public override ReadOnlyMemory<byte> Trailer { get; } = new byte[] { 0xFF, 0xFF };

    public override void Begin(RowBuffer given)
    {
        base.Begin(given);
        rest = given.Rows;
    }

    public override ReadOnlyMemory<byte> Next()
    {
        if (!isPlain)
        {
            return base.Next();
        }

        var next = rest[..Math.Min(rest.Length, MostBytes * 2)];
        rest = rest[next.Length..];
        return next;
    }

    /// <summary>How many units of the least place an amount has; amounts are kept as that number.</summary>
    /// <exception cref="ValueRefusedException">It has more places, or is too large.</exception>
    public static long Units(ReadOnlySpan<byte> number, DataType money)
    {
        var places = money.Scale ?? 0;
        var text = NumericForm.Normal(number);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? 0 : text.Length - point - 1;
        return digits <= places && long.TryParse(text.Replace(".", "", StringComparison.Ordinal) + new string('0', Math.Max(0, places - digits)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var units)
            ? units
            : throw new ValueRefusedException($"{text} is no amount of money with {places} decimal places that the server has room for");
    }

    protected override void BeginRow()
    {
        BinaryPrimitives.WriteInt16BigEndian(Room(2), (short)Columns.Count);
        Keep(2);
    }

    protected override void AddNull(int at)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(4), -1);
        Keep(4);
    }

    protected override int Add(int at, ReadOnlySpan<byte> value, int from)
    {
        switch (own[at])
        {
            case PostgreSqlTypes.Money:
                BinaryPrimitives.WriteInt64BigEndian(Begin(at, 8), Units(value, Columns[at].Type));
                Keep(8);
                return value.Length;
            case PostgreSqlTypes.Oid:
                BinaryPrimitives.WriteUInt32BigEndian(Begin(at, 4), checked((uint)BinaryPrimitives.ReadInt64BigEndian(value)));
                Keep(4);
                return value.Length;
            case PostgreSqlTypes.JsonB when from == 0:
                Begin(at, value.Length + 1)[0] = JsonBVersion;
                Keep(1);
                break;
            case null when from == 0:
                Begin(at, value.Length);
                break;
        }

        var piece = value.Slice(from, Math.Min(value.Length - from, MostOfOne));
        piece.CopyTo(Room(piece.Length));
        Keep(piece.Length);
        return piece.Length;
    }

    private Span<byte> Begin(int at, int size)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(4), size);
        Keep(4);
        return Room(Math.Min(size, MostOfOne));
    }
}
