using PSMigrate.Engine;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Plans;

/// <summary>Reads a plan file: YAML as an author writes it. Everything wrong with it has a line and a column.</summary>
public static class PlanFileReader
{
    private static readonly string[] Keys =
        ["name", "type", "description", "target", "targets", "variables", "dependsOn", "onFailure", "maintenance", "retention", "rehearsal", "notify", "steps", "checks", "tests"];

    private static readonly string[] StepKeys = ["name", "target", "dependsOn"];

    public static bool IsPlanFile(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml";

    /// <param name="file">Full path of the plan file.</param>
    /// <exception cref="MigrationException">PlanFileInvalid, PlanKeyUnknown, PlanValueInvalid, PlanKeyMissing, PlanFileMissing, PlanDependencyCycle.</exception>
    public static PlanDraft Read(string file, MigrationServices services)
    {
        var root = PlanNode.Read(file);
        if (root.IsMap && root.Entries("a plan").Any(e => e.Name == PlanDocument.FormatKey))
        {
            throw root.Error("PlanIsExported", "this is an exported plan, not a plan file.", "Read it with Get-MigrationPlan.");
        }

        var map = root.Map("a plan", Keys);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var name = map.TryGetValue("name", out var nameNode) ? nameNode.Text("name") : Path.GetFileNameWithoutExtension(file);
        if (map.TryGetValue("notify", out var notify))
        {
            throw notify.Error("PlanKeyNotSupported", "'notify' is not available in this version.", "Remove it, and notify from the script that runs the plan.");
        }

        if (!map.TryGetValue("steps", out var steps))
        {
            throw root.Error("PlanKeyMissing", "the plan has no 'steps'.", "Add a 'steps:' list, for example '- sql: ./migrations'.");
        }

        var dependencies = map.TryGetValue("dependsOn", out var dependsOn)
            ? dependsOn.List("dependsOn").Select(d => d.Text("an entry of dependsOn")).ToList()
            : [];
        if (dependsOn is not null)
        {
            PlanDependencies.RequireNoCycle(name, file, dependencies, dependsOn);
        }

        return new PlanDraft
        {
            Name = name,
            BaseFolder = folder,
            StateParent = folder,
            Type = map.TryGetValue("type", out var type) ? [.. type.List("type").Select(t => t.OneOf<MigrationType>("type")).Distinct().Order()] : [],
            Description = map.TryGetValue("description", out var description) ? description.Text("description") : "",
            Targets = ReadTargets(map, folder, services),
            Variables = new SortedDictionary<string, string>(
                map.TryGetValue("variables", out var variables)
                    ? variables.Entries("variables").ToDictionary(v => v.Name, v => v.Value.Text($"variable {v.Name}"))
                    : [], StringComparer.Ordinal),
            Dependencies = dependencies,
            OnFailure = map.TryGetValue("onFailure", out var onFailure) ? onFailure.OneOf<OnFailure>("onFailure") : OnFailure.Default,
            MaintenanceFlag = map.TryGetValue("maintenance", out var maintenance) ? ReadFlag(maintenance, folder) : null,
            Retention = map.TryGetValue("retention", out var retention) ? RetentionReader.Read(retention) : null,
            Staging = map.TryGetValue("rehearsal", out var rehearsal) ? ReadStaging(rehearsal, folder, services) : null,
            DefineSteps = scope => ReadSteps(steps, scope),
            DefineChecks = scope => map.TryGetValue("checks", out var checks) ? ReadChecks(checks, scope) : [],
            Tests = map.TryGetValue("tests", out var tests) ? [.. tests.List("tests").Select(t => PlanFiles.Describe("test", t, folder))] : [],
        };
    }

    private static SortedDictionary<string, TargetAddress> ReadTargets(IReadOnlyDictionary<string, PlanNode> map, string folder, MigrationServices services)
    {
        var targets = new SortedDictionary<string, TargetAddress>(StringComparer.Ordinal);
        if (map.TryGetValue("targets", out var named))
        {
            foreach (var (_, name, value) in named.Entries("targets"))
            {
                targets.Add(name, Address(value, value.Text($"target {name}"), folder, services));
            }
        }

        if (map.TryGetValue("target", out var main))
        {
            var text = main.Text("target");
            targets[MigrationPlan.DefaultTargetName] = targets.TryGetValue(text, out var known)
                ? known
                : Address(main, text, folder, services);
        }

        return targets;
    }

    private static TargetAddress Address(PlanNode node, string text, string folder, MigrationServices services)
    {
        try
        {
            var address = TargetAddress.Parse(text);
            return services.Catalog.Target(address.Scheme).Normalize(address, folder);
        }
        catch (MigrationException e)
        {
            throw node.Error(e.ErrorId, e.Message, e.RecommendedAction ?? "");
        }
    }

    private static TargetAddress ReadStaging(PlanNode node, string folder, MigrationServices services)
    {
        var map = node.Map("rehearsal", "target");
        return map.TryGetValue("target", out var target)
            ? Address(target, target.Text("rehearsal target"), folder, services)
            : throw node.Error("PlanKeyMissing", "rehearsal has no 'target'.", "Name the server that the plan is rehearsed on, or leave 'rehearsal' out.");
    }

    private static string ReadFlag(PlanNode node, string folder)
    {
        var map = node.Map("maintenance", "flag");
        if (!map.TryGetValue("flag", out var flag))
        {
            throw node.Error("PlanKeyMissing", "maintenance has no 'flag'.", "Name the file that exists while the plan runs.");
        }

        return PlanFiles.Relative(flag, flag.Text("maintenance flag"), folder);
    }

    private static IReadOnlyList<StepDefinition> ReadSteps(PlanNode steps, PlanScope scope)
    {
        var catalog = scope.Services.Catalog;
        var definitions = new List<StepDefinition>();
        var places = new Dictionary<string, PlanNode>(StringComparer.Ordinal);
        foreach (var entry in steps.List("steps"))
        {
            if (!entry.IsMap)
            {
                throw entry.Error("PlanValueInvalid", "a step must be a map such as '- sql: ./001_tables.sql'.", "Write the kind of step, a colon and what it needs.");
            }

            var known = catalog.StepKeys.Concat(StepKeys).ToList();
            foreach (var later in NotYet.Where(key => entry.Entries("a step").Any(e => e.Name == key)))
            {
                throw entry.Error("PlanKeyNotSupported", $"'{later}' steps are not available in this version.", Nearest.Suggest("", catalog.StepKeys));
            }

            var map = entry.Map("a step", known);
            var kinds = map.Keys.Where(catalog.StepKeys.Contains).ToList();
            if (kinds.Count != 1)
            {
                throw entry.Error("PlanValueInvalid", $"a step has one kind; this one has {kinds.Count}.", $"Use one of: {string.Join(", ", catalog.StepKeys)}.");
            }

            var target = MigrationPlan.DefaultTargetName;
            if (map.TryGetValue("target", out var targetNode))
            {
                target = targetNode.Text("target");
                if (!scope.Targets.Contains(target))
                {
                    throw targetNode.Error("PlanValueInvalid", $"'{target}' is not one of the plan's targets.", Nearest.Suggest(target, scope.Targets));
                }
            }

            var requires = map.TryGetValue("dependsOn", out var dependsOn)
                ? dependsOn.List("dependsOn").Select(d => d.Text("an entry of dependsOn")).ToList()
                : [];
            var stepName = map.TryGetValue("name", out var name) ? name.Text("name") : null;
            foreach (var definition in catalog.Step(kinds[0]).Define(new StepEntry(map[kinds[0]], stepName, target, requires), scope))
            {
                if (!places.TryAdd(definition.Id, entry))
                {
                    throw entry.Error("StepNameDuplicate", $"two steps are named '{definition.Id}'.", "Give one of them a 'name:' of its own.");
                }

                definitions.Add(definition);
            }
        }

        if (definitions.Count == 0)
        {
            throw steps.Error("PlanHasNoSteps", "the plan has no steps.", "Add at least one step.");
        }

        return PlanDependencies.InOrder(definitions, scope, places);
    }

    private static readonly string[] NotYet = ["files", "rewrite", "package", "rename", "config", "service", "probe", "soak", "cutover", "archive"];

    private static IReadOnlyList<CheckDefinition> ReadChecks(PlanNode checks, PlanScope scope)
    {
        var catalog = scope.Services.Catalog;
        return [.. checks.List("checks").Select(entry =>
        {
            var kinds = entry.Entries("a check").Select(e => e.Name).Where(catalog.CheckKeys.Contains).ToList();
            if (kinds.Count != 1)
            {
                throw entry.Error("PlanValueInvalid", "a check has one kind.", Nearest.Suggest(entry.Entries("a check").FirstOrDefault().Name ?? "", catalog.CheckKeys));
            }

            return catalog.Check(kinds[0]).Define(entry, MigrationPlan.DefaultTargetName, scope);
        })];
    }
}
