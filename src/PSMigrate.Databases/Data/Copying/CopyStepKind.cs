using System.Globalization;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Copying;

/// <summary><c>copy:</c> moves the rows of tables from one of the plan's targets into another.</summary>
public sealed class CopyStepKind : IStepKind
{
    internal const string Setting = "copy";

    public string Key => "copy";

    public IEnumerable<StepDefinition> Define(StepEntry entry, PlanScope scope)
    {
        var definition = Read(entry, scope);
        var json = definition.ToJson();
        return
        [
            new StepDefinition(entry.Name ?? $"copy_from_{definition.From}", Key)
            {
                Target = entry.Target,
                Reads = [definition.From],
                Settings = new SortedDictionary<string, string>(StringComparer.Ordinal) { [Setting] = json },
                Requires = entry.Requires,
                Checksum = Fingerprint.OfText([json]),
            },
        ];
    }

    public Step Create(StepDefinition definition, Target target, PlanScope scope)
    {
        var copy = CopyDefinition.Parse(definition.Settings[Setting]);
        return new CopyStep(definition, copy, Database(target, definition.Id), scope.Opened is { } opened && opened.ByName.TryGetValue(copy.From, out var source) ? Database(source, definition.Id) : null);
    }

    /// <summary>What was copied is taken back without looking at where it came from.</summary>
    public Step CreateForUndo(HistoryEntry entry, Target target, PlanScope scope) =>
        new CopyStep(new StepDefinition(entry.Step, Key) { Checksum = entry.Checksum }, null, Database(target, entry.Step), null);

    private static CopyDefinition Read(StepEntry entry, PlanScope scope)
    {
        var map = entry.Value.Map("a copy step", "from", "tables", "exclude", "into", "create", "map", "chunkRows", "parallel", "verify");
        if (!map.TryGetValue("from", out var from))
        {
            throw entry.Value.Error("PlanKeyMissing", "a copy step has no 'from'.", "Name the target that the rows come from, one of 'targets:'.");
        }

        var source = from.Text("from");
        if (!scope.Targets.Contains(source))
        {
            throw from.Error("PlanValueInvalid", $"'{source}' is not one of the plan's targets.", Nearest.Suggest(source, scope.Targets));
        }

        IReadOnlyList<string> Names(string key) => map.TryGetValue(key, out var node) ? [.. node.List(key).Select(n => n.Text($"an entry of {key}"))] : [];
        return new CopyDefinition
        {
            From = source,
            Tables = Names("tables") is { Count: > 0 } tables ? tables : ["*"],
            Exclude = Names("exclude"),
            Into = map.TryGetValue("into", out var into) ? into.Text("into") : null,
            Create = map.TryGetValue("create", out var create) && create.Boolean("create"),
            Map = map.TryGetValue("map", out var maps)
                ? new SortedDictionary<string, TableMap>(maps.Entries("map").ToDictionary(e => e.Name, e => ReadTable(e.Name, e.Value)), StringComparer.Ordinal)
                : new SortedDictionary<string, TableMap>(StringComparer.Ordinal),
            ChunkRows = map.TryGetValue("chunkRows", out var rows) ? Number(rows, "chunkRows", 1, 10_000_000) : new CopyDefinition { From = source }.ChunkRows,
            Verify = !map.TryGetValue("verify", out var verify) || verify.Boolean("verify"),
            Parallel = map.TryGetValue("parallel", out var parallel) ? Number(parallel, "parallel", 1, 64) : null,
        };
    }

    private static TableMap ReadTable(string name, PlanNode node)
    {
        if (node.IsText)
        {
            return new TableMap { To = node.Text($"the map of {name}") };
        }

        var map = node.Map($"the map of {name}", "to", "where", "columns");
        return new TableMap
        {
            To = map.TryGetValue("to", out var to) ? to.Text("to") : null,
            Where = map.TryGetValue("where", out var where) ? where.Text("where") : null,
            Columns = map.TryGetValue("columns", out var columns)
                ? new SortedDictionary<string, ColumnMap>(columns.Entries("columns").ToDictionary(e => e.Name, e => ReadColumn($"{name}.{e.Name}", e.Value)), StringComparer.Ordinal)
                : new SortedDictionary<string, ColumnMap>(StringComparer.Ordinal),
        };
    }

    /// <summary>A name is the column's at the target; <c>false</c> leaves it out.</summary>
    private static ColumnMap ReadColumn(string name, PlanNode node)
    {
        if (node.IsText)
        {
            return node.Text($"the map of {name}") is "false" ? new ColumnMap { Skip = !node.Boolean($"the map of {name}") } : new ColumnMap { To = node.Text($"the map of {name}") };
        }

        var map = node.Map($"the map of {name}", "to", "expression", "skip");
        return new ColumnMap
        {
            To = map.TryGetValue("to", out var to) ? to.Text("to") : null,
            Expression = map.TryGetValue("expression", out var expression) ? expression.Text("expression") : null,
            Skip = map.TryGetValue("skip", out var skip) && skip.Boolean("skip"),
        };
    }

    private static int Number(PlanNode node, string key, int least, int most) =>
        int.TryParse(node.Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw node.Error("PlanValueInvalid", $"{key} is '{node.Text(key)}'.", $"Write a whole number from {least} to {most:N0}.");

    private static DatabaseTarget Database(Target target, string step) => target as DatabaseTarget
        ?? throw new MigrationException("TargetKindWrong", ErrorKind.InvalidInput, $"The step '{step}' copies tables, but {target.Address} is not a database.")
        {
            Offender = step,
            RecommendedAction = "Give the step databases to copy from and into.",
        };
}
