using PSMigrate.Steps;

namespace PSMigrate.Plans;

/// <summary>What must come before what: between the steps of a plan, and between plans of one folder.</summary>
public static class PlanDependencies
{
    /// <summary>
    /// The steps in the order written, moved only as far as their requirements ask.
    /// </summary>
    /// <exception cref="MigrationException">PlanDependencyCycle, PlanDependencyUnknown.</exception>
    public static IReadOnlyList<StepDefinition> InOrder(
        IReadOnlyList<StepDefinition> steps, PlanScope scope, IReadOnlyDictionary<string, PlanNode> places)
    {
        if (steps.All(s => s.Requires.Count == 0))
        {
            return steps;
        }

        var byId = steps.ToDictionary(s => s.Id, StringComparer.Ordinal);
        var ordered = new List<StepDefinition>(steps.Count);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();

        void Visit(StepDefinition step)
        {
            if (done.Contains(step.Id))
            {
                return;
            }

            if (path.Contains(step.Id))
            {
                throw places[step.Id].Error("PlanDependencyCycle",
                    $"the steps depend on each other in a circle: {string.Join(" -> ", path.SkipWhile(p => p != step.Id).Append(step.Id))}.",
                    "Remove one of these dependencies.");
            }

            path.Add(step.Id);
            foreach (var required in step.Requires)
            {
                if (byId.TryGetValue(required, out var before))
                {
                    Visit(before);
                }
                else if (!scope.IsInHistory(required))
                {
                    throw places[step.Id].Error("PlanDependencyUnknown",
                        $"step '{step.Id}' depends on '{required}', which is neither in the plan nor in the target's history.",
                        Nearest.Suggest(required, byId.Keys));
                }
            }

            path.RemoveAt(path.Count - 1);
            done.Add(step.Id);
            ordered.Add(step);
        }

        foreach (var step in steps)
        {
            Visit(step);
        }

        return ordered;
    }

    /// <summary>Follows a plan's dependencies through the plan files beside it.</summary>
    /// <exception cref="MigrationException">PlanDependencyCycle: a plan depends on itself, directly or through others.</exception>
    public static void RequireNoCycle(string name, string file, IReadOnlyList<string> dependencies, PlanNode place)
    {
        Dictionary<string, IReadOnlyList<string>>? others = null;
        var path = new List<string> { name };

        void Follow(IReadOnlyList<string> next)
        {
            foreach (var dependency in next)
            {
                if (dependency == name)
                {
                    throw place.Error("PlanDependencyCycle",
                        $"the plan depends on itself: {string.Join(" -> ", path.Append(name))}.", "Remove one of these dependencies.");
                }

                others ??= DependenciesBeside(file);
                if (!path.Contains(dependency) && others.TryGetValue(dependency, out var further))
                {
                    path.Add(dependency);
                    Follow(further);
                    path.RemoveAt(path.Count - 1);
                }
            }
        }

        Follow(dependencies);
    }

    private static Dictionary<string, IReadOnlyList<string>> DependenciesBeside(string file)
    {
        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var other in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(file))!))
        {
            if (!PlanFileReader.IsPlanFile(other) || Path.GetFullPath(other) == Path.GetFullPath(file))
            {
                continue;
            }

            try
            {
                var entries = PlanNode.Read(other).Entries("a plan");
                var name = entries.FirstOrDefault(e => e.Name == "name").Value?.Text("name") ?? Path.GetFileNameWithoutExtension(other);
                var dependsOn = entries.FirstOrDefault(e => e.Name == "dependsOn").Value;
                found[name] = dependsOn is null ? [] : [.. dependsOn.List("dependsOn").Select(d => d.Text("dependsOn"))];
            }
            catch (MigrationException)
            {
                // A neighbour that is not a plan file, or is broken, is reported when it is planned itself.
            }
        }

        return found;
    }
}
