using PSMigrate.Databases.Data.Copying;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Transforming;

/// <summary>Gives the rows that a transform changed their former values, where nobody has changed them since.</summary>
internal sealed class TransformUndo(HistoryEntry entry, DataDoor door, StepContext context)
{
    private readonly UndoConflicts conflicts = new(entry.Step, context.Force, context.Observer);

    /// <exception cref="MigrationException">CaptureRemoved, UndoConflict, UndoRecordInvalid.</exception>
    public async Task<UndoneStep> RunAsync(CancellationToken cancel)
    {
        if (TransformRecord.Of(entry) is not { } record)
        {
            return new UndoneStep(Exact: true, "It had changed nothing.");
        }

        if (record.RemovedCaptures.Count > 0)
        {
            throw new MigrationException("CaptureRemoved", ErrorKind.Refused, $"'{entry.Step}' can no longer be undone: {record.RemovedNote}.")
            {
                Offender = entry.Step,
                RecommendedAction = "Restore a backup with Restore-MigrationTarget, or take the step back by hand.",
            };
        }

        var there = (await door.ListOwnAsync(cancel).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        var batches = new ChunkList(door, record.Batches);
        if (there.Contains(record.Values) && there.Contains(record.Batches))
        {
            await GiveBackAsync(record, batches, cancel).ConfigureAwait(false);
        }

        foreach (var name in new[] { record.Values, record.Batches }.Where(there.Contains))
        {
            await door.ExecuteAsync([$"DROP TABLE {door.Name(door.Own(name))}"], cancel).ConfigureAwait(false);
        }

        conflicts.Warn();
        return new UndoneStep(conflicts.All.Count == 0, null) { Conflicts = conflicts.All };
    }

    private async Task GiveBackAsync(TransformRecord record, ChunkList batches, CancellationToken cancel)
    {
        var structure = await door.ReadStructureAsync(cancel).ConfigureAwait(false);
        var table = structure.Find(DbObject.KeyOf(DbKinds.Table, null, record.Schema, record.Name))
            ?? throw conflicts.Stop($"{record.FullName} is gone", "Bring the table back first.");
        var columns = structure.ColumnsOf(table.Key);
        foreach (var gone in record.Columns.Where(c => columns.All(x => x.Name != c)))
        {
            throw conflicts.Stop($"{table.FullName} no longer has the column {gone}", "Bring the column back first.");
        }

        var values = new KeptValues(door, record, table, columns);
        var session = await door.OpenSessionAsync(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await session.BeginAsync(cancel).ConfigureAwait(false);
        try
        {
            foreach (var statement in door.KeepFromWriting(table))
            {
                await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
            }

            var resolution = context.Force ? ConflictResolution.Overwritten : ConflictResolution.Kept;
            foreach (var row in await session.QueryAsync(values.Changed, cancel).ConfigureAwait(false))
            {
                Add(record, row, ConflictKind.Changed, resolution);
            }

            foreach (var row in await session.QueryAsync(values.Gone, cancel).ConfigureAwait(false))
            {
                Add(record, row, ConflictKind.Deleted, ConflictResolution.Kept);
            }

            await session.ExecuteAsync(values.GiveBack(all: context.Force), cancel).ConfigureAwait(false);
            await session.ExecuteAsync(values.Empty, cancel).ConfigureAwait(false);
            await session.ExecuteAsync(batches.Empty, cancel).ConfigureAwait(false);
            await session.CommitAsync(cancel).ConfigureAwait(false);
        }
        catch
        {
            await session.RollbackAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <param name="row">The key, then what is there now unless the row is gone, then what was there before.</param>
    private void Add(TransformRecord record, IReadOnlyList<string?> row, ConflictKind kind, ConflictResolution resolution) => conflicts.Add(record.FullName, resolution, null, () =>
    {
        var (keys, columns) = (record.Key.Count, record.Columns.Count);
        return new UndoConflict(entry.Step, record.FullName, Text(record.Key, row, 0), kind, resolution)
        {
            Present = kind == ConflictKind.Deleted ? null : Text(record.Columns, row, keys),
            Captured = Text(record.Columns, row, kind == ConflictKind.Deleted ? keys : keys + columns),
        };
    });

    private static string Text(IReadOnlyList<string> names, IReadOnlyList<string?> row, int from) => string.Join(", ", names.Select((n, i) => $"{n}={row[from + i] ?? "NULL"}"));
}
