using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Servers.Undoing;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// Finds the rows of a table that only one of two databases has: by the hashes of their rows, which alone are held in memory.
/// </summary>
internal sealed class RowComparison(ServerEngine engine, ServerSession here, ServerSession there)
{
    /// <summary>Null where the tables do not have the same columns.</summary>
    public async Task<RowDifferences?> FindAsync(string name, int most, CancellationToken cancel)
    {
        var (one, ours) = await TableAsync(here, name, cancel).ConfigureAwait(false);
        var (other, theirs) = await TableAsync(there, name, cancel).ConfigureAwait(false);
        if (one is null || other is null || !ours.Select(c => c.Name).ToHashSet().SetEquals(theirs.Select(c => c.Name)))
        {
            return null;
        }

        var names = ours.Select(c => c.Name).ToList();
        await using var settingsHere = await engine.HashSettingsAsync(here, cancel).ConfigureAwait(false);
        await using var settingsThere = await engine.HashSettingsAsync(there, cancel).ConfigureAwait(false);
        var mine = await HashesAsync(here, one, [.. names.Select(n => ours.First(c => c.Name == n))], cancel).ConfigureAwait(false);
        var yours = await HashesAsync(there, other, [.. names.Select(n => theirs.First(c => c.Name == n))], cancel).ConfigureAwait(false);
        return new RowDifferences(
            await ShowAsync(here, one, ours, Surplus(mine, yours, most), cancel).ConfigureAwait(false),
            await ShowAsync(there, other, theirs, Surplus(yours, mine, most), cancel).ConfigureAwait(false));
    }

    private async Task<(DbObject? Table, IReadOnlyList<DbObject> Columns)> TableAsync(ServerSession session, string name, CancellationToken cancel)
    {
        var structure = await engine.Reader.ReadAsync(session, [name], cancel).ConfigureAwait(false);
        var table = structure.Objects.FirstOrDefault(o => o.Kind == DbKinds.Table && o.FullName == name);
        return (table, table is null ? [] : TableKey.Stored(table, structure));
    }

    private async Task<Dictionary<string, (object Hash, long Rows)>> HashesAsync(ServerSession session, DbObject table, IReadOnlyList<DbObject> columns, CancellationToken cancel)
    {
        var hashes = new Dictionary<string, (object Hash, long Rows)>(StringComparer.Ordinal);
        var hash = engine.Rows.Hash([.. columns.Select(c => ($"t.{engine.Rows.Quote(c.Name)}", c))]);
        await session.ReadAsync($"SELECT {hash} AS h, count(*) FROM {engine.Rows.RowsOf(table)} t GROUP BY {hash}",
            row => hashes.Add(row.GetValue(0) is byte[] bytes ? Convert.ToHexString(bytes) : row.GetString(0), (row.GetValue(0), Convert.ToInt64(row.GetValue(1), System.Globalization.CultureInfo.InvariantCulture))), cancel).ConfigureAwait(false);
        return hashes;
    }

    private static List<object> Surplus(Dictionary<string, (object Hash, long Rows)> one, Dictionary<string, (object Hash, long Rows)> other, int most) =>
        [.. one.Where(h => h.Value.Rows > other.GetValueOrDefault(h.Key).Rows).OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => h.Value.Hash).Take(most)];

    /// <summary>The rows of these hashes, in the order of the table's key: one look at the table, however many they are.</summary>
    private async Task<IReadOnlyList<string>> ShowAsync(ServerSession session, DbObject table, IReadOnlyList<DbObject> columns, List<object> hashes, CancellationToken cancel)
    {
        if (hashes.Count == 0)
        {
            return [];
        }

        var rows = new List<string>();
        var sql = engine.Rows;
        var hash = sql.Hash([.. columns.Select(c => ($"t.{sql.Quote(c.Name)}", c))]);
        var structure = await engine.Reader.ReadAsync(session, [table.FullName], cancel).ConfigureAwait(false);
        var order = TableKey.Of(table, structure, sql).Select(c => $"t.{sql.Quote(c.Name)}").DefaultIfEmpty(hash);
        await session.ReadAsync(
            $"SELECT {string.Join(", ", columns.Select(c => sql.AsText($"t.{sql.Quote(c.Name)}", c)))} FROM {sql.RowsOf(table)} t WHERE {hash} IN ({string.Join(", ", hashes.Select((_, i) => $"@p{i + 1}"))}) ORDER BY {string.Join(", ", order)}",
            row => rows.Add(RowText.Of(row, 0, columns)), cancel, [.. hashes]).ConfigureAwait(false);
        return [.. rows.Distinct(StringComparer.Ordinal)];
    }
}
