using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>
/// The chunks of one table's copy, in a table beside it: each is written in the transaction of its own rows, so that what the list tells
/// is what is there. It says where to go on, how many rows came, and by what each is known again.
/// </summary>
internal sealed class ChunkList(DataDoor door, string name)
{
    private const string Number = "chunk";
    private const string Rows = "copied";
    private const string Last = "last_key";
    private const string Marks = "marks";

    private DbObject Table => door.Own(name);

    /// <summary>The statement that makes the list, empty.</summary>
    public string Create =>
        $"CREATE TABLE {door.Name(Table)} ({Number} bigint NOT NULL PRIMARY KEY, {Rows} bigint NOT NULL, {Last} {door.LongTypes.Text} NULL, {Marks} {door.LongTypes.Bytes} NOT NULL)";

    public string Drop => $"DROP TABLE {door.Name(Table)}";

    /// <summary>How far the copy has come.</summary>
    public async Task<ChunkState> ReadAsync(ReadMoment moment, CancellationToken cancel)
    {
        var sums = await moment.QueryAsync($"SELECT count(*), coalesce(sum({Rows}), 0), coalesce(max({Number}), 0) FROM {door.Name(Table)}", cancel).ConfigureAwait(false);
        var number = Long(sums[0][2]);
        var last = number == 0 ? null : (await moment.QueryAsync($"SELECT {Last} FROM {door.Name(Table)} WHERE {Number} = {number}", cancel).ConfigureAwait(false))[0][0];
        return new ChunkState(number, Long(sums[0][1]), last is null ? null : JsonSerializer.Deserialize<List<string>>(last));
    }

    /// <summary>Adds a chunk in the transaction of its rows.</summary>
    /// <param name="execute">Runs a statement in that transaction.</param>
    /// <param name="last">The key of its last row, as literals of the source; null where there is no key.</param>
    public Task AddAsync(Execute execute, long number, long rows, IReadOnlyList<string>? last, byte[] marks, CancellationToken cancel) => execute(
        $"INSERT INTO {door.Name(Table)} ({Number}, {Rows}, {Last}, {Marks}) VALUES (@p1, @p2, @p3, @p4)", cancel, number, rows, last is null ? null : JsonSerializer.Serialize(last), marks);

    /// <summary>The list is empty when what it tells of is gone.</summary>
    public string Empty => $"DELETE FROM {door.Name(Table)}";

    /// <summary>The marks of all rows that were copied.</summary>
    public async Task<MarkSet> MarksAsync(ReadMoment moment, CancellationToken cancel)
    {
        var marks = new MarkSet();
        await WalkAsync(moment, marks.Add, cancel).ConfigureAwait(false);
        marks.Close();
        return marks;
    }

    /// <summary>How many rows were copied, and the sum of their marks, which tells all of them at once.</summary>
    public async Task<RowSum> SumAsync(ReadMoment moment, CancellationToken cancel)
    {
        var sum = new RowSum(0, 0);
        await WalkAsync(moment, marks => sum = RowMarks.Sum(sum, marks), cancel).ConfigureAwait(false);
        return sum;
    }

    private delegate void Take(ReadOnlySpan<byte> marks);

    private async Task WalkAsync(ReadMoment moment, Take take, CancellationToken cancel)
    {
        var type = door.TypeOf(Column(Marks, door.LongTypes.Bytes), new DbStructure([]));
        var route = FieldRoute.Between(type, new DataType(DataKind.Bytes, "bytes") { Form = DataForm.Bytes }, new DataLimits());
        var reader = await moment.ReadAsync(new RowQuery(Table, [new ReadColumn(Marks, type)], []), cancel).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        var (rows, plain) = (new RowBuffer(), new RowBuffer());
        for (var isMore = true; isMore;)
        {
            rows.Clear();
            isMore = await reader.ReadAsync(rows, cancel).ConfigureAwait(false);
            for (var i = 0; i < rows.Count; i++)
            {
                Give(take, rows, i, route, plain);
            }
        }
    }

    private static void Give(Take take, RowBuffer rows, int row, FieldRoute route, RowBuffer plain)
    {
        rows.Fields(row).Next(out var value);
        plain.Clear();
        plain.BeginRow(1);
        route.Move(value, plain);
        plain.EndRow();
        plain.Fields(0).Next(out var bytes);
        take(bytes);
    }

    private DbObject Column(string column, string type)
    {
        var one = new DbObject { Kind = DbKinds.Column, Name = column, Parent = Table.Key };
        one.Facets[DbFacets.Type] = type;
        return one;
    }

    private static long Long(string? text) => long.Parse(text ?? "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}

/// <summary>Runs a statement, with values as parameters <c>@p1</c>, <c>@p2</c>, …</summary>
internal delegate Task<long> Execute(string sql, CancellationToken cancel, params object?[] values);

/// <param name="Last">The key of the last row, as literals of the source; null where none has come, or nothing tells rows apart.</param>
internal sealed record ChunkState(long Chunks, long Rows, IReadOnlyList<string>? Last);

/// <summary>A number of rows, and the sum of their hashes modulo 2^64, which does not depend on their order.</summary>
internal sealed record RowSum(long Rows, ulong Sum);

/// <summary>Marks of rows, to look them up: eight bytes for a row and eight for a key each.</summary>
internal sealed class MarkSet
{
    private readonly List<ulong> rowList = [];
    private readonly List<ulong> keyList = [];
    private ulong[] rows = [];
    private ulong[] keys = [];
    private System.Collections.BitArray taken = new(0);

    public int Count => rows.Length;

    public void Add(ReadOnlySpan<byte> marks)
    {
        for (var at = 0; at < marks.Length; at += RowMarks.Size)
        {
            rowList.Add(BinaryPrimitives.ReadUInt64BigEndian(marks[at..]));
            keyList.Add(BinaryPrimitives.ReadUInt64BigEndian(marks[(at + 8)..]));
        }
    }

    public void Close()
    {
        (rows, keys) = ([.. rowList], [.. keyList]);
        rowList.Clear();
        rowList.TrimExcess();
        keyList.Clear();
        keyList.TrimExcess();
        Array.Sort(rows);
        Array.Sort(keys);
        taken = new System.Collections.BitArray(rows.Length);
    }

    /// <summary>True for a row that was copied; of several that are alike, each once.</summary>
    public bool TakeRow(ulong row)
    {
        var at = Array.BinarySearch(rows, row);
        if (at < 0)
        {
            return false;
        }

        while (at > 0 && rows[at - 1] == row)
        {
            at--;
        }

        for (; at < rows.Length && rows[at] == row; at++)
        {
            if (!taken[at])
            {
                taken[at] = true;
                return true;
            }
        }

        return false;
    }

    public bool HasKey(ulong key) => key != 0 && Array.BinarySearch(keys, key) >= 0;
}
