using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>The rows of some tables, copied from one database into another.</summary>
public sealed class CopyStep : RowsStep
{
    private readonly CopyDefinition? definition;
    private readonly DatabaseTarget? source;
    private IReadOnlySet<string> written = new HashSet<string>();

    internal CopyStep(StepDefinition step, CopyDefinition? definition, DatabaseTarget target, DatabaseTarget? source)
        : base(step, target)
    {
        this.definition = definition;
        this.source = source;
    }

    private DataDoor From => source?.Data ?? throw new InvalidOperationException("The source of the copy is not open.");

    public override async Task<StepInspection> InspectAsync(InspectionContext context, CancellationToken cancel)
    {
        RequireTwo();
        return await new CopyInspection(Definition.Id, definition!, From, Database.Data, context).InspectAsync(cancel).ConfigureAwait(false);
    }

    public override async Task<AppliedStep> ApplyAsync(StepContext context, CancellationToken cancel)
    {
        RequireTwo();
        var applied = await new CopyRun(Definition.Id, definition!, From, Database.Data, context).RunAsync(cancel).ConfigureAwait(false);
        written = applied.Touched.ToHashSet(StringComparer.Ordinal);
        return applied;
    }

    /// <summary>What was written is counted by whoever writes it; that the rows refer to rows that are there is looked at here.</summary>
    public override async Task VerifyAsync(StepContext context, CancellationToken cancel)
    {
        var broken = await Database.Data.BrokenReferencesAsync(written, cancel).ConfigureAwait(false);
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
        await new CopyUndo(entry, Database.Data, context).RunAsync(cancel).ConfigureAwait(false);

    private protected override string? RemovedNote(HistoryEntry entry) => CopyRecord.Of(entry)?.RemovedNote;

    private void RequireTwo()
    {
        if (source?.Identity == Database.Identity)
        {
            throw new MigrationException("CopyOntoItself", ErrorKind.InvalidInput, $"'{Definition.Id}' copies from {source.Address} into itself.")
            {
                Offender = Definition.Id,
                RecommendedAction = "Within one database, write INSERT … SELECT in a script.",
            };
        }
    }
}
