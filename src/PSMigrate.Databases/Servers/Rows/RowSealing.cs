using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Rows;

/// <summary>
/// Notes at the end of a script how it left the rows that it changed, so that undo can tell what others wrote since, and what its
/// captures keep, so that undo can tell whether they were altered.
/// </summary>
internal sealed class RowSealing(ServerEngine engine, ServerSession session)
{
    private RowSql Sql => engine.Rows;

    public async Task<ServerOp> SealAsync(ServerOp op, DbStructure present, CancellationToken cancel)
    {
        switch (op)
        {
            case ServerOp.Rows rows:
                return rows with { Image = await SealAsync(rows.Image, present, forgetUnchanged: rows.Image.IsWhole, cancel).ConfigureAwait(false) };
            case ServerOp.Created { Left: { } left } created:
                return created with { Left = left.Left is null ? await SealAsync(left, present, false, cancel).ConfigureAwait(false) : await SumUpAsync(left, cancel).ConfigureAwait(false) };
            case ServerOp.Changed { Images.Count: > 0 } changed:
                var images = new List<RowImage>();
                foreach (var image in changed.Images)
                {
                    // Another table that stands in its place now has nothing of what was captured.
                    var isGone = changed.Before.Any(b => b.Key == image.Table.Key) && !changed.After.Any(a => a.Kind == DbKinds.Table && a.Id == image.Table.Id);
                    images.Add(isGone ? await SumUpAsync(image, cancel).ConfigureAwait(false) : await SealAsync(image, present, false, cancel).ConfigureAwait(false));
                }

                return changed with { Images = images };
            default:
                return op;
        }
    }

    /// <summary>How many rows a capture keeps, and a sum over all that it keeps of them.</summary>
    public async Task<(long Rows, string Sum)> SumAsync(RowImage image, CancellationToken cancel)
    {
        IReadOnlyList<(string, DbObject)> values =
        [
            .. image.Key.Select((k, i) => ($"s.k{i}", Captured(k))),
            ("s.i", Small),
            .. image.Kept.Select((c, i) => ($"s.c{i}", Captured(c))),
        ];
        return await CountAndSumAsync(engine.Own(image.Capture), "s", values, cancel).ConfigureAwait(false);
    }

    /// <summary>Number and sum of the rows of a table, over some of its columns.</summary>
    public Task<(long Rows, string Sum)> SumAsync(DbObject table, IReadOnlyList<DbObject> columns, CancellationToken cancel) =>
        CountAndSumAsync(Sql.RowsOf(table), "t", [.. columns.Select(c => ($"t.{Sql.Quote(c.Name)}", c))], cancel);

    /// <summary>Hashes of some rows of a table, and of their keys where they have one, in hexadecimal digits.</summary>
    public Task<List<(string Row, string? Key)>> HashesAsync(DbObject table, IReadOnlyList<DbObject> columns, IReadOnlyList<DbObject> key, int most, CancellationToken cancel)
    {
        string Hash(IReadOnlyList<DbObject> of) => Sql.Hash([.. of.Select(c => ($"t.{Sql.Quote(c.Name)}", c))]);
        return session.ListAsync(Sql.Limit($"SELECT {Hash(columns)}{(key.Count > 0 ? $", {Hash(key)}" : "")} FROM {Sql.RowsOf(table)} t", most),
            row => (Digits(row, 0), key.Count > 0 ? Digits(row, 1) : null), cancel);
    }

    /// <summary>A hash that was read, in hexadecimal digits.</summary>
    public static string Digits(System.Data.Common.DbDataReader row, int at) => row.GetValue(at) is byte[] bytes ? Convert.ToHexString(bytes).ToLowerInvariant() : row.GetString(at);

    /// <summary>True where a table, whose rows no key tells apart, has the rows that a capture keeps of it.</summary>
    public async Task<bool> IsSameAsync(RowImage image, DbObject table, CancellationToken cancel) =>
        await CountAndSumAsync(engine.Own(image.Capture), "s", [.. image.Kept.Select((c, i) => ($"s.c{i}", Captured(c)))], cancel).ConfigureAwait(false)
        == await CountAndSumAsync(Sql.RowsOf(table), "t", [.. image.Kept.Select(c => (Sql.ToCapture($"t.{Sql.Quote(c.Name)}", c), Captured(c)))], cancel).ConfigureAwait(false);

    private async Task<RowImage> SealAsync(RowImage image, DbStructure present, bool forgetUnchanged, CancellationToken cancel)
    {
        if (StructureDiff.SameIn(present, image.Table) is { } table)
        {
            image = image.Key.Count > 0
                ? await NoteLeftAsync(image, table, present, cancel).ConfigureAwait(false)
                : await NoteLeftWithoutKeyAsync(image, table, present, cancel).ConfigureAwait(false);
            if (forgetUnchanged && image.Key.Count > 0)
            {
                await ForgetUnchangedAsync(image, table, present, cancel).ConfigureAwait(false);
            }
        }

        return await SumUpAsync(image, cancel).ConfigureAwait(false);
    }

    private async Task<RowImage> SumUpAsync(RowImage image, CancellationToken cancel)
    {
        var (rows, sum) = await SumAsync(image, cancel).ConfigureAwait(false);
        return image with { Rows = rows, Sum = sum };
    }

    /// <summary>A hash of each row as it is now, over the columns that are still what they were when the capture began.</summary>
    private async Task<RowImage> NoteLeftAsync(RowImage image, DbObject table, DbStructure present, CancellationToken cancel)
    {
        var key = image.Key.Select(k => StructureDiff.SameIn(present, k)).ToList();
        if (key.Any(k => k is null))
        {
            return image;
        }

        var former = image.Kept.Count > 0 ? image.Kept : TableKey.Stored(table, present);
        var left = former.Select(c => (Former: c, Now: StructureDiff.StillIn(present, c)))
            .Where(c => c.Now is not null && c.Now.Facet(DbFacets.Type) == c.Former.Facet(DbFacets.Type)).ToList();
        if (image.IsWhole && image.Kept.Count < TableKey.Stored(table, present).Count)
        {
            // Of a column that changed its type, the value that it has now.
            left = [.. former.Select(c => (Former: c, Now: StructureDiff.StillIn(present, c))).Where(c => c.Now is not null)];
        }

        if (left.Count == 0)
        {
            return image;
        }

        var hash = Sql.Hash([.. left.Select(c => ($"p.{Sql.Quote(c.Now!.Name)}", c.Now!))]);
        await session.ExecuteAsync(Sql.UpdateJoined(engine.Own(image.Capture), [(RowCapture.LeftHash, hash)],
            $"{Sql.RowsOf(table)} AS p", RowMatch.Of(Sql, image.Key, "t", "p", [.. key.Select(k => k!)])), cancel).ConfigureAwait(false);
        return image with { Left = [.. left.Select(c => c.Former.Name)] };
    }

    private async Task<RowImage> NoteLeftWithoutKeyAsync(RowImage image, DbObject table, DbStructure present, CancellationToken cancel)
    {
        var former = image.IsWhole ? image.Kept : TableKey.Stored(table, present);
        var left = former.Select(c => (Former: c, Now: StructureDiff.StillIn(present, c)))
            .Where(c => c.Now is not null && c.Now.Facet(DbFacets.Type) == c.Former.Facet(DbFacets.Type)).ToList();
        if (left.Count == 0)
        {
            return image;
        }

        var (rows, sum) = await SumAsync(table, [.. left.Select(c => c.Now!)], cancel).ConfigureAwait(false);
        return image with { LeftRows = rows, LeftSum = sum, Left = [.. left.Select(c => c.Former.Name)] };
    }

    /// <summary>Rows whose image was taken to be on the safe side, and that were not changed, are others' business.</summary>
    private async Task ForgetUnchangedAsync(RowImage image, DbObject table, DbStructure present, CancellationToken cancel)
    {
        var now = image.Kept.Select(c => StructureDiff.StillIn(present, c)).ToList();
        if (now.Any(c => c is null) || image.Left?.Count != image.Kept.Count)
        {
            return;
        }

        var key = image.Key.Select(k => StructureDiff.SameIn(present, k)!).ToList();
        var same = string.Join(" AND ", image.Kept.Select((c, i) => Sql.Same($"t.c{i}", Sql.ToCapture($"p.{Sql.Quote(now[i]!.Name)}", c), c)));
        await session.ExecuteAsync(Sql.DeleteJoined(engine.Own(image.Capture), $"{Sql.RowsOf(table)} AS p",
            $"t.i = 1 AND {RowMatch.Of(Sql, image.Key, "t", "p", key)} AND {same}"), cancel).ConfigureAwait(false);
    }

    private async Task<(long Rows, string Sum)> CountAndSumAsync(string from, string alias, IReadOnlyList<(string, DbObject)> values, CancellationToken cancel)
    {
        var found = await session.ListAsync($"SELECT {Sql.CountAndSum(Sql.Hash(values))} FROM {from} {alias}",
            row => (Convert.ToInt64(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), row.IsDBNull(1) ? "" : row.GetString(1)), cancel).ConfigureAwait(false);
        return found[0];
    }

    /// <summary>A column as a capture has it.</summary>
    private DbObject Captured(DbObject column)
    {
        var facets = new SortedDictionary<string, string>(column.Facets, StringComparer.Ordinal) { [DbFacets.Type] = Sql.CaptureType(column) };
        return column with { Facets = facets };
    }

    private static readonly DbObject Small = new() { Kind = DbKinds.Column, Name = "i", Facets = new(StringComparer.Ordinal) { [DbFacets.Type] = "smallint" } };
}
