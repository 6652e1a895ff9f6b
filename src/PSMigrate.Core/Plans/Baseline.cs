namespace PSMigrate.Plans;

/// <summary>A target's structure as it stood at a moment: what drift is measured against.</summary>
/// <param name="Structure">Fingerprint of the whole structure.</param>
/// <param name="Objects">Fingerprint of each object by "kind name".</param>
public sealed record Baseline(string Structure, IReadOnlyDictionary<string, string> Objects, DateTimeOffset At)
{
    /// <summary>The differences between this baseline and a later one, each naming its object.</summary>
    public IReadOnlyList<string> DriftTo(Baseline later)
    {
        var drift = new List<string>();
        foreach (var (name, fingerprint) in Objects)
        {
            if (!later.Objects.TryGetValue(name, out var now))
            {
                drift.Add($"{name} is gone");
            }
            else if (now != fingerprint)
            {
                drift.Add($"{name} has changed");
            }
        }

        drift.AddRange(later.Objects.Keys.Where(name => !Objects.ContainsKey(name)).Select(name => $"{name} is new"));
        drift.Sort(StringComparer.Ordinal);
        return drift;
    }
}
