using System.Diagnostics;
using System.Globalization;
using PSMigrate.Databases.Data.Copying;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Engine;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Transforming;

/// <summary>
/// Walks through a table in the order of its key and changes one batch after the other, each in a transaction of its own with the values
/// before and after. Every row is met once; run again after a crash, it goes on after the last batch.
/// </summary>
internal sealed class TransformRun(string step, TransformDefinition definition, DataDoor door, StepContext context)
{
    private const string Announced = "announced";

    /// <summary>How long a batch should take: longer ones keep others waiting, shorter ones are mostly commits.</summary>
    private static readonly TimeSpan Wanted = TimeSpan.FromSeconds(1);

    private const int MostRows = 1_000_000;

    private long size = definition.BatchRows;

    public async Task<AppliedStep> RunAsync(CancellationToken cancel)
    {
        var structure = await door.ReadStructureAsync(cancel).ConfigureAwait(false);
        var plan = TransformPlan.Of(step, definition, door, structure);
        var record = context.Begun is { } begun ? TransformRecord.Of(begun) : null;
        record ??= await AnnounceAsync(plan, cancel).ConfigureAwait(false);
        var columns = structure.ColumnsOf(plan.Table.Key);
        var values = new KeptValues(door, record, plan.Table, columns);
        var batches = new ChunkList(door, record.Batches);
        await MakeAsync(record, values, batches, cancel).ConfigureAwait(false);
        ChunkState state;
        await using (var moment = await door.OpenMomentAsync(cancel).ConfigureAwait(false))
        {
            state = await batches.ReadAsync(moment, cancel).ConfigureAwait(false);
        }

        if (state.Chunks > 0)
        {
            context.Observer.Decision($"'{step}' goes on: {state.Rows:N0} rows had been changed.");
        }

        var session = await door.OpenSessionAsync(cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var left = Number(await session.QueryAsync($"SELECT count(*) FROM {door.Name(plan.Table)} t WHERE {Condition(plan, state.Last, null)}", cancel).ConfigureAwait(false));
        state = await WalkAsync(session, plan, values, batches, state, state.Rows + left, cancel).ConfigureAwait(false);
        return new AppliedStep(record.ToJson(), state.Rows, [plan.Table.FullName]);
    }

    private async Task<TransformRecord> AnnounceAsync(TransformPlan plan, CancellationToken cancel)
    {
        var prefix = $"{CaptureNames.Capture}{CaptureNames.InName(context.RunId)}_t{Stopwatch.GetTimestamp() % 100_000:D5}_";
        var record = new TransformRecord(plan.Table.Schema, plan.Table.Name, [.. plan.Key.Select(k => k.Name)], [.. plan.Columns.Select(c => c.Column.Name)], prefix + "1", prefix + "2")
        {
            Captures = [door.Own(prefix + "1").Name, door.Own(prefix + "2").Name],
        };
        if (context.Keep is { } keep)
        {
            await keep(new StepProgress(Announced, record.ToJson()), cancel).ConfigureAwait(false);
        }

        return record;
    }

    private async Task MakeAsync(TransformRecord record, KeptValues values, ChunkList batches, CancellationToken cancel)
    {
        var there = (await door.ListOwnAsync(cancel).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        if (!there.Contains(record.Values))
        {
            await door.ExecuteAsync(values.Create, cancel).ConfigureAwait(false);
        }

        if (!there.Contains(record.Batches))
        {
            await door.ExecuteAsync([batches.Create], cancel).ConfigureAwait(false);
        }
    }

    private async Task<ChunkState> WalkAsync(DoorSession session, TransformPlan plan, KeptValues values, ChunkList batches, ChunkState state, long all, CancellationToken cancel)
    {
        var (clock, before, attempt) = (Stopwatch.StartNew(), state.Rows, 1);
        for (var isMore = true; isMore;)
        {
            cancel.ThrowIfCancellationRequested();
            var took = Stopwatch.StartNew();
            try
            {
                (state, isMore) = await BatchAsync(session, plan, values, batches, state, cancel).ConfigureAwait(false);
                attempt = 1;
            }
            catch (MigrationException e) when (e.IsTransient && attempt < Retry.MostAttempts)
            {
                // Somebody works on these rows: fewer of them are waited for the next time.
                size = Math.Max(1, size / 4);
                context.Observer.Warning($"A batch of '{step}' was rolled back and is tried again with {size:N0} rows ({++attempt} of {Retry.MostAttempts}): {e.Message}");
                await Task.Delay(Retry.PauseAfter(attempt - 1), cancel).ConfigureAwait(false);
                continue;
            }

            size = (long)Math.Clamp(size * Math.Clamp(Wanted / Max(took.Elapsed), 0.5, 2), 1, MostRows);
            Report(plan, state.Rows, state.Rows - before, all, clock.Elapsed);
        }

        context.Observer.Progress(new ProgressReport($"Transforming {plan.Table.FullName}", "Done", 1, 100, Completed: true));
        return state;
    }

    private async Task<(ChunkState State, bool IsMore)> BatchAsync(DoorSession session, TransformPlan plan, KeptValues values, ChunkList batches, ChunkState state, CancellationToken cancel)
    {
        await session.BeginAsync(cancel).ConfigureAwait(false);
        try
        {
            var (upTo, isLast) = await EndAsync(session, plan, state.Last, cancel).ConfigureAwait(false);
            if (upTo is null)
            {
                await session.CommitAsync(cancel).ConfigureAwait(false);
                return (state, false);
            }

            var (condition, range) = (Condition(plan, state.Last, upTo), Range(plan, state.Last, upTo));
            await session.ExecuteAsync(values.Before(condition), cancel).ConfigureAwait(false);
            var rows = await session.ExecuteAsync(Update(plan, condition), cancel).ConfigureAwait(false);
            await session.ExecuteAsync(values.After(range), cancel).ConfigureAwait(false);
            await RequireDoneAsync(session, plan, condition, rows, cancel).ConfigureAwait(false);
            var next = new ChunkState(state.Chunks + 1, state.Rows + rows, upTo);
            await batches.AddAsync(session.ExecuteAsync, next.Chunks, rows, next.Last, [], cancel).ConfigureAwait(false);
            await session.CommitAsync(cancel).ConfigureAwait(false);
            return (next, !isLast);
        }
        catch
        {
            await session.RollbackAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The key of the batch's last row, which is always noted: whoever goes on must not change a row twice.</summary>
    /// <returns>Null where no row is left.</returns>
    private async Task<(IReadOnlyList<string>? Key, bool IsLast)> EndAsync(DoorSession session, TransformPlan plan, IReadOnlyList<string>? after, CancellationToken cancel)
    {
        var keys = plan.Key.Select(k => $"t.{door.Quote(k.Name)}").ToList();
        async Task<IReadOnlyList<string>?> RowAsync(string direction, long skip)
        {
            var rows = await session.QueryAsync(door.Page(
                $"SELECT {string.Join(", ", plan.Key.Zip(keys, (k, name) => door.LiteralOf(name, k)))} FROM {door.Name(plan.Table)} t WHERE {Condition(plan, after, null)} ORDER BY {string.Join(", ", keys.Select(k => k + direction))}", skip, 1), cancel).ConfigureAwait(false);
            return rows.Count == 0 ? null : [.. rows[0].Select(v => v!)];
        }

        return await RowAsync("", size - 1).ConfigureAwait(false) is { } end ? (end, false) : (await RowAsync(" DESC", 0).ConfigureAwait(false), true);
    }

    /// <summary>Rows that are still to be changed after they were would be changed once more by whoever runs this again.</summary>
    private async Task RequireDoneAsync(DoorSession session, TransformPlan plan, string condition, long rows, CancellationToken cancel)
    {
        if (plan.Where is null || rows == 0)
        {
            return;
        }

        var still = Number(await session.QueryAsync($"SELECT count(*) FROM {door.Name(plan.Table)} t WHERE {condition}", cancel).ConfigureAwait(false));
        if (still >= rows)
        {
            throw new MigrationException("TransformNeverDone", ErrorKind.InvalidInput, $"'{step}': \"{plan.Where}\" is still true for all {rows:N0} rows of {plan.Table.FullName} that were changed: it would never be done. That batch was rolled back.")
            {
                Offender = step,
                RecommendedAction = "Write a condition that is false for rows that are done, or leave 'where' out to change every row once.",
            };
        }
    }

    private string Update(TransformPlan plan, string condition) => door.UpdateWhere(plan.Table, [.. plan.Columns.Select(c => (c.Column.Name, c.Expression))], condition);

    private string Condition(TransformPlan plan, IReadOnlyList<string>? after, IReadOnlyList<string>? upTo) =>
        $"{Range(plan, after, upTo)}{(plan.Where is { } where ? $" AND ({where})" : "")}";

    private string Range(TransformPlan plan, IReadOnlyList<string>? after, IReadOnlyList<string>? upTo)
    {
        var key = plan.Key.Select(k => k.Name).ToList();
        return string.Join(" AND ", new[] { after is null ? null : door.Compare(key, after, ">", isOpen: true), upTo is null ? null : door.Compare(key, upTo, "<", isOpen: false) }.OfType<string>().DefaultIfEmpty("1 = 1"));
    }

    private void Report(TransformPlan plan, long done, long doneHere, long all, TimeSpan took)
    {
        var rate = doneHere / Math.Max(0.001, took.TotalSeconds);
        context.Observer.Progress(new ProgressReport($"Transforming {plan.Table.FullName}", $"{done:N0} of {all:N0} rows, {rate:N0} a second", 1, all == 0 ? 100 : (int)Math.Min(100, done * 100 / all))
        {
            Remaining = TimeSpan.FromSeconds(Math.Max(0, all - done) / Math.Max(1, rate)),
        });
    }

    private static TimeSpan Max(TimeSpan time) => time > TimeSpan.FromMilliseconds(1) ? time : TimeSpan.FromMilliseconds(1);

    private static long Number(IReadOnlyList<IReadOnlyList<string?>> rows) => long.Parse(rows[0][0]!, CultureInfo.InvariantCulture);
}
