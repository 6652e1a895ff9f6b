namespace PSMigrate.Benchmarks.Contenders;

/// <summary>Everyone who takes part. Add a contender or a planner here, and it is in every table.</summary>
/// <param name="Entrants">The contenders, in the order in which each round runs them.</param>
/// <param name="Planners">The planners, in the order in which each round runs them.</param>
internal sealed record LineUp(IReadOnlyList<Entrant> Entrants, IReadOnlyList<IPlanner> Planners)
{
    /// <summary>Everyone.</summary>
    public static LineUp Create()
    {
        var bare = new BareLoop(Grouping.EachScript, BareRecheck.Checksums);
        var bareGrouped = new BareLoop(Grouping.AllScripts, BareRecheck.Checksums);
        var dbUp = new DbUpContender(Grouping.EachScript);
        var dbUpGrouped = new DbUpContender(Grouping.AllScripts);
        var fluent = new FluentMigratorContender(Grouping.EachScript);
        var fluentGrouped = new FluentMigratorContender(Grouping.AllScripts);

        var ours = new PSMigrateContender(Grouping.AllScripts, withPlanning: false);
        var oursPlanned = new PSMigrateContender(Grouping.AllScripts, withPlanning: true);
        var oursEach = new PSMigrateContender(Grouping.EachScript, withPlanning: false);

        return new LineUp(
            [
                new(ours, Part.Apply),
                new(oursPlanned, Part.Apply | Part.Rerun),
                new(oursEach, Part.Apply),
                new(bare, Part.Apply | Part.Rerun, Preparer: bareGrouped),
                new(bareGrouped, Part.Apply),
                new(new BareLoop(Grouping.EachScript, BareRecheck.Names), Part.Rerun, Preparer: bareGrouped),
                new(dbUp, Part.Apply | Part.Rerun, Preparer: dbUpGrouped),
                new(dbUpGrouped, Part.Apply),
                new(new EvolveContender(), Part.Apply | Part.Rerun),
                new(fluent, Part.Apply | Part.Rerun, Preparer: fluentGrouped),
                new(fluentGrouped, Part.Apply),
            ],
            [
                new PSMigratePlanner(),
                new BarePlanner(),
                new DbUpPlanner(),
                new EvolvePlanner(),
            ]);
    }

    /// <summary>Those whose names contain one of these; everyone when there are none.</summary>
    public LineUp Only(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return this;
        }

        var chosen = new LineUp(
            [.. Entrants.Where(entrant => Matches(entrant.Contender.Name))],
            [.. Planners.Where(planner => Matches(planner.Name))]);
        return chosen.Entrants.Count + chosen.Planners.Count > 0
            ? chosen
            : throw new BenchmarkException($"No contender is called '{string.Join("', '", names)}'.");

        bool Matches(string name) => names.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
    }
}
