using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// Keeps rows that an undo can neither leave where they are nor bring back: in tables of PSMigrate's own named saved_…, one for each
/// table and set of columns. They are made when there is something to keep.
/// </summary>
internal sealed class SavedRows(ServerEngine engine, ServerSession session, string runId)
{
    /// <summary>The row as the undo found it.</summary>
    public const string Present = "present";

    /// <summary>The row as it was before the script.</summary>
    public const string Captured = "captured";

    private const string Reason = "psmigrate_reason";

    private readonly Dictionary<string, string> tables = new(StringComparer.Ordinal);

    /// <summary>Saves what a query gives; the name of the table that it is in, or null where there was nothing.</summary>
    /// <param name="columns">Columns of the table with the expressions that give their values, in the types in which captures keep them.</param>
    /// <param name="from">What follows FROM.</param>
    public async Task<string?> SaveAsync(
        DbObject table, IReadOnlyList<(DbObject Column, string Expression)> columns, string from, string reason, CancellationToken cancel)
    {
        if (columns.Count == 0 || await session.ScalarAsync<int?>(engine.Rows.Limit($"SELECT 1 FROM {from}", 1), cancel).ConfigureAwait(false) is null)
        {
            return null;
        }

        var name = await PrepareAsync(table, [.. columns.Select(c => c.Column)], cancel).ConfigureAwait(false);
        var sql = engine.Rows;
        await session.ExecuteAsync(
            $"INSERT INTO {engine.Own(name)} ({Reason}{string.Concat(columns.Select(c => ", " + sql.Quote(c.Column.Name)))}) SELECT {sql.Literal(reason)}{string.Concat(columns.Select(c => ", " + c.Expression))} FROM {from}",
            cancel).ConfigureAwait(false);
        return engine.OwnName(name);
    }

    /// <summary>Makes the table that rows would be saved in, for when it cannot be made any more: making it ends a transaction in some engines.</summary>
    public Task MakeRoomAsync(DbObject table, IReadOnlyList<DbObject> columns, CancellationToken cancel) => PrepareAsync(table, columns, cancel);

    /// <summary>Removes the tables that nothing was saved in.</summary>
    public async Task DropEmptyAsync(CancellationToken cancel)
    {
        foreach (var (what, name) in tables.ToList())
        {
            if (await session.ScalarAsync<int?>(engine.Rows.Limit($"SELECT 1 FROM {engine.Own(name)}", 1), cancel).ConfigureAwait(false) is null)
            {
                await DropAsync(what, name, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes all that was saved, because nothing was taken back.</summary>
    public async Task DropAllAsync(CancellationToken cancel)
    {
        foreach (var (what, name) in tables.ToList())
        {
            await DropAsync(what, name, cancel).ConfigureAwait(false);
        }
    }

    private async Task DropAsync(string what, string name, CancellationToken cancel)
    {
        await session.ExecuteAsync(engine.Rows.DropTable(engine.Own(name)), cancel).ConfigureAwait(false);
        tables.Remove(what);
    }

    private async Task<string> PrepareAsync(DbObject table, IReadOnlyList<DbObject> columns, CancellationToken cancel)
    {
        var what = $"{table.FullName}\n{string.Join('\n', columns.Select(c => c.Name))}";
        if (tables.TryGetValue(what, out var known))
        {
            return known;
        }

        var prefix = $"{CaptureNames.Saved}{CaptureNames.InName(runId)}_";
        var taken = (await engine.ListOwnAsync(session, prefix, cancel).ConfigureAwait(false)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var number = taken.Count + 1;
        while (taken.Contains($"{prefix}{number}"))
        {
            number++;
        }

        var name = $"{prefix}{number}";
        await engine.PrepareOwnAsync(session, cancel).ConfigureAwait(false);
        await session.ExecuteAsync(
            engine.Rows.CreateTable(engine.Own(name), [(Reason, $"{engine.ShortText} NOT NULL"), .. columns.Select(c => (c.Name, $"{engine.Rows.CaptureType(c)} NULL"))], []),
            cancel).ConfigureAwait(false);
        return tables[what] = name;
    }
}
