using PSMigrate.Plans;

namespace PSMigrate.Databases.Rules;

/// <summary>One thing to look out for in scripts. Rules are data: a new one is a new entry of <see cref="ScriptRules"/>.</summary>
/// <param name="Id">Stable, documented, and never given to another rule.</param>
/// <param name="Reason">Why it matters.</param>
/// <param name="SaferWay">What to do instead.</param>
/// <param name="Look">Where the rule applies.</param>
public sealed record ScriptRule(string Id, RiskLevel Risk, string Reason, string SaferWay, Func<ScriptReview, IEnumerable<Sighting>> Look)
{
    public FindingSource Source { get; init; } = FindingSource.Text;

    /// <summary>A rule about single statements.</summary>
    public static ScriptRule ForStatement(string id, RiskLevel risk, string reason, string saferWay, Func<ReviewedStatement, ScriptReview, bool> applies) =>
        new(id, risk, reason, saferWay, review => review.Statements.Where(s => applies(s, review)).Select(s => new Sighting(s.Statement.Place)));

    /// <summary>A rule about what was seen when the script was run on the bare structure.</summary>
    public static ScriptRule ForOutcome(string id, RiskLevel risk, string reason, string saferWay, Func<ScriptReview, IEnumerable<string>> see) =>
        new(id, risk, reason, saferWay, review => see(review).Select(detail => new Sighting(null, detail))) { Source = FindingSource.Observed };

    public IEnumerable<Finding> Examine(ScriptReview review) => Look(review).Select(sighting =>
        new Finding(Id, Risk, review.Step, sighting.Detail is null ? Reason : $"{Reason}: {sighting.Detail}", SaferWay, Source) { Place = sighting.Place });
}

/// <summary>A place where a rule applies, or what was seen.</summary>
public sealed record Sighting(SourcePlace? Place, string? Detail = null);
