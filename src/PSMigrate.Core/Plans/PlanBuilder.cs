using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Plans;

/// <summary>Makes a plan from what an author wrote and from looking at the targets. Reads only.</summary>
public sealed class PlanBuilder(MigrationServices services, IMigrationObserver observer)
{
    /// <param name="statePath">Where state is kept; null for beside the plan.</param>
    /// <exception cref="MigrationException">Anything wrong with the files or the targets.</exception>
    public async Task<MigrationPlan> BuildAsync(PlanDraft draft, string? statePath, string? environment, CancellationToken cancel)
    {
        if (!draft.Targets.ContainsKey(MigrationPlan.DefaultTargetName))
        {
            throw new MigrationException("TargetMissing", ErrorKind.InvalidInput, $"The plan '{draft.Name}' has no target.")
            {
                Offender = draft.Name,
                RecommendedAction = "Give -Target, for example sqlite:shop.db, or write 'target:' in the plan file.",
            };
        }

        await using var targets = await TargetSet.OpenAsync(draft.Targets, services, cancel).ConfigureAwait(false);
        var histories = new Dictionary<Target, StepHistory>();
        foreach (var target in targets.Distinct)
        {
            histories.Add(target, new StepHistory(await target.History.ReadAsync(cancel).ConfigureAwait(false)));
        }

        var scope = new PlanScope(draft.BaseFolder, services)
        {
            Opened = targets,
            Variables = draft.Variables,
            Environment = environment,
            Targets = [.. draft.Targets.Keys],
            Schemes = draft.Targets.ToDictionary(t => t.Key, t => t.Value.Scheme),
            IsInHistory = name => histories.Values.Any(h => h.IsApplied(name)),
        };
        var definitions = draft.DefineSteps(scope);
        var planned = definitions.Select(d => new PlannedStep(d) { State = histories[targets[d.Target]].StateOf(d) }).ToList();
        var plan = new MigrationPlan
        {
            Name = draft.Name,
            Type = draft.Type,
            Description = draft.Description,
            CreatedAt = services.Now(),
            BaseFolder = draft.BaseFolder,
            StatePath = statePath ?? Path.Combine(draft.StateParent, StateFolder.Name),
            Targets = new SortedDictionary<string, TargetAddress>(draft.Targets.ToDictionary(t => t.Key, t => t.Value), StringComparer.Ordinal),
            Variables = draft.Variables,
            Environment = environment,
            Dependencies = draft.Dependencies,
            OnFailure = draft.OnFailure,
            MaintenanceFlag = draft.MaintenanceFlag,
            Retention = draft.Retention,
            Staging = Staging(draft),
            Steps = planned,
            Checks = draft.DefineChecks(scope),
            Tests = draft.Tests,
        };
        plan = plan with { Hash = PlanHash.Of(plan) };
        plan = plan with { Evidence = new StateFolder(plan.StatePath).EvidenceFor(plan.Hash) };
        var history = new HistoryFindings(plan, targets, histories);
        plan = await InspectAsync(plan, targets, scope, cancel).ConfigureAwait(false);
        plan = plan with { Findings = [.. plan.Findings, .. history.Find()] };
        return RiskJudge.Judge(plan);
    }

    private static TargetAddress? Staging(PlanDraft draft) => draft.Staging is not { } place || place.Scheme == draft.Targets[MigrationPlan.DefaultTargetName].Scheme ? draft.Staging
        : throw new MigrationException("StagingNotPossible", ErrorKind.InvalidInput, $"The plan cannot be rehearsed on {place}: it must be a server of the target's own engine, {draft.Targets[MigrationPlan.DefaultTargetName].Scheme}.")
        {
            Offender = place.ToString(),
            RecommendedAction = "Name a server of the target's own engine under rehearsal, or leave it out: then the copy is made beside the target.",
        };

    private async Task<MigrationPlan> InspectAsync(MigrationPlan plan, TargetSet targets, PlanScope scope, CancellationToken cancel)
    {
        var baselines = new SortedDictionary<string, Baseline>(StringComparer.Ordinal);
        foreach (var (name, target) in plan.PendingSteps.Any() ? targets.ByName.Where(t => !plan.OnlyRead.Contains(t.Key)) : [])
        {
            baselines[name] = (await target.SnapshotAsync(SnapshotDepth.Structure, observer, cancel).ConfigureAwait(false)).Baseline;
        }

        var scratches = new Dictionary<Target, IInspectionScratch>();
        var steps = new List<PlannedStep>(plan.Steps.Count);
        var changes = new List<Change>();
        var findings = new List<Finding>();
        var rollback = new List<RollbackStep>();
        var types = new SortedSet<MigrationType>(plan.Type);
        var pending = plan.PendingSteps.ToDictionary(
            p => p.Id, p => services.Catalog.Step(p.Kind).Create(p.Definition, targets[p.Definition.Target], scope), StringComparer.Ordinal);
        try
        {
            SideBySide.ForEach([.. pending.Values], step => step.Load());
            foreach (var planned in plan.Steps)
            {
                cancel.ThrowIfCancellationRequested();
                if (planned.State == StepState.Applied)
                {
                    steps.Add(planned);
                    continue;
                }

                var target = targets[planned.Definition.Target];
                if (!scratches.TryGetValue(target, out var scratch) && target is IInspectable inspectable)
                {
                    scratches[target] = scratch = await inspectable.CreateScratchAsync(cancel).ConfigureAwait(false);
                }

                var step = pending[planned.Id];
                var seen = await step.InspectAsync(new InspectionContext(scratch, observer), cancel).ConfigureAwait(false);
                changes.AddRange(seen.Changes);
                findings.AddRange(seen.Findings);
                rollback.Add(seen.Rollback);
                if (plan.Type.Count == 0)
                {
                    types.UnionWith(seen.Types);
                }

                steps.Add(planned with
                {
                    Transactional = step.UnitSettings is not null,
                    Reversibility = seen.Rollback.Reversibility,
                    EstimatedDuration = seen.EstimatedDuration,
                    Touches = seen.Touches,
                });
            }

            foreach (var scratch in scratches.Values)
            {
                await scratch.EndAsync(cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var scratch in scratches.Values)
            {
                await scratch.DisposeAsync().ConfigureAwait(false);
            }
        }

        rollback.Reverse();
        return plan with
        {
            Type = [.. types],
            Steps = steps,
            Changes = changes,
            Findings = findings,
            RollbackSteps = rollback,
            Baselines = baselines,
            Estimate = new DurationEstimate(
                steps.Aggregate(TimeSpan.Zero, (sum, s) => sum + s.EstimatedDuration), DurationEstimate.FromStatements),
        };
    }
}
