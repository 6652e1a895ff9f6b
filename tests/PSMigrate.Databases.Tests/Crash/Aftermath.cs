using PSMigrate.Databases.Crash;
using PSMigrate.Engine;
using PSMigrate.Journal;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>
/// What an operator finds in a room after a run or its undo came to a bad end: takes a way on, and says in words what is wrong
/// then, so that many cases can be reported together.
/// </summary>
internal sealed class Aftermath(CrashRooms rooms, CrashRoom room, RunOptions options, CancellationToken cancel)
{
    private const int MostRuns = 4;

    /// <returns>What is wrong; null where nothing is.</returns>
    public async Task<string?> FindWrongAsync(OperatorAct wayOn)
    {
        if (await WrongWithPlainRunAsync() is { } wrong)
        {
            return wrong;
        }

        // Where nothing is applied, nor was a run begun that has not ended, there is nothing to take back, and that is said.
        var mayHaveNothing = Unended() is null && (await AppliedAsync()).Count == 0;
        var outcome = await ActAsync(wayOn);
        return wayOn is OperatorAct.Resume or OperatorAct.Run ? await WrongAfterResumeAsync(outcome)
            : await WrongAfterUndoAsync(outcome.ErrorId == "NothingToUndo" && mayHaveNothing ? OperatorOutcome.Success : outcome, again: true);
    }

    /// <summary>Nobody may start over on what an unfinished run left: the operator is told the two ways, and nothing is touched.</summary>
    private async Task<string?> WrongWithPlainRunAsync()
    {
        if (Unended() is null)
        {
            return null;
        }

        var before = rooms.WorldOf(room);
        var outcome = await ActAsync(OperatorAct.Run);
        return outcome.ErrorId != "RunUnfinished" ? $"a plain run was not refused, but {outcome}"
            : !outcome.Advice.Contains("-Resume", StringComparison.Ordinal) || !outcome.Advice.Contains("Undo-Migration", StringComparison.Ordinal)
                ? $"a plain run was refused, but the two ways on are not named: {outcome.Advice}"
            : before.DifferenceTo(rooms.WorldOf(room)) is { Length: > 0 } changed ? $"a plain run was refused, but changed:{changed}"
            : null;
    }

    private async Task<string?> WrongAfterResumeAsync(OperatorOutcome outcome)
    {
        if (!outcome.Succeeded)
        {
            return $"resuming: {outcome}";
        }

        if (rooms.Migrated.DifferenceTo(rooms.WorldOf(room)) is { Length: > 0 } difference)
        {
            return $"after resuming, compared with an undisturbed run:{difference}";
        }

        var applied = await AppliedAsync();
        if (!applied.Order(StringComparer.Ordinal).SequenceEqual(rooms.Steps.Order(StringComparer.Ordinal)))
        {
            return $"after resuming, the history has: {string.Join(", ", applied)}";
        }

        if (Unended() is { } unended)
        {
            return $"after resuming, {unended}";
        }

        if (await ActAsync(OperatorAct.Run) is { Succeeded: false } plain)
        {
            return $"after resuming, a plain run: {plain}";
        }

        return await WrongAfterUndoAsync(await ActAsync(OperatorAct.Undo), again: false) is { } wrong ? $"resumed, then undone: {wrong}" : null;
    }

    /// <param name="again">Whether to start again from the beginning afterwards.</param>
    private async Task<string?> WrongAfterUndoAsync(OperatorOutcome outcome, bool again)
    {
        // What stopped with an error and was gone on with are two runs, each of which is undone by itself.
        for (var earlier = 0; outcome.Succeeded && earlier < MostRuns && (await AppliedAsync()).Count > 0; earlier++)
        {
            outcome = await ActAsync(OperatorAct.Undo);
        }

        if (!outcome.Succeeded)
        {
            return $"undoing: {outcome}";
        }

        if (rooms.Original.DifferenceTo(rooms.WorldOf(room)) is { Length: > 0 } difference)
        {
            return $"after undoing, compared with the original:{difference}";
        }

        if (await AppliedAsync() is { Count: > 0 } applied)
        {
            return $"after undoing, the history still has: {string.Join(", ", applied)}";
        }

        var left = rooms.CapturesOf(room);
        if (left.Count > 0)
        {
            return $"after undoing, this is left: {string.Join(", ", left)}";
        }

        if (Unended() is { } unended)
        {
            return $"after undoing, {unended}";
        }

        // Whoever starts again starts from the beginning, and comes to the same end.
        var anew = again ? await ActAsync(OperatorAct.Run) : null;
        return anew is null ? null
            : !anew.Succeeded ? $"undone, then run again: {anew}"
            : rooms.Migrated.DifferenceTo(rooms.WorldOf(room)) is { Length: > 0 } other ? $"undone, then run again:{other}"
            : null;
    }

    private Task<OperatorOutcome> ActAsync(OperatorAct act) => new Operator(room) { Options = options }.ActAsync(act, cancel);

    /// <summary>What the history holds: a step that was begun and is neither applied nor undone is one too many in any case.</summary>
    private async Task<IReadOnlyList<string>> AppliedAsync()
    {
        await using var targets = await TargetSet.OpenAsync(room.ReadPlan(), room.NewServices(), cancel);
        var applied = new List<string>();
        foreach (var target in targets.Distinct)
        {
            applied.AddRange((await target.History.ReadAsync(cancel))
                .Where(e => e.IsApplied || e is { IsBegun: true, IsUndone: false })
                .Select(e => e.IsBegun ? $"{e.Step} (begun)" : e.Step));
        }

        return applied;
    }

    private string? Unended() => room.State.Runs()
        .Where(run => RunJournal.Read(run) is { Count: > 0 } records && records[^1].Act != JournalAct.End)
        .Select(run => $"the journal of {Path.GetFileName(run)} does not end")
        .FirstOrDefault();
}
