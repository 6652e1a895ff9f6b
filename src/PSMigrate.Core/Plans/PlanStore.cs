using PSMigrate.Journal;

namespace PSMigrate.Plans;

/// <summary>Plans on disk: exported files and the frozen plans of runs.</summary>
public static class PlanStore
{
    private const string Frozen = "plan.json";

    /// <summary>Reads a plan, with the evidence that it carries and what was kept for its hash since.</summary>
    /// <param name="path">An exported plan, or a run's folder.</param>
    /// <exception cref="MigrationException">PlanNotFound, PlanDocumentInvalid, PlanDocumentNewer.</exception>
    public static MigrationPlan Read(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, Frozen) : path;
        if (!File.Exists(file))
        {
            throw new MigrationException("PlanNotFound", ErrorKind.NotFound, $"There is no plan at {path}.")
            {
                Offender = path,
                RecommendedAction = "Name a file that Export-MigrationPlan wrote, or the folder of a run.",
            };
        }

        var plan = PlanDocument.Read(File.ReadAllText(file), Path.GetDirectoryName(Path.GetFullPath(file))!, file);
        var carried = plan.Evidence.Select(e => System.Text.Json.JsonSerializer.Serialize(e, PlanDocument.LineOptions)).ToHashSet(StringComparer.Ordinal);
        var kept = new StateFolder(plan.StatePath).EvidenceFor(plan.Hash)
            .Where(e => !carried.Contains(System.Text.Json.JsonSerializer.Serialize(e, PlanDocument.LineOptions)))
            .ToList();
        if (Directory.Exists(path) && kept.OfType<RunEvidence>().LastOrDefault(e => e.RunId == Path.GetFileName(Path.TrimEndingDirectorySeparator(path))) is { } run)
        {
            // The plan was frozen when the run began; what became of it was kept when it ended.
            plan = plan.After(run);
        }

        return kept.Count == 0 ? plan : RiskJudge.Judge(plan with { Evidence = [.. plan.Evidence.Concat(kept).OrderBy(e => e.At)] });
    }
}
