using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>The rows of some tables, copied from one database into another.</summary>
public sealed class CopyStep : Step
{
    private readonly CopyDefinition? definition;
    private readonly DatabaseTarget target;
    private readonly DatabaseTarget? source;
    private IReadOnlySet<string> written = new HashSet<string>();

    internal CopyStep(StepDefinition step, CopyDefinition? definition, DatabaseTarget target, DatabaseTarget? source)
        : base(step, target)
    {
        this.definition = definition;
        this.target = target;
        this.source = source;
    }

    /// <summary>Each chunk is committed with what is noted of it; the history knows what is noted where.</summary>
    public override bool CommitsWithHistory => true;

    private DataDoor From => source?.Data ?? throw new InvalidOperationException("The source of the copy is not open.");

    public override async Task<StepInspection> InspectAsync(InspectionContext context, CancellationToken cancel) =>
        await new CopyInspection(Definition.Id, definition!, From, target.Data, context).InspectAsync(cancel).ConfigureAwait(false);

    public override async Task<AppliedStep> ApplyAsync(StepContext context, CancellationToken cancel)
    {
        if (source!.Identity == target.Identity)
        {
            throw new MigrationException("CopyOntoItself", ErrorKind.InvalidInput, $"'{Definition.Id}' copies from {source.Address} into itself.")
            {
                Offender = Definition.Id,
                RecommendedAction = "Within one database, write INSERT … SELECT in a script.",
            };
        }

        var applied = await new CopyRun(Definition.Id, definition!, From, target.Data, context).RunAsync(cancel).ConfigureAwait(false);
        written = applied.Touched.ToHashSet(StringComparer.Ordinal);
        return applied;
    }

    /// <summary>What was written is counted by whoever writes it; that the rows refer to rows that are there is looked at here.</summary>
    public override async Task VerifyAsync(StepContext context, CancellationToken cancel)
    {
        var broken = await target.Data.BrokenReferencesAsync(written, cancel).ConfigureAwait(false);
        if (broken.Count > 0)
        {
            throw new MigrationException("VerificationFailed", ErrorKind.Failed, $"After '{Definition.Id}', rows refer to rows that are not there: {string.Join("; ", broken.Take(5))}.")
            {
                Offender = Definition.Id,
                RecommendedAction = "Copy the tables that they refer to as well, or leave these rows out.",
            };
        }
    }

    public override async Task<UndoneStep> UndoAsync(StepContext context, HistoryEntry entry, CancellationToken cancel) =>
        await new CopyUndo(entry, target.Data, context).RunAsync(cancel).ConfigureAwait(false);

    public override string? CannotUndoBecause(HistoryEntry entry)
    {
        try
        {
            return CopyRecord.Of(entry)?.RemovedNote;
        }
        catch (MigrationException e)
        {
            return e.Message;
        }
    }

    public override async Task<ProbeResult> ProbeAsync(StepContext context, CancellationToken cancel)
    {
        if (context.Begun is { } begun)
        {
            return begun.Progress.Count > 0 ? ProbeResult.Partly : ProbeResult.NotApplied;
        }

        var entries = await target.History.ReadAsync(cancel).ConfigureAwait(false);
        return entries.Any(e => e.IsApplied && e.Step == Definition.Id && e.RunId == context.RunId) ? ProbeResult.Applied : ProbeResult.NotApplied;
    }

    public override void RequireFilesUnchanged()
    {
    }
}
