using System.Diagnostics;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>
/// Carries out a copy: announces what it is about to write, makes tables that are missing, moves the rows chunk by chunk, and makes
/// indexes and foreign keys when the rows are there. Run again after a crash, it goes on after the last chunk.
/// </summary>
internal sealed class CopyRun(string step, CopyDefinition definition, DataDoor from, DataDoor to, StepContext context)
{
    private const string Announced = "announced";

    private readonly Stopwatch clock = new();
    private long rowsBefore;
    private long rowsDone;
    private long rowsKnown;

    public async Task<AppliedStep> RunAsync(CancellationToken cancel)
    {
        var source = await from.ReadStructureAsync(cancel).ConfigureAwait(false);
        var target = await to.ReadStructureAsync(cancel).ConfigureAwait(false);
        var record = context.Begun is { } begun ? CopyRecord.Of(begun) : null;
        var made = record?.Tables.Where(t => t.IsMade).Select(t => t.FullName).ToHashSet(StringComparer.Ordinal) ?? [];
        var copies = new CopyPlanner(step, definition, from, source, to, target).Plan(made);
        record = record is null ? await AnnounceAsync(copies, target, cancel).ConfigureAwait(false) : Continued(record, copies);
        await MakeAsync(copies, record, target, cancel).ConfigureAwait(false);
        await MoveAsync(copies, record, cancel).ConfigureAwait(false);
        await FinishAsync(copies, record, cancel).ConfigureAwait(false);
        if (definition.Verify)
        {
            await VerifyAsync(record, cancel).ConfigureAwait(false);
        }

        return new AppliedStep(record.ToJson(), rowsBefore + rowsDone, [.. copies.Select(c => c.Target.FullName)]);
    }

    /// <summary>What will be written is in the history before anything is: whoever comes after a crash knows what may be ours.</summary>
    private async Task<CopyRecord> AnnounceAsync(IReadOnlyList<TableCopy> copies, DbStructure target, CancellationToken cancel)
    {
        await using (var moment = await to.OpenMomentAsync(cancel).ConfigureAwait(false))
        {
            foreach (var copy in copies.Where(c => c.Design is null))
            {
                await RequireEmptyAsync(step, to, moment, copy.Target, cancel).ConfigureAwait(false);
            }
        }

        var prefix = $"{CaptureNames.Capture}{CaptureNames.InName(context.RunId)}_c{Stopwatch.GetTimestamp() % 100_000:D5}_";
        var record = new CopyRecord
        {
            SetAside = [.. Circular(copies).Select(k => (Key: k, Statements: to.SetAside(k, target))).Where(k => k.Statements is not null).Select(k => new KeySetAside(k.Key.Key, k.Statements!.Value.Off, k.Statements.Value.On))],
            Tables = [.. copies.Select((c, i) => new CopiedTable(c.Source.FullName, c.Target.Schema, c.Target.Name, [.. c.Columns.Select(x => x.Write.Name)], $"{prefix}{i + 1}")
            {
                IsMade = c.Design is not null,
                Forms = [.. c.Columns.Select(x => x.Write.Type.Form)],
                Key = c.TargetKey,
            })],
        };
        record = record with { Captures = [.. record.Tables.Select(t => to.Own(t.Chunks).Name)] };
        if (context.Keep is { } keep)
        {
            await keep(new StepProgress(Announced, record.ToJson()), cancel).ConfigureAwait(false);
        }

        return record;
    }

    /// <summary>Foreign keys of tables that are there by which rows refer to rows of the same table, or to each other's in a circle.</summary>
    private static IEnumerable<DbObject> Circular(IReadOnlyList<TableCopy> copies)
    {
        var byKey = copies.Where(c => c.Design is null).ToDictionary(c => c.Target.Key, StringComparer.Ordinal);
        bool Reaches(string from, string to, HashSet<string> seen) => from == to
            || (seen.Add(from) && byKey.TryGetValue(from, out var copy) && copy.RefersTo.Any(next => Reaches(next, to, seen)));
        return byKey.Values.SelectMany(c => c.ForeignKeys.Where(k => Reaches(k.RefersTo!, c.Target.Key, [])));
    }

    internal static async Task RequireEmptyAsync(string step, DataDoor to, ReadMoment moment, DbObject table, CancellationToken cancel)
    {
        var found = await moment.QueryAsync($"SELECT count(*) FROM {to.Name(table)}", cancel).ConfigureAwait(false);
        if (found[0][0] is { } count && count != "0")
        {
            throw new MigrationException("CopyTargetNotEmpty", ErrorKind.Conflict, $"'{step}' inserts into {table.FullName}, which has {count} rows already.")
            {
                Offender = table.FullName,
                RecommendedAction = "Empty the table in a step before it, or copy into another.",
            };
        }
    }

    private CopyRecord Continued(CopyRecord record, IReadOnlyList<TableCopy> copies)
    {
        if (record.Tables.Select(t => (t.FullName, string.Join('\n', t.Columns))).SequenceEqual(copies.Select(c => (c.Target.FullName, string.Join('\n', c.Columns.Select(x => x.Write.Name))))))
        {
            return record;
        }

        throw new MigrationException("CopyChanged", ErrorKind.Conflict, $"'{step}' cannot go on: its tables or their columns are not what they were when it began.")
        {
            Offender = step,
            RecommendedAction = "Put the tables back as they were, or undo the run and plan again.",
        };
    }

    private async Task MakeAsync(IReadOnlyList<TableCopy> copies, CopyRecord record, DbStructure target, CancellationToken cancel)
    {
        foreach (var aside in record.SetAside.Where(a => target.Find(a.Key) is not null))
        {
            context.Observer.Decision($"{aside.Key} is taken away while rows come, because they refer to rows that come later, and made again afterwards.");
            await to.ExecuteAsync(aside.Off, cancel).ConfigureAwait(false);
        }

        var there = await OwnTablesAsync(cancel).ConfigureAwait(false);
        foreach (var (copy, noted) in copies.Zip(record.Tables))
        {
            if (copy.Design is { } design && target.Find(copy.Target.Key) is null)
            {
                var statement = to.Tables.Create(design);
                context.Observer.Detail(statement);
                await to.ExecuteAsync([statement], cancel).ConfigureAwait(false);
            }

            if (!there.Contains(noted.Chunks))
            {
                await to.ExecuteAsync([new ChunkList(to, noted.Chunks).Create], cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task<IReadOnlySet<string>> OwnTablesAsync(CancellationToken cancel) => (await to.ListOwnAsync(cancel).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);

    private async Task MoveAsync(IReadOnlyList<TableCopy> copies, CopyRecord record, CancellationToken cancel)
    {
        var states = new List<ChunkState>();
        await using (var seen = await to.OpenMomentAsync(cancel).ConfigureAwait(false))
        {
            foreach (var noted in record.Tables)
            {
                states.Add(await new ChunkList(to, noted.Chunks).ReadAsync(seen, cancel).ConfigureAwait(false));
            }
        }

        rowsBefore = states.Sum(s => s.Rows);
        if (rowsBefore > 0)
        {
            context.Observer.Decision($"'{step}' goes on: {rowsBefore:N0} rows had been copied.");
        }

        var moment = await from.OpenMomentAsync(cancel).ConfigureAwait(false);
        await using var _ = moment.ConfigureAwait(false);
        if (moment.NotOneMomentBecause is { } why)
        {
            context.Observer.Warning($"{step}: the rows may be of different moments: {why}.");
        }

        rowsKnown = await CountAsync(copies, moment, cancel).ConfigureAwait(false);
        clock.Start();
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var open = new Queue<int>(Enumerable.Range(0, copies.Count));
        var finished = new HashSet<string>(StringComparer.Ordinal);
        async Task WorkAsync()
        {
            while (Next() is { } at)
            {
                var pump = new TablePump(copies[at], from, moment, to, new ChunkList(to, record.Tables[at].Chunks), definition.ChunkRows, rows => Report(copies[at], rows));
                await pump.RunAsync(states[at], all.Token).ConfigureAwait(false);
                lock (open)
                {
                    finished.Add(copies[at].Target.Key);
                }
            }
        }

        // Tables that are there have their foreign keys: what they refer to must have come before.
        int? Next()
        {
            lock (open)
            {
                for (var i = 0; i < open.Count; i++)
                {
                    var at = open.Dequeue();
                    var waits = copies[at].Design is null && copies[at].RefersTo.Any(r => r != copies[at].Target.Key && copies.Any(c => c.Target.Key == r) && !finished.Contains(r));
                    if (!waits || parallel == 1)
                    {
                        return at;
                    }

                    open.Enqueue(at);
                }

                return null;
            }
        }

        await Workers.RunAsync(parallel = Math.Max(1, Math.Min(Math.Min(moment.MostReaders, to.MostWriters), Math.Min(copies.Count, definition.Parallel ?? Environment.ProcessorCount))), WorkAsync, all).ConfigureAwait(false);
        if (open.Count > 0)
        {
            // Those that waited for one another.
            parallel = 1;
            await WorkAsync().ConfigureAwait(false);
        }

        context.Observer.Progress(new ProgressReport($"Copying {step}", "Done", 1, 100, Completed: true));
    }

    private int parallel = 1;

    /// <summary>How many rows there are to copy, for the progress; a filtered table counts as what it will give.</summary>
    private async Task<long> CountAsync(IReadOnlyList<TableCopy> copies, ReadMoment moment, CancellationToken cancel)
    {
        var sum = 0L;
        foreach (var copy in copies)
        {
            var found = await moment.QueryAsync($"SELECT count(*) FROM {from.Name(copy.Source)} t{(copy.Where is { } where ? $" WHERE {where}" : "")}", cancel).ConfigureAwait(false);
            sum += long.Parse(found[0][0]!, System.Globalization.CultureInfo.InvariantCulture);
        }

        return sum;
    }

    private void Report(TableCopy copy, long rows)
    {
        var done = Interlocked.Add(ref rowsDone, rows);
        var (left, rate) = (Math.Max(0, rowsKnown - rowsBefore - done), done / Math.Max(0.001, clock.Elapsed.TotalSeconds));
        var percent = rowsKnown == 0 ? 100 : (int)Math.Min(100, (rowsBefore + done) * 100 / rowsKnown);
        context.Observer.Progress(new ProgressReport($"Copying {step}", $"{copy.Target.FullName}: {rowsBefore + done:N0} of {rowsKnown:N0} rows, {rate:N0} a second", 1, percent)
        {
            Remaining = TimeSpan.FromSeconds(left / Math.Max(1, rate)),
        });
    }

    /// <summary>Indexes, foreign keys and the engine's own numbers, each unless it is there from an earlier attempt.</summary>
    private async Task FinishAsync(IReadOnlyList<TableCopy> copies, CopyRecord record, CancellationToken cancel)
    {
        var present = await to.ReadStructureAsync(cancel).ConfigureAwait(false);
        bool IsThere(TableCopy copy, string kind, string name) => present.PartsOf(copy.Target.Key).Any(p => p.Kind == kind && p.Name == name);
        var statements = new List<string>();
        foreach (var copy in copies.Where(c => c.Design is not null))
        {
            var design = copy.Design!;
            statements.AddRange(design.Indexes.Where(i => !(i.IsKey && to.Tables.MakesForeignKeysWithTable) && !IsThere(copy, i.IsKey ? DbKinds.UniqueKey : DbKinds.Index, i.Name)).Select(i => to.Tables.CreateIndex(design, i)));
        }

        foreach (var copy in copies.Where(c => c.Design is not null && !to.Tables.MakesForeignKeysWithTable))
        {
            statements.AddRange(copy.Design!.ForeignKeys.Where(k => !IsThere(copy, DbKinds.ForeignKey, k.Name)).Select(k => to.Tables.AddForeignKey(copy.Design, k)));
        }

        foreach (var aside in record.SetAside.Where(a => present.Find(a.Key) is null))
        {
            await to.ExecuteAsync(aside.On, cancel).ConfigureAwait(false);
        }

        foreach (var copy in copies)
        {
            statements.AddRange(copy.Numbered.SelectMany(column => to.ContinueNumbers(copy.Target.Schema, copy.Target.Name, column)));
        }

        foreach (var statement in statements)
        {
            context.Observer.Detail(statement);
            await to.ExecuteAsync([statement], cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Reads every row again and compares it with what was written of it. What others have written meanwhile is no difference; what does not read
    /// as it was written is.
    /// </summary>
    private async Task VerifyAsync(CopyRecord record, CancellationToken cancel)
    {
        var structure = await to.ReadStructureAsync(cancel).ConfigureAwait(false);
        await using var moment = await to.OpenMomentAsync(cancel).ConfigureAwait(false);
        foreach (var copied in record.Tables)
        {
            context.Observer.Progress(new ProgressReport($"Verifying {step}", copied.FullName, 1, -1));
            var table = structure.Find(DbObject.KeyOf(DbKinds.Table, null, copied.Schema, copied.Name));
            if (table is null || copied.Read(table, structure, to) is not { } columns)
            {
                throw Different(copied, "it, or one of its columns, is gone");
            }

            var found = new FoundRows(copied, columns, to, step, new UndoConflicts(step, false, context.Observer));
            var chunks = new ChunkList(to, copied.Chunks);
            await found.ReadAsync(table, chunks, moment, cancel).ConfigureAwait(false);
            var written = (await chunks.SumAsync(moment, cancel).ConfigureAwait(false)).Rows;
            if (found.Ours < written)
            {
                throw Different(copied, $"{written - found.Ours:N0} of {written:N0} rows do not read as they were written{(found.FirstOther is { } other ? $", for example {other}" : "")}");
            }
        }

        context.Observer.Progress(new ProgressReport($"Verifying {step}", "Done", 1, 100, Completed: true));
    }

    private MigrationException Different(CopiedTable copied, string what) => new("VerificationFailed", ErrorKind.Failed, $"After '{step}', {copied.FullName} is not what was copied: {what}.")
    {
        Offender = copied.FullName,
        RecommendedAction = "Look for triggers, rules or settings of the target that change values, or for somebody who wrote meanwhile.",
    };
}
