using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>Puts each script after those that it requires.</summary>
internal sealed class ScriptRequirements
{
    private readonly IReadOnlyList<SqlScript> scripts;
    private readonly IReadOnlyList<SkippedScript> skipped;
    private readonly Func<string, bool> isInHistory;
    private readonly Dictionary<string, int> byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly ILookup<string, int> byTitle;

    private ScriptRequirements(IReadOnlyList<SqlScript> scripts, IReadOnlyList<SkippedScript> skipped, Func<string, bool> isInHistory)
    {
        this.scripts = scripts;
        this.skipped = skipped;
        this.isInHistory = isInHistory;
        for (var i = 0; i < scripts.Count; i++)
        {
            byName[ScriptFileName.Comparable(scripts[i].Name)] = i;
        }

        byTitle = Enumerable.Range(0, scripts.Count)
            .ToLookup(i => ScriptFileName.Comparable(scripts[i].Title), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The scripts in their order, each moved forward only as far as what requires it asks. The names of required scripts in the
    /// set become their full names.
    /// </summary>
    /// <exception cref="MigrationException">RequiresUnknown, RequiresAmbiguous, RequiresSkipped, RequiresCycle.</exception>
    public static IReadOnlyList<SqlScript> Order(
        IReadOnlyList<SqlScript> scripts, IReadOnlyList<SkippedScript> skipped, Func<string, bool> isInHistory) =>
        scripts.All(script => script.Requires.Count == 0)
            ? scripts
            : new ScriptRequirements(scripts, skipped, isInHistory).Order();

    private List<SqlScript> Order()
    {
        var required = scripts.Select(RequiredBy).ToList();
        var ordered = new List<SqlScript>(scripts.Count);
        var state = new Visit[scripts.Count];

        // The path is kept by hand: a chain of thousands of scripts would be too deep for the stack.
        var path = new Stack<(int Script, int NextRequirement)>();
        for (var start = 0; start < scripts.Count; start++)
        {
            if (state[start] == Visit.None)
            {
                Enter(start);
            }

            while (path.TryPop(out var current))
            {
                var requirements = required[current.Script].InSet;
                if (current.NextRequirement == requirements.Count)
                {
                    state[current.Script] = Visit.Done;
                    ordered.Add(scripts[current.Script] with { Requires = required[current.Script].Names });
                    continue;
                }

                var next = requirements[current.NextRequirement];
                path.Push((current.Script, current.NextRequirement + 1));
                if (state[next] == Visit.Open)
                {
                    throw Cycle([.. path.Reverse().Select(step => step.Script)], next);
                }

                if (state[next] == Visit.None)
                {
                    Enter(next);
                }
            }
        }

        return ordered;

        void Enter(int script)
        {
            state[script] = Visit.Open;
            path.Push((script, 0));
        }
    }

    private (IReadOnlyList<string> Names, IReadOnlyList<int> InSet) RequiredBy(SqlScript script)
    {
        var names = new List<string>();
        var inSet = new List<int>();
        for (var i = 0; i < script.Requires.Count; i++)
        {
            var name = script.Requires[i];
            var found = Find(script, name, script.Source.PlaceAt(script.RequiresOffsets[i]));
            inSet.AddRange(found is { } index ? [index] : []);
            names.Add(found is { } at ? scripts[at].Name : name);
        }

        return (names, inSet);
    }

    /// <summary>The required script's index, or null where the history has it.</summary>
    private int? Find(SqlScript script, string name, SourcePlace place)
    {
        var key = ScriptFileName.Comparable(name.EndsWith(ScriptFileName.Extension, StringComparison.OrdinalIgnoreCase)
            ? name[..^ScriptFileName.Extension.Length]
            : name);
        if (byName.TryGetValue(key, out var exact))
        {
            return exact;
        }

        var titled = byTitle[key].ToList();
        if (titled is [var only])
        {
            return only;
        }

        if (titled.Count > 1)
        {
            throw place.Error("RequiresAmbiguous",
                $"{script.Name} requires '{name}', which may be {string.Join(" or ", titled.Select(i => scripts[i].Name))}.",
                "Write the full name, with its version.");
        }

        if (isInHistory(name))
        {
            return null;
        }

        if (skipped.FirstOrDefault(other => ScriptFileName.AreSame(other.Script.Name, key) || ScriptFileName.AreSame(other.Script.Title, key)) is { } left)
        {
            throw place.Error("RequiresSkipped",
                $"{script.Name} requires '{name}', which is skipped. {left.Reason}",
                "Restrict both scripts to the same environments, or name the environment.");
        }

        throw place.Error("RequiresUnknown",
            $"{script.Name} requires '{name}', which is neither among the scripts nor in the target's history.",
            Nearest.To(name, scripts.SelectMany(other => new[] { other.Name, other.Title }).Distinct()) is { } near
                ? $"Did you mean '{near}'?"
                : "Mend the name, or add the script that is required.");
    }

    private MigrationException Cycle(IReadOnlyList<int> path, int closing)
    {
        var circle = path.SkipWhile(index => index != closing).Append(closing).Select(index => scripts[index].Name);
        var script = scripts[closing];
        return script.Source.PlaceAt(script.RequiresOffsets[0]).Error(
            "RequiresCycle", $"{script.Name} requires itself in a circle: {string.Join(" -> ", circle)}.", "Remove one of these requirements.");
    }

    private enum Visit { None, Open, Done }
}
