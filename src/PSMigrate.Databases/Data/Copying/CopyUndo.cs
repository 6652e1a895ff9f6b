using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>
/// Takes a copy back, the last table first: of each table exactly the rows that the copy wrote and that nobody has changed since. Tables that
/// the copy made go; what others wrote into them is saved first.
/// </summary>
internal sealed class CopyUndo(HistoryEntry entry, DataDoor door, StepContext context)
{
    private readonly UndoConflicts conflicts = new(entry.Step, context.Force, context.Observer);

    /// <exception cref="MigrationException">CaptureRemoved, UndoConflict, UndoRecordInvalid.</exception>
    public async Task<UndoneStep> RunAsync(CancellationToken cancel)
    {
        if (CopyRecord.Of(entry) is not { } record)
        {
            return new UndoneStep(Exact: true, "It had written nothing.");
        }

        if (record.RemovedCaptures.Count > 0)
        {
            throw new MigrationException("CaptureRemoved", ErrorKind.Refused, $"'{entry.Step}' can no longer be undone: {record.RemovedNote}.")
            {
                Offender = entry.Step,
                RecommendedAction = "Restore a backup with Restore-MigrationTarget, or take the step back by hand.",
            };
        }

        var structure = await door.ReadStructureAsync(cancel).ConfigureAwait(false);
        var lists = (await door.ListOwnAsync(cancel).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        await LoosenAsync(record, structure, cancel).ConfigureAwait(false);
        foreach (var aside in record.SetAside.Where(a => structure.Find(a.Key) is not null))
        {
            await door.ExecuteAsync(aside.Off, cancel).ConfigureAwait(false);
        }

        foreach (var copied in record.Tables.Reverse())
        {
            cancel.ThrowIfCancellationRequested();
            var table = structure.Find(DbObject.KeyOf(DbKinds.Table, null, copied.Schema, copied.Name));
            if (table is not null && lists.Contains(copied.Chunks))
            {
                await TakeBackAsync(copied, table, structure, cancel).ConfigureAwait(false);
            }
            else if (table is not null && copied.IsMade)
            {
                // It was made, and nothing had been written yet.
                await door.ExecuteAsync([door.Tables.Drop(table.Schema, table.Name)], cancel).ConfigureAwait(false);
            }
            else
            {
                context.Observer.Decision($"Table {copied.FullName} is gone already.");
            }

            if (lists.Contains(copied.Chunks))
            {
                await door.ExecuteAsync([new ChunkList(door, copied.Chunks).Drop], cancel).ConfigureAwait(false);
            }
        }

        var present = await door.ReadStructureAsync(cancel).ConfigureAwait(false);
        foreach (var aside in record.SetAside.Where(a => present.Find(a.Key) is null))
        {
            await door.ExecuteAsync(aside.On, cancel).ConfigureAwait(false);
        }

        conflicts.Warn();
        return new UndoneStep(conflicts.All.Count == 0, null) { Conflicts = conflicts.All };
    }

    /// <summary>Tables that were made may refer to each other in circles; what others have made to refer to them stops the undo.</summary>
    private async Task LoosenAsync(CopyRecord record, DbStructure structure, CancellationToken cancel)
    {
        var made = record.Tables.Where(t => t.IsMade).Select(t => DbObject.KeyOf(DbKinds.Table, null, t.Schema, t.Name)).ToHashSet(StringComparer.Ordinal);
        var others = made.SelectMany(structure.DependentsOf).Where(d => !made.Contains(d.Parent ?? d.Key) && d.Kind is DbKinds.ForeignKey or DbKinds.View or DbKinds.MaterializedView).Distinct().ToList();
        if (others.Count > 0)
        {
            throw conflicts.Stop($"{string.Join(", ", others.Take(5))} {(others.Count == 1 ? "uses" : "use")} a table that undo takes away", "Remove what uses it first.");
        }

        if (door.Tables.MakesForeignKeysWithTable)
        {
            return;
        }

        foreach (var key in structure.Objects.Where(o => o.Kind == DbKinds.ForeignKey && o.Parent is { } parent && made.Contains(parent) && made.Contains(o.RefersTo!)))
        {
            var table = structure.Find(key.Parent!)!;
            await door.ExecuteAsync([door.Tables.DropForeignKey(table.Schema, table.Name, key.Name)], cancel).ConfigureAwait(false);
        }
    }

    private async Task TakeBackAsync(CopiedTable copied, DbObject table, DbStructure structure, CancellationToken cancel)
    {
        var columns = copied.Read(table, structure, door)
            ?? throw conflicts.Stop($"{table.FullName} no longer has all columns that were written", "Bring the columns back, or remove the rows by hand.");
        var writer = await door.OpenWriterAsync(table, [.. columns.Select(c => new WrittenColumn(c.Name, c.Type))], cancel).ConfigureAwait(false);
        await using var _ = writer.ConfigureAwait(false);
        await writer.BeginAsync(cancel).ConfigureAwait(false);
        try
        {
            foreach (var statement in door.KeepFromWriting(table))
            {
                await writer.ExecuteAsync(statement, cancel).ConfigureAwait(false);
            }

            var found = new FoundRows(copied, columns, door, entry.Step, conflicts);
            await using (var moment = await door.OpenMomentAsync(cancel).ConfigureAwait(false))
            {
                await found.ReadAsync(table, new ChunkList(door, copied.Chunks), moment, cancel).ConfigureAwait(false);
            }

            if (found.Others == 0 && found.Ours > 0 && !copied.IsMade)
            {
                await writer.ExecuteAsync($"DELETE FROM {door.Name(table)}", cancel).ConfigureAwait(false);
            }
            else if (found.Others > 0)
            {
                foreach (var condition in found.Conditions())
                {
                    await writer.ExecuteAsync($"DELETE FROM {door.Name(table)} WHERE {condition}", cancel).ConfigureAwait(false);
                }
            }

            if (copied.IsMade)
            {
                if (found.Others > 0)
                {
                    var saved = $"{CaptureNames.Saved}{copied.Chunks[CaptureNames.Capture.Length..]}";
                    await writer.ExecuteAsync(door.SaveRows(table, door.Own(saved)), cancel).ConfigureAwait(false);
                    found.Tell(ConflictResolution.Saved, door.Own(saved).FullName, withAdded: true);
                }

                await writer.ExecuteAsync(door.Tables.Drop(table.Schema, table.Name), cancel).ConfigureAwait(false);
            }
            else
            {
                found.Tell(ConflictResolution.Kept, null, withAdded: false);
                await writer.ExecuteAsync(new ChunkList(door, copied.Chunks).Empty, cancel).ConfigureAwait(false);
            }

            await writer.CommitAsync(cancel).ConfigureAwait(false);
        }
        catch
        {
            await writer.RollbackAsync().ConfigureAwait(false);
            throw;
        }
    }
}
