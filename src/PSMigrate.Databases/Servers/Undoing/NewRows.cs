using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>What others wrote where the script made something that undo takes away: it is saved, and told of, before it goes.</summary>
internal sealed class NewRows(ServerEngine engine, ServerSession session, SavedRows saved, UndoConflicts conflicts)
{
    private readonly RowSql sql = engine.Rows;

    /// <summary>Rows of a table that the script made, which are not as the script left them.</summary>
    /// <param name="created">What made it; null where that is not known apart.</param>
    /// <param name="written">What the script wrote to it afterwards, in that order.</param>
    public async Task SaveTableAsync(DbObject table, ServerOp.Created? created, IReadOnlyList<RowImage> written, DbStructure present, CancellationToken cancel)
    {
        var (left, name, columns) = (written.Count > 0 ? written[^1] : created?.Left, sql.RowsOf(table), present.ColumnsOf(table.Key));
        var key = left is { Key.Count: > 0 } ? left.Key : TableKey.Of(table, present, sql);
        if (left is { Key.Count: 0 })
        {
            var noted = (left.Left ?? []).Select(c => columns.FirstOrDefault(x => x.Name == c)).OfType<DbObject>().ToList();
            if (noted.Count == left.Left?.Count && await new RowSealing(engine, session).SumAsync(table, noted, cancel).ConfigureAwait(false) == (left.LeftRows, left.LeftSum))
            {
                return;
            }

            await SaveAsync(table, columns, columns, $"{name} p", key, "1 = 0", cancel).ConfigureAwait(false);
            return;
        }

        var (ours, known) = ("1 = 0", "1 = 0");
        if (created?.Few is { } few && Named(few.Columns.Concat(few.Key), columns))
        {
            ours = await IsAmongAsync(few, columns, name, cancel).ConfigureAwait(false);
            known = few.KeyHashes.Count > 0 ? $"{Hash(few.Key, columns)} IN ({string.Join(", ", few.KeyHashes.Select(sql.HashLiteral))})" : known;
        }

        foreach (var image in (created?.Left is { } first ? [first] : Enumerable.Empty<RowImage>()).Concat(written).Where(i => i.Key.Count > 0 && i.Left is not null && Named(i.Key.Select(k => k.Name).Concat(i.Left), columns)))
        {
            // As a capture has noted it, or, where that does not know the row, as it was before.
            var noted = $"SELECT 1 FROM {engine.Own(image.Capture)} c WHERE {RowMatch.Of(sql, image.Key, "c", "p", image.Key)}";
            ours = $"EXISTS ({noted} AND c.h = {Hash(image.Left!, columns)})" + (ours == "1 = 0" ? "" : $" OR (NOT EXISTS ({noted}) AND ({ours}))");
            known = $"EXISTS ({noted} AND c.h IS NOT NULL)" + (known == "1 = 0" ? "" : $" OR (NOT EXISTS ({noted}) AND ({known}))");
        }

        await SaveAsync(table, columns, columns, $"{name} p WHERE NOT ({ours})", key, known, cancel).ConfigureAwait(false);
    }

    private static bool Named(IEnumerable<string> names, IReadOnlyList<DbObject> columns) => names.All(n => columns.Any(c => c.Name == n));

    private string Hash(IEnumerable<string> names, IReadOnlyList<DbObject> columns) => sql.Hash([.. names.Select(n => columns.First(c => c.Name == n)).Select(c => ($"p.{sql.Quote(c.Name)}", c))]);

    /// <summary>The condition for rows that are among a few. Of rows that are all alike, none is taken for a former one where there are more of them now.</summary>
    private async Task<string> IsAmongAsync(FewRows few, IReadOnlyList<DbObject> columns, string from, CancellationToken cancel)
    {
        var hash = Hash(few.Columns, columns);
        var were = few.Hashes.GroupBy(h => h).ToDictionary(h => sql.HashLiteral(h.Key), h => h.Count());
        var counted = await session.ListAsync($"SELECT x.h, count(*) FROM (SELECT {hash} AS h FROM {from} p) x WHERE x.h IN ({string.Join(", ", were.Keys)}) GROUP BY x.h",
            row => (Hash: sql.HashLiteral(RowSealing.Digits(row, 0)), Rows: Convert.ToInt64(row.GetValue(1), System.Globalization.CultureInfo.InvariantCulture)), cancel).ConfigureAwait(false);
        var same = counted.Where(c => c.Rows <= were[c.Hash]).Select(c => c.Hash).ToList();
        return same.Count == 0 ? "1 = 0" : $"{hash} IN ({string.Join(", ", same)})";
    }

    /// <summary>Values in a column that the script added, which are not what the column has by itself.</summary>
    public async Task SaveColumnAsync(DbObject table, DbObject column, DbStructure present, CancellationToken cancel)
    {
        if (column.Facet(DbFacets.Generated) is not null || column.Facet(DbFacets.WrittenByEngine) is not null)
        {
            return;
        }

        // What an identity or a function such as now() gave cannot be told from what somebody wrote.
        var value = $"p.{sql.Quote(column.Name)}";
        var isConstant = column.Facet(DbFacets.Identity) is null && (column.Facet(DbFacets.Default) is not { } given || sql.IsConstant(given));
        var which = !isConstant ? "1 = 0" : column.Facet(DbFacets.Default) is { } written
            ? $"NOT ({sql.Same(sql.ToCapture(value, column), sql.ToCapture(written, column), column)})"
            : $"{value} IS NOT NULL";
        var key = TableKey.Of(table, present, sql);
        await SaveAsync(table, [.. key.Where(k => k.Name != column.Name), column], present.ColumnsOf(table.Key), $"{sql.RowsOf(table)} p WHERE {which}", key, "1 = 1", cancel).ConfigureAwait(false);
    }

    /// <param name="known">The condition that it was there when the script ended.</param>
    private async Task SaveAsync(
        DbObject table, IReadOnlyList<DbObject> kept, IReadOnlyList<DbObject> shown, string from, IReadOnlyList<DbObject> key, string known, CancellationToken cancel)
    {
        var savedIn = await saved.SaveAsync(table, [.. kept.Select(c => (c, sql.ToCapture($"p.{sql.Quote(c.Name)}", c)))], from, SavedRows.Present, cancel).ConfigureAwait(false);
        if (savedIn is null)
        {
            return;
        }

        var query = $"SELECT CASE WHEN {known} THEN 1 ELSE 0 END, {string.Join(", ", key.Select(k => sql.AsText($"p.{sql.Quote(k.Name)}", k)).Concat(shown.Select(c => sql.AsText($"p.{sql.Quote(c.Name)}", c))))} FROM {from}";
        await session.ReadAsync(query, row => conflicts.Add(table.FullName, ConflictResolution.Saved, savedIn, () => new UndoConflict(
            conflicts.Step, table.FullName, RowText.Of(row, 1, key), Convert.ToInt32(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture) == 1 ? ConflictKind.Changed : ConflictKind.Added, ConflictResolution.Saved)
        {
            Present = RowText.Of(row, key.Count + 1, shown),
        }), cancel).ConfigureAwait(false);
    }
}
