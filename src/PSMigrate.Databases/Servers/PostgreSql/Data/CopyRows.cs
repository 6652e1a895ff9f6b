using System.Buffers.Binary;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// Turns rows into what the server reads behind <c>COPY … FROM STDIN</c>, piece by piece: values of any size take no more memory than the small ones.
/// </summary>
internal abstract class CopyRows(IReadOnlyList<WrittenColumn> columns)
{
    /// <summary>About how much is handed on at once.</summary>
    protected const int MostBytes = 1 << 18;

    private byte[] bytes = new byte[MostBytes + (1 << 14)];
    private int length;
    private RowBuffer? rows;

    /// <summary>The row, the field of it, and the place in the row where that stands; how much of the field has gone on already.</summary>
    private int row;
    private int field;
    private int at;
    private int gone;

    /// <summary>By the form that the fields of all columns have: in binary, where the server has that form for every type; else as text.</summary>
    public static CopyRows For(IReadOnlyList<WrittenColumn> columns)
    {
        var text = columns.FirstOrDefault(c => PostgreSqlTypes.IsTextOnly(c.Type));
        if (text is not null && columns.FirstOrDefault(c => c.Type.Form == DataForm.Native) is { } native)
        {
            throw new InvalidOperationException($"{text.Name} goes as text and {native.Name} in the server's own binary form: not in the same rows.");
        }

        return text is null ? new CopyBinaryRows(columns) : new CopyTextRows(columns);
    }

    /// <summary>As COPY calls the format.</summary>
    public abstract string Format { get; }

    public virtual ReadOnlyMemory<byte> Header => default;

    public virtual ReadOnlyMemory<byte> Trailer => default;

    protected IReadOnlyList<WrittenColumn> Columns => columns;

    /// <summary>Begins with these rows.</summary>
    /// <exception cref="ValueRefusedException">A text has U+0000 in it; nothing of the rows has been given yet.</exception>
    public virtual void Begin(RowBuffer given)
    {
        RequireNoNul(given);
        (rows, row, field, at, gone) = (given, 0, 0, 0, 0);
    }

    /// <summary>What is to be sent next; nothing once all is sent.</summary>
    public virtual ReadOnlyMemory<byte> Next()
    {
        length = 0;
        while (row < rows!.Count && length < MostBytes)
        {
            var all = rows[row];
            if (at == 0)
            {
                BeginRow();
                at = 2;
            }

            if (!AddFields(all))
            {
                break;
            }

            EndRow();
            (row, field, at) = (row + 1, 0, 0);
        }

        return bytes.AsMemory(0, length);
    }

    protected abstract void BeginRow();

    protected virtual void EndRow()
    {
    }

    protected abstract void AddNull(int at);

    /// <summary>Adds a value, or the next piece of it.</summary>
    /// <param name="from">How much of it was added before.</param>
    /// <returns>How much of it is added now.</returns>
    protected abstract int Add(int at, ReadOnlySpan<byte> value, int from);

    /// <summary>Room for so many bytes, of which <see cref="Keep"/> says how many were needed.</summary>
    protected Span<byte> Room(int size)
    {
        if (bytes.Length - length < size)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + size));
        }

        return bytes.AsSpan(length);
    }

    protected void Keep(int size) => length += size;

    /// <returns>False where there is no more room, and fields are left.</returns>
    private bool AddFields(ReadOnlySpan<byte> all)
    {
        while (field < columns.Count)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(all[at..]);
            if (size < 0)
            {
                AddNull(field);
            }
            else
            {
                gone += Add(field, all.Slice(at + 4, size), gone);
                if (gone < size)
                {
                    return false;
                }
            }

            at += 4 + Math.Max(0, size);
            field++;
            gone = 0;
        }

        return true;
    }

    /// <summary>The server takes U+0000 in no text, and would say so only when rows have gone that it refuses with it.</summary>
    private void RequireNoNul(RowBuffer given)
    {
        if (!Columns.Any(c => c.Type.Form == DataForm.Text))
        {
            return;
        }

        Span<bool> isText = columns.Count <= 256 ? stackalloc bool[columns.Count] : new bool[columns.Count];
        for (var i = 0; i < isText.Length; i++)
        {
            isText[i] = columns[i].Type.Form == DataForm.Text;
        }

        for (var i = 0; i < given.Count; i++)
        {
            var fields = given.Fields(i);
            for (var f = 0; f < isText.Length; f++)
            {
                if (fields.Next(out var value) && isText[f] && value.Contains((byte)0))
                {
                    throw new ValueRefusedException("it has the character U+0000, which PostgreSQL takes in no text") { Field = f };
                }
            }
        }
    }
}
