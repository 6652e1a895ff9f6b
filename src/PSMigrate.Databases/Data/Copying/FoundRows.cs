using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>The rows that an undo finds in a table that was copied into: those that are as the copy left them, and those that are not.</summary>
internal sealed class FoundRows(CopiedTable copied, IReadOnlyList<ReadColumn> columns, DataDoor door, string step, UndoConflicts conflicts)
{
    private const int KeysAtOnce = 200;
    private const int MostDescribed = 10_000;

    private readonly List<int> key = [.. copied.Key.Select(k => copied.Columns.ToList().IndexOf(k)).Order()];
    private readonly List<string[]> ours = [];
    private readonly List<(string Key, string Row, bool IsChanged)> others = [];

    /// <summary>Rows that are as the copy left them.</summary>
    public long Ours { get; private set; }

    /// <summary>One of the rows that are not as the copy left them; null where there is none.</summary>
    public string? FirstOther => others.Count > 0 ? others[0].Row : null;

    /// <summary>Rows that others added or changed.</summary>
    public long Others { get; private set; }

    /// <summary>
    /// Reads through the table. Where the sum over its rows is that of what was copied, nobody has changed any; else each row is looked for among those
    /// that were copied, and the keys of those that must go are held.
    /// </summary>
    public async Task ReadAsync(DbObject table, ChunkList chunks, ReadMoment moment, CancellationToken cancel)
    {
        var sum = await SumAsync(table, moment, cancel).ConfigureAwait(false);
        if (sum == await chunks.SumAsync(moment, cancel).ConfigureAwait(false))
        {
            (Ours, Others) = (sum.Rows, 0);
            return;
        }

        var marks = await chunks.MarksAsync(moment, cancel).ConfigureAwait(false);
        await ReadAsync(table, marks, moment, collects: key.Count > 0, cancel).ConfigureAwait(false);
    }

    /// <summary>The number of rows that there are, and the sum of their hashes.</summary>
    public async Task<RowSum> SumAsync(DbObject table, ReadMoment moment, CancellationToken cancel)
    {
        var reader = await moment.ReadAsync(new RowQuery(table, columns, []), cancel).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        var (rows, count, sum) = (new RowBuffer(), 0L, 0UL);
        for (var isMore = true; isMore;)
        {
            rows.Clear();
            isMore = await reader.ReadAsync(rows, cancel).ConfigureAwait(false);
            count += rows.Count;
            for (var i = 0; i < rows.Count; i++)
            {
                sum = unchecked(sum + RowMarks.OfRow(rows[i]));
            }
        }

        return new RowSum(count, sum);
    }

    private async Task ReadAsync(DbObject table, MarkSet marks, ReadMoment moment, bool collects, CancellationToken cancel)
    {
        (Ours, Others) = (0, 0);
        var reader = await moment.ReadAsync(new RowQuery(table, columns, []), cancel).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        var (rows, hashes) = (new RowBuffer(), new RowMarks(key));
        for (var isMore = true; isMore;)
        {
            rows.Clear();
            isMore = await reader.ReadAsync(rows, cancel).ConfigureAwait(false);
            for (var i = 0; i < rows.Count; i++)
            {
                Look(rows, i, marks, hashes, collects);
            }
        }
    }

    /// <summary>The conditions by which the rows that are as the copy left them can be removed and no others.</summary>
    /// <exception cref="MigrationException">UndoConflict: nothing tells them apart.</exception>
    public IEnumerable<string> Conditions()
    {
        if (key.Count == 0 && Ours > 0)
        {
            throw conflicts.Stop($"{copied.FullName} has no key, and {Others:N0} of its rows were written by others", "Remove the rows that were copied by hand, or those of the others.");
        }

        var names = key.Select(k => door.Quote(copied.Columns[k])).ToList();
        foreach (var some in ours.Chunk(KeysAtOnce))
        {
            yield return names.Count == 1
                ? $"{names[0]} IN ({string.Join(", ", some.Select(k => k[0]))})"
                : string.Join(" OR ", some.Select(k => $"({string.Join(" AND ", names.Select((n, i) => $"{n} = {k[i]}"))})"));
        }
    }

    /// <summary>Reports the rows that others wrote.</summary>
    /// <param name="withAdded">Also those that they added, because they cannot stay.</param>
    public void Tell(ConflictResolution resolution, string? savedIn, bool withAdded)
    {
        foreach (var (rowKey, row, isChanged) in others.Where(o => withAdded || o.IsChanged))
        {
            conflicts.Add(copied.FullName, resolution, savedIn, () => new UndoConflict(step, copied.FullName, rowKey, isChanged ? ConflictKind.Changed : ConflictKind.Added, resolution) { Present = row });
        }
    }

    private void Look(RowBuffer rows, int row, MarkSet marks, RowMarks hashes, bool collects)
    {
        if (marks.TakeRow(RowMarks.OfRow(rows[row])))
        {
            Ours++;
            if (collects)
            {
                ours.Add(Literals(rows, row));
            }

            return;
        }

        Others++;
        if (others.Count < MostDescribed)
        {
            others.Add((Text(rows, row, key), Text(rows, row, null), marks.HasKey(hashes.OfKey(rows[row]))));
        }
    }

    private string[] Literals(RowBuffer rows, int row)
    {
        var literals = new string[key.Count];
        var fields = rows.Fields(row);
        for (var (at, next) = (0, 0); next < key.Count; at++)
        {
            var isThere = fields.Next(out var value);
            if (key[next] == at)
            {
                literals[next++] = isThere ? door.Literal(value, columns[at].Type) : "NULL";
            }
        }

        return literals;
    }

    /// <param name="only">The fields that are shown; null for all.</param>
    private string Text(RowBuffer rows, int row, List<int>? only)
    {
        var fields = rows.Fields(row);
        var parts = new List<string>();
        for (var at = 0; at < fields.Count; at++)
        {
            var isThere = fields.Next(out var value);
            if (only is null || only.Contains(at))
            {
                parts.Add($"{columns[at].Name}={(isThere ? FormText.Of(value, columns[at].Type.Form) : "NULL")}");
            }
        }

        return string.Join(", ", parts);
    }
}
