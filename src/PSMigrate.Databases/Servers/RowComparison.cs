using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Servers.Undoing;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// Finds the rows of a table that only one of two databases has: both are read in the order of their hashes, side by side, so that
/// neither is held in memory.
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
        await session.ReadAsync($"SELECT {hash} AS h, count(*) FROM {engine.Rows.Name(table)} t GROUP BY {hash}",
            row => hashes.Add(row.GetValue(0) is byte[] bytes ? Convert.ToHexString(bytes) : row.GetString(0), (row.GetValue(0), Convert.ToInt64(row.GetValue(1), System.Globalization.CultureInfo.InvariantCulture))), cancel).ConfigureAwait(false);
        return hashes;
    }

    private static List<object> Surplus(Dictionary<string, (object Hash, long Rows)> one, Dictionary<string, (object Hash, long Rows)> other, int most) =>
        [.. one.Where(h => h.Value.Rows > other.GetValueOrDefault(h.Key).Rows).OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => h.Value.Hash).Take(most)];

    private async Task<IReadOnlyList<string>> ShowAsync(ServerSession session, DbObject table, IReadOnlyList<DbObject> columns, List<object> hashes, CancellationToken cancel)
    {
        var rows = new List<string>();
        var sql = engine.Rows;
        var hash = sql.Hash([.. columns.Select(c => ($"t.{sql.Quote(c.Name)}", c))]);
        foreach (var wanted in hashes)
        {
            await session.ReadAsync(sql.Limit($"SELECT {string.Join(", ", columns.Select(c => sql.AsText($"t.{sql.Quote(c.Name)}", c)))} FROM {sql.Name(table)} t WHERE {hash} = @p1", 1),
                row => rows.Add(RowText.Of(row, 0, columns)), cancel, wanted).ConfigureAwait(false);
        }

        return rows;
    }
}
