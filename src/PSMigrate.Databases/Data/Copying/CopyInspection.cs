using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>Says what a copy would do: which tables, how many rows, what will not come along, and which values cannot. Reads only.</summary>
internal sealed class CopyInspection(string step, CopyDefinition definition, DataDoor from, DataDoor to, InspectionContext context)
{
    /// <summary>Until a rehearsal has shown better.</summary>
    private const double RowsPerSecond = 100_000;

    public async Task<StepInspection> InspectAsync(CancellationToken cancel)
    {
        var source = await from.ReadStructureAsync(cancel).ConfigureAwait(false);
        var target = await to.ReadStructureAsync(cancel).ConfigureAwait(false);
        var scratch = context.Scratch as ITableScratch;
        var planner = new CopyPlanner(step, definition, from, source, to, target) { WillBeThere = scratch is null ? null : scratch.WillBeThere };
        var copies = planner.Plan(new HashSet<string>());
        foreach (var copy in copies)
        {
            if (copy.Design is null)
            {
                scratch?.WillBeWritten(copy.Target.Schema, copy.Target.Name);
            }
            else
            {
                scratch?.WillBeMade(copy.Target.Schema, copy.Target.Name);
            }
        }

        var changes = new List<Change>();
        var findings = new List<Finding>();
        changes.AddRange(planner.NotExamined.Select(name => new Change(step, $"copy into {name}", "", "", RiskLevel.Medium)));
        findings.AddRange(planner.NotExamined.Select(name => new Finding("PSM304", RiskLevel.Medium, step, $"{name} is made by a step before: whether its columns hold the values was not examined.", "Rehearse the plan.", FindingSource.Text)));
        var all = 0L;
        var moment = await from.OpenMomentAsync(cancel).ConfigureAwait(false);
        await using var _ = moment.ConfigureAwait(false);
        foreach (var copy in copies)
        {
            var rows = await CountAsync(copy, moment, cancel).ConfigureAwait(false);
            all += rows;
            if (copy.Design is { } design)
            {
                changes.Add(new Change(step, $"create table {copy.Target.FullName}", "", $"{design.Columns.Count} columns, {design.Indexes.Count} indexes, {design.ForeignKeys.Count} foreign keys", RiskLevel.Low));
                findings.AddRange(design.NotMade.Select(what => new Finding("PSM302", RiskLevel.Low, step, $"Of {copy.Source.FullName} does not come along: {what}.", "Make it in a step of its own.", FindingSource.Observed)));
            }
            else
            {
                await using var seen = await to.OpenMomentAsync(cancel).ConfigureAwait(false);
                await CopyRun.RequireEmptyAsync(step, to, seen, copy.Target, cancel).ConfigureAwait(false);
            }

            changes.Add(new Change(step, $"copy {copy.Source.FullName} into {copy.Target.FullName}", "0 rows", $"{rows:N0} rows", RiskLevel.Low));
            findings.AddRange(await new LossinessProof(step, copy, from, moment, context.Observer).FindAsync(cancel).ConfigureAwait(false));
        }

        if (moment.NotOneMomentBecause is { } why)
        {
            findings.Add(new Finding("PSM303", RiskLevel.Medium, step, $"The rows may be of different moments: {why}.", "Keep others from writing to the source while it is copied.", FindingSource.Observed));
        }

        return new StepInspection
        {
            Changes = changes,
            Findings = findings,
            Rollback = new RollbackStep(step, Reversibility.Inverse, "generated", false, $"Remove the rows that were copied{(copies.Any(c => c.Design is not null) ? ", and the tables that were made" : "")}; rows that others wrote since stay."),
            EstimatedDuration = TimeSpan.FromSeconds(all / RowsPerSecond) + TimeSpan.FromMilliseconds(50 * copies.Count),
            Touches = [.. copies.Select(c => c.Target.FullName), .. planner.NotExamined],
            Types = [MigrationType.Data],
        };
    }

    private async Task<long> CountAsync(TableCopy copy, ReadMoment moment, CancellationToken cancel)
    {
        try
        {
            var found = await moment.QueryAsync($"SELECT count(*) FROM {from.Name(copy.Source)} t{(copy.Where is { } where ? $" WHERE {where}" : "")}", cancel).ConfigureAwait(false);
            return long.Parse(found[0][0]!, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (MigrationException e) when (copy.Where is not null && e.ErrorId != "ConnectionLost")
        {
            throw new MigrationException("CopyFilterInvalid", ErrorKind.InvalidInput, $"'{step}': the filter of {copy.Source.FullName}, \"{copy.Where}\", is not understood by {from.Engine}: {e.Message}", e)
            {
                Offender = step,
                RecommendedAction = "Write a condition in the source's own SQL, in which the table is t.",
            };
        }
    }
}
