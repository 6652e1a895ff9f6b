using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data;

/// <summary>
/// A step that moves or changes rows, many at a time and each time in a transaction of its own, together with a note of what it did. The history
/// knows, from before the first of them, where the notes are.
/// </summary>
public abstract class RowsStep : Step
{
    private protected RowsStep(StepDefinition step, DatabaseTarget database)
        : base(step, database) => Database = database;

    /// <summary>Whose rows they are.</summary>
    private protected DatabaseTarget Database { get; }

    public override bool CommitsWithHistory => true;

    /// <summary>Its plan is all that it is made of.</summary>
    public override void RequireFilesUnchanged()
    {
    }

    public override async Task<ProbeResult> ProbeAsync(StepContext context, CancellationToken cancel)
    {
        if (context.Begun is { } begun)
        {
            return begun.Progress.Count > 0 ? ProbeResult.Partly : ProbeResult.NotApplied;
        }

        var entries = await Database.History.ReadAsync(cancel).ConfigureAwait(false);
        return entries.Any(e => e.IsApplied && e.Step == Definition.Id && e.RunId == context.RunId) ? ProbeResult.Applied : ProbeResult.NotApplied;
    }

    public override string? CannotUndoBecause(HistoryEntry entry)
    {
        try
        {
            return RemovedNote(entry);
        }
        catch (MigrationException e)
        {
            return e.Message;
        }
    }

    /// <summary>What says that notes which its undo needs were removed; null where none was.</summary>
    private protected abstract string? RemovedNote(HistoryEntry entry);
}
