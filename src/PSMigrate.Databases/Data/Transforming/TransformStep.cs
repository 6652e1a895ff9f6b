using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Transforming;

/// <summary>The rows of a table, changed in place.</summary>
public sealed class TransformStep : RowsStep
{
    /// <summary>Until a rehearsal has shown better.</summary>
    private const double RowsPerSecond = 50_000;

    private readonly TransformDefinition? definition;

    internal TransformStep(StepDefinition step, TransformDefinition? definition, DatabaseTarget target)
        : base(step, target)
    {
        this.definition = definition;
    }

    public override async Task<StepInspection> InspectAsync(InspectionContext context, CancellationToken cancel)
    {
        var door = Database.Data;
        var structure = await door.ReadStructureAsync(cancel).ConfigureAwait(false);
        TransformPlan plan;
        try
        {
            plan = TransformPlan.Of(Definition.Id, definition!, door, structure);
        }
        catch (MigrationException e) when (e.ErrorId is "TransformTableNotFound" or "TransformColumnNotFound" && context.Scratch is ITableScratch scratch && MayBeThere(scratch))
        {
            return Inspection([], [new Finding("PSM304", RiskLevel.Medium, Definition.Id, $"{definition!.Table} is made or changed by a step before: what the transform does to it was not examined.", "Rehearse the plan.", FindingSource.Text)], definition.Table, 0);
        }

        (context.Scratch as ITableScratch)?.WillBeWritten(plan.Table.Schema, plan.Table.Name);
        var rows = await CountAsync(door, plan, cancel).ConfigureAwait(false);
        var changes = plan.Columns.Select(c => new Change(Definition.Id, $"transform {plan.Table.FullName}.{c.Column.Name}", $"{rows:N0} rows{(plan.Where is { } where ? $" where {where}" : "")}", c.Expression, RiskLevel.Medium) { RowsLost = rows }).ToList();
        return Inspection(changes, [], plan.Table.FullName, rows);
    }

    public override async Task<AppliedStep> ApplyAsync(StepContext context, CancellationToken cancel) =>
        await new TransformRun(Definition.Id, definition!, Database.Data, context).RunAsync(cancel).ConfigureAwait(false);

    public override Task VerifyAsync(StepContext context, CancellationToken cancel) => Task.CompletedTask;

    public override async Task<UndoneStep> UndoAsync(StepContext context, HistoryEntry entry, CancellationToken cancel) =>
        await new TransformUndo(entry, Database.Data, context).RunAsync(cancel).ConfigureAwait(false);

    private protected override string? RemovedNote(HistoryEntry entry) => TransformRecord.Of(entry)?.RemovedNote;

    private bool MayBeThere(ITableScratch scratch)
    {
        var dot = definition!.Table.LastIndexOf('.');
        return scratch.WillBeThere(dot < 0 ? Database.Data.DefaultSchema : definition.Table[..dot], definition.Table[(dot + 1)..]);
    }

    private StepInspection Inspection(IReadOnlyList<Change> changes, IReadOnlyList<Finding> findings, string table, long rows) => new()
    {
        Changes = changes,
        Findings = findings,
        Rollback = new RollbackStep(Definition.Id, Reversibility.InverseWithCapture, "generated", false, $"Give the rows of {table} the values that they had; rows that others changed since stay."),
        EstimatedDuration = TimeSpan.FromSeconds(rows / RowsPerSecond) + TimeSpan.FromMilliseconds(100),
        Touches = [table],
        Types = [MigrationType.Data],
    };

    /// <summary>How many rows there are to change; the expressions are asked of no row, so that what is wrong with them shows.</summary>
    private async Task<long> CountAsync(DataDoor door, TransformPlan plan, CancellationToken cancel)
    {
        await using var moment = await door.OpenMomentAsync(cancel).ConfigureAwait(false);
        foreach (var (column, expression) in plan.Columns)
        {
            await TryAsync(moment, $"SELECT ({expression}) FROM {door.Name(plan.Table)} t WHERE 1 = 0", $"the new value of {column.Name}, \"{expression}\"", door, cancel).ConfigureAwait(false);
        }

        var found = await TryAsync(moment, $"SELECT count(*) FROM {door.Name(plan.Table)} t{(plan.Where is { } where ? $" WHERE ({where})" : "")}", $"the condition \"{plan.Where}\"", door, cancel).ConfigureAwait(false);
        return long.Parse(found[0][0]!, System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<IReadOnlyList<IReadOnlyList<string?>>> TryAsync(ReadMoment moment, string sql, string what, DataDoor door, CancellationToken cancel)
    {
        try
        {
            return await moment.QueryAsync(sql, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId != "ConnectionLost")
        {
            throw new MigrationException("TransformExpressionInvalid", ErrorKind.InvalidInput, $"'{Definition.Id}': {what} is not understood by {door.Engine}: {e.Message}", e)
            {
                Offender = Definition.Id,
                RecommendedAction = "Write it in the target's own SQL, in which the table is t.",
            };
        }
    }
}
