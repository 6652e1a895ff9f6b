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
    public async Task SaveTableAsync(DbObject table, RowImage? left, DbStructure present, CancellationToken cancel)
    {
        var name = sql.RowsOf(table);
        var columns = present.ColumnsOf(table.Key);
        if (left is { Key.Count: 0 })
        {
            var now = await new RowSealing(engine, session).SumAsync(table, [.. (left.Left ?? []).Select(c => columns.First(x => x.Name == c))], cancel).ConfigureAwait(false);
            if (now == (left.LeftRows, left.LeftSum))
            {
                return;
            }
        }

        var which = "1 = 1";
        if (left is { Key.Count: > 0, Left: { } hashed } && left.Key.All(k => columns.Any(c => c.Name == k.Name)))
        {
            var hash = sql.Hash([.. hashed.Select(c => columns.FirstOrDefault(x => x.Name == c)).OfType<DbObject>().Select(c => ($"p.{sql.Quote(c.Name)}", c))]);
            which = $"NOT EXISTS (SELECT 1 FROM {engine.Own(left.Capture)} c WHERE {RowMatch.Of(sql, left.Key, "c", "p", left.Key)} AND c.h = {hash})";
        }

        await SaveAsync(table, columns, columns, $"{name} p WHERE {which}", left is { Key.Count: > 0 } ? left.Key : TableKey.Of(table, present, sql), ConflictKind.Added, cancel).ConfigureAwait(false);
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
        await SaveAsync(table, [.. key.Where(k => k.Name != column.Name), column], present.ColumnsOf(table.Key), $"{sql.RowsOf(table)} p WHERE {which}", key, ConflictKind.Changed, cancel).ConfigureAwait(false);
    }

    private async Task SaveAsync(
        DbObject table, IReadOnlyList<DbObject> kept, IReadOnlyList<DbObject> shown, string from, IReadOnlyList<DbObject> key, ConflictKind kind, CancellationToken cancel)
    {
        var savedIn = await saved.SaveAsync(table, [.. kept.Select(c => (c, sql.ToCapture($"p.{sql.Quote(c.Name)}", c)))], from, SavedRows.Present, cancel).ConfigureAwait(false);
        if (savedIn is null)
        {
            return;
        }

        var query = $"SELECT {string.Join(", ", key.Select(k => sql.AsText($"p.{sql.Quote(k.Name)}", k)).Concat(shown.Select(c => sql.AsText($"p.{sql.Quote(c.Name)}", c))))} FROM {from}";
        await session.ReadAsync(query, row => conflicts.Add(table.FullName, ConflictResolution.Saved, savedIn, () => new UndoConflict(
            conflicts.Step, table.FullName, RowText.Of(row, 0, key), kind, ConflictResolution.Saved)
        {
            Present = RowText.Of(row, key.Count, shown),
        }), cancel).ConfigureAwait(false);
    }
}
