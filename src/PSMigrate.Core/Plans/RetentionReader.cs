using System.Globalization;
using PSMigrate.Backups;

namespace PSMigrate.Plans;

/// <summary>Reads a plan file's <c>retention</c>.</summary>
internal static class RetentionReader
{
    /// <exception cref="MigrationException">PlanKeyUnknown, PlanKeyMissing, PlanValueInvalid.</exception>
    public static RetentionPolicy Read(PlanNode node)
    {
        var map = node.Map("retention", "keepLast", "olderThan", "includeQuarantine");
        return map.ContainsKey("keepLast") || map.ContainsKey("olderThan")
            ? new RetentionPolicy
            {
                KeepLast = map.TryGetValue("keepLast", out var keepLast) ? Count(keepLast) : null,
                OlderThan = map.TryGetValue("olderThan", out var olderThan) ? Age(olderThan) : null,
                IncludeQuarantine = map.TryGetValue("includeQuarantine", out var include) && include.Boolean("retention includeQuarantine"),
            }
            : throw node.Error("PlanKeyMissing", "retention has neither 'keepLast' nor 'olderThan'.", "Say how many backups are kept, or how old they get, or both.");
    }

    private static int Count(PlanNode node)
    {
        var text = node.Text("retention keepLast");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw node.Error("PlanValueInvalid", $"retention keepLast must be a whole number of at least 1, but '{text}' was found.", "Write a number such as 5.");
    }

    private static TimeSpan Age(PlanNode node)
    {
        var text = node.Text("retention olderThan");
        return ShortTime.TryRead(text, RetentionPolicy.LongestAge, out var age)
            ? age
            : throw node.Error("PlanValueInvalid", $"retention olderThan must be a time, but '{text}' was found.", "Write a time such as 30d or 12h.");
    }
}
