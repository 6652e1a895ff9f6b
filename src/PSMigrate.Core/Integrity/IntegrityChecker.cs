using PSMigrate.Backups;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Integrity;

/// <summary>One thing that was examined after a migration.</summary>
/// <param name="Category">history, structure, data, row, check or target.</param>
public sealed record IntegrityResult(string Target, string Category, string Name, bool Passed, string Detail);

/// <summary>Compares what is with what should be. Reads only.</summary>
public sealed class IntegrityChecker(MigrationServices services, IMigrationObserver observer)
{
    /// <summary>How many differing rows of a table are named on each side.</summary>
    private const int MostRows = 20;

    /// <summary>Examines a plan's targets against its history, its run, its backup and its checks.</summary>
    /// <param name="depth">How much of the data is read: Structure leaves data out, Counts counts rows, Checksums reads all.</param>
    public async Task<IReadOnlyList<IntegrityResult>> CheckAsync(MigrationPlan plan, SnapshotDepth depth, CancellationToken cancel)
    {
        await using var targets = await TargetSet.OpenAsync(plan, services, cancel).ConfigureAwait(false);
        var results = new List<IntegrityResult>();
        foreach (var target in targets.Distinct)
        {
            var names = targets.ByName.Where(t => t.Value == target).Select(t => t.Key).ToList();
            observer.Progress(new ProgressReport("Verifying", target.DisplayName, 0, -1));
            await CheckTargetAsync(plan, target, names, depth, results, cancel).ConfigureAwait(false);
        }

        var scope = Steps.PlanScope.Of(plan, services, targets);
        foreach (var check in plan.Checks)
        {
            var result = await services.Catalog.Check(check.Kind).RunAsync(check, targets[check.Target], scope, cancel).ConfigureAwait(false);
            results.Add(new IntegrityResult(targets[check.Target].DisplayName, "check", result.Name, result.Passed, result.Detail));
        }

        foreach (var planned in plan.Steps.Where(s => s.State == StepState.Applied))
        {
            var target = targets[planned.Definition.Target];
            var step = services.Catalog.Step(planned.Kind).Create(planned.Definition, target, scope);
            if (!step.HasVerification)
            {
                continue;
            }

            try
            {
                await step.VerifyAsync(new Steps.StepContext(plan.Run?.RunId ?? "", observer) { PlanName = plan.Name }, cancel).ConfigureAwait(false);
                results.Add(new IntegrityResult(target.DisplayName, "check", $"verification of {planned.Id}", true, "passed"));
            }
            catch (MigrationException e)
            {
                results.Add(new IntegrityResult(target.DisplayName, "check", $"verification of {planned.Id}", false, e.Message));
            }
        }

        observer.Progress(new ProgressReport("Verifying", "Done", 0, 100, Completed: true));
        return results;
    }

    /// <summary>Compares two targets: structure, and the content of every table.</summary>
    public async Task<IReadOnlyList<IntegrityResult>> CompareAsync(TargetAddress one, TargetAddress other, SnapshotDepth depth, CancellationToken cancel)
    {
        await using var targets = await TargetSet.OpenAsync(
            new Dictionary<string, TargetAddress> { ["one"] = one, ["other"] = other }, services, cancel).ConfigureAwait(false);
        var a = await targets["one"].SnapshotAsync(depth, observer, cancel).ConfigureAwait(false);
        var b = await targets["other"].SnapshotAsync(depth, observer, cancel).ConfigureAwait(false);
        var results = new List<IntegrityResult>();
        var name = targets["one"].DisplayName;
        AddStructure(results, name, a.Baseline, b.Baseline, "structure equals the other target's");
        if (depth != SnapshotDepth.Structure)
        {
            AddContents(results, name, a.Contents, b.Contents);
        }

        if (depth == SnapshotDepth.Rows)
        {
            await AddRowsAsync(results, targets["one"], targets["other"], cancel).ConfigureAwait(false);
        }

        return results;
    }

    private static async Task AddRowsAsync(List<IntegrityResult> results, Target one, Target other, CancellationToken cancel)
    {
        foreach (var table in results.Where(r => !r.Passed && r.Category == "data").ToList())
        {
            if (await one.CompareRowsAsync(other, table.Name, MostRows, cancel).ConfigureAwait(false) is not { } rows)
            {
                continue;
            }

            results.AddRange(rows.OnlyHere.Select(row => new IntegrityResult(one.DisplayName, "row", table.Name, false, $"only here: {row}")));
            results.AddRange(rows.OnlyThere.Select(row => new IntegrityResult(one.DisplayName, "row", table.Name, false, $"only in the other target: {row}")));
        }
    }

    private async Task CheckTargetAsync(
        MigrationPlan plan, Target target, IReadOnlyList<string> names, SnapshotDepth depth, List<IntegrityResult> results, CancellationToken cancel)
    {
        var display = target.DisplayName;
        foreach (var check in await target.SelfCheckAsync(cancel).ConfigureAwait(false))
        {
            results.Add(new IntegrityResult(display, "target", check.Name, check.Passed, check.Detail));
        }

        var history = new StepHistory(await target.History.ReadAsync(cancel).ConfigureAwait(false));
        foreach (var step in plan.Steps.Where(s => names.Contains(s.Definition.Target)))
        {
            var applied = history.Applied.TryGetValue(step.Id, out var entry);
            var same = applied && entry!.Checksum == step.Definition.Checksum;
            results.Add(new IntegrityResult(display, "history", step.Id, same,
                same ? $"applied {entry!.AppliedAt:yyyy-MM-ddTHH:mm:ssZ} by run {entry.RunId}"
                : applied ? "applied, but with another content than the plan's" : "not applied"));
        }

        var snapshot = await target.SnapshotAsync(depth, observer, cancel).ConfigureAwait(false);
        if (await target.History.ReadBaselineAsync(cancel).ConfigureAwait(false) is { } recorded)
        {
            AddStructure(results, display, recorded.Baseline, snapshot.Baseline, $"structure is as run {recorded.RunId} left it");
        }

        if (plan.Rehearsal is { Succeeded: true, StructureAfter.Length: > 0 } rehearsal && names.Contains(MigrationPlan.DefaultTargetName))
        {
            var equal = rehearsal.StructureAfter == snapshot.Baseline.Structure;
            results.Add(new IntegrityResult(display, "structure", "structure is as rehearsed", equal,
                equal ? "equal fingerprints" : "the structure is not the one that the rehearsal ended with"));
        }

        if (depth != SnapshotDepth.Structure)
        {
            await CheckUntouchedAsync(plan, names, snapshot, display, results, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Tables that the plan does not touch must be as they were backed up.</summary>
    private static async Task CheckUntouchedAsync(
        MigrationPlan plan, IReadOnlyList<string> names, TargetSnapshot now, string display, List<IntegrityResult> results, CancellationToken cancel)
    {
        if (plan.Backup is not { Succeeded: true } evidence || names.Select(n => evidence.Folders.GetValueOrDefault(n)).FirstOrDefault(f => f is not null) is not { } folder)
        {
            return;
        }

        if (plan.Steps.FirstOrDefault(s => names.Contains(s.Definition.Target) && s.Touches.Contains(PlannedStep.Anything)) is { } any)
        {
            results.Add(new IntegrityResult(display, "data", "untouched data", true, $"not examined: nobody can tell what '{any.Id}' touches"));
            return;
        }

        var backup = Backup.Read(folder);
        await BackupKeeper.RequireUnalteredAsync(backup, cancel).ConfigureAwait(false);
        var touched = plan.Steps.Where(s => names.Contains(s.Definition.Target)).SelectMany(s => s.Touches).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var untouched = backup.Manifest.Content.Snapshot.Contents.Where(c => !touched.Contains(c.Name)).ToList();
        var present = now.Contents.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (var before in untouched)
        {
            var after = present.GetValueOrDefault(before.Name);
            var equal = after is not null && after.Rows == before.Rows && (after.Fingerprint is null || after.Fingerprint == before.Fingerprint);
            results.Add(new IntegrityResult(display, "data", $"{before.Name} is untouched", equal,
                after is null ? "gone"
                : !equal ? $"{before.Rows} rows before, {after.Rows} now, or with another content"
                : after.Fingerprint is null ? $"{after.Rows} rows, counted" : $"{after.Rows} rows, equal fingerprints"));
        }
    }

    private static void AddStructure(List<IntegrityResult> results, string display, Baseline expected, Baseline present, string name)
    {
        var drift = expected.DriftTo(present);
        results.Add(new IntegrityResult(display, "structure", name, drift.Count == 0,
            drift.Count == 0 ? $"{present.Objects.Count} objects, equal fingerprints" : string.Join("; ", drift)));
    }

    private static void AddContents(
        List<IntegrityResult> results, string display, IReadOnlyList<ContentFingerprint> one, IReadOnlyList<ContentFingerprint> other)
    {
        var theirs = other.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var ours = one.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (var name in ours.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal))
        {
            var a = ours.GetValueOrDefault(name);
            var b = theirs.GetValueOrDefault(name);
            var equal = a is not null && b is not null && a.Rows == b.Rows && a.Fingerprint == b.Fingerprint;
            results.Add(new IntegrityResult(display, "data", name, equal, (a, b) switch
            {
                (null, _) => "only in the other target",
                (_, null) => "not in the other target",
                _ when equal => $"{a.Rows} rows" + (a.Fingerprint is null ? ", counted" : ", equal fingerprints"),
                _ when a.Rows != b.Rows => $"{a.Rows} rows here, {b.Rows} in the other target",
                _ => $"{a.Rows} rows in both, with another content",
            }));
        }
    }
}
