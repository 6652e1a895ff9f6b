namespace PSMigrate;

/// <summary>Finds what somebody probably meant.</summary>
public static class Nearest
{
    /// <summary>"Did you mean 'x'?" with all that is valid, or only the latter when nothing is near.</summary>
    public static string Suggest(string given, IEnumerable<string> valid)
    {
        var all = valid.ToList();
        if (all.Count == 0)
        {
            return "There are none.";
        }

        var list = $"Valid: {string.Join(", ", all.Order(StringComparer.Ordinal))}.";
        return To(given, all) is { } near ? $"Did you mean '{near}'? {list}" : list;
    }

    /// <summary>The nearest of the valid names, or null where none is within a third of the name's length (at least one, at most three edits).</summary>
    public static string? To(string given, IEnumerable<string> valid)
    {
        var allowed = Math.Clamp((given.Length + 1) / 3, 1, 3);
        return valid
            .Select(name => (name, distance: Distance(given.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.distance <= allowed)
            .OrderBy(candidate => candidate.distance)
            .Select(candidate => candidate.name)
            .FirstOrDefault();
    }

    /// <summary>Edits between two words, a swap of neighbours counting as one (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
