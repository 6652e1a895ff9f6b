using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// Puts columns back into their former order. Most engines add columns at the end only: there the table is written anew, with
/// everything that belongs to it and all that depends on it.
/// </summary>
internal sealed class ColumnOrder(ServerEngine engine, ServerSession session, PresentStructure structure, StructureWayBack wayBack, IMigrationObserver observer)
{
    /// <param name="order">The columns that there were; columns that others added since stay behind them.</param>
    public async Task PutBackAsync(string tableKey, IReadOnlyList<string> order, CancellationToken cancel)
    {
        var present = await structure.ReadAsync(cancel).ConfigureAwait(false);
        if (present.Find(tableKey) is not { } table)
        {
            return;
        }

        var columns = present.ColumnsOf(tableKey);
        List<DbObject> wanted = [.. order.Select(name => columns.FirstOrDefault(c => c.Name == name)).OfType<DbObject>(), .. columns.Where(c => !order.Contains(c.Name))];
        if (wanted.Select(c => c.Name).SequenceEqual(columns.Select(c => c.Name)))
        {
            return;
        }

        if (!engine.CanBeWrittenAnew(table, present))
        {
            observer.Decision($"The columns of {table.FullName} that came back stand after the others: the table is one with others, and cannot be written anew.");
            return;
        }

        observer.Decision($"{table.FullName} is written anew, so that its columns are in their former order again.");
        var dependents = present.DependentsOf(tableKey);
        List<DbObject> back = [table, .. wanted.Select((c, i) => c with { Position = i + 1 }), .. dependents.Where(d => d.Kind != DbKinds.Column || d.Parent != tableKey)];
        var fresh = table with { Name = "psmigrate_anew", Id = "" };
        var shape = new DbStructure([fresh, .. wanted.Select((c, i) => engine.Writer.WithoutOwnName(c) with { Parent = fresh.Key, Position = i + 1, Id = "" })]);
        await RunAsync(engine.Writer.Create(fresh, shape), cancel).ConfigureAwait(false);
        List<DbObject> stored = [.. TableKey.Stored(fresh, shape)];
        var select = $"SELECT {string.Join(", ", stored.Select(c => engine.Rows.Quote(c.Name)))} FROM {engine.Rows.RowsOf(table)}";
        await RunAsync(engine.Rows.InsertExactly(fresh, stored, select), cancel).ConfigureAwait(false);
        foreach (var owned in dependents.Where(d => d.Kind == DbKinds.Sequence))
        {
            await RunAsync(engine.Detach(owned), cancel).ConfigureAwait(false);
        }

        foreach (var one in dependents.Where(d => d.Parent != tableKey && d.Kind != DbKinds.Sequence && (d.Parent is null || !dependents.Any(x => x.Key == d.Parent))))
        {
            await RunAsync(engine.Writer.Drop(one), cancel).ConfigureAwait(false);
        }

        await RunAsync(engine.Writer.Drop(table), cancel).ConfigureAwait(false);
        await RunAsync(engine.Writer.Alter(fresh, table with { Id = "" }) ?? [], cancel).ConfigureAwait(false);
        await wayBack.RestoreAsync([.. back.Select(o => o with { Id = "" })], [], cancel).ConfigureAwait(false);
    }

    private async Task RunAsync(IReadOnlyList<string> statements, CancellationToken cancel)
    {
        foreach (var statement in statements)
        {
            await session.RunAsync(statement, cancel).ConfigureAwait(false);
        }
    }
}
