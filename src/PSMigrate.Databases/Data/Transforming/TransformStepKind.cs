using System.Globalization;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Transforming;

/// <summary><c>transform:</c> changes rows of a table in place, batch by batch.</summary>
public sealed class TransformStepKind : IStepKind
{
    private const string Setting = "transform";

    public string Key => "transform";

    public IEnumerable<StepDefinition> Define(StepEntry entry, PlanScope scope)
    {
        var definition = Read(entry.Value);
        var json = definition.ToJson();
        return
        [
            new StepDefinition(entry.Name ?? $"transform_{definition.Table}", Key)
            {
                Target = entry.Target,
                Settings = new SortedDictionary<string, string>(StringComparer.Ordinal) { [Setting] = json },
                Requires = entry.Requires,
                Checksum = Fingerprint.OfText([json]),
            },
        ];
    }

    public Step Create(StepDefinition definition, Target target, PlanScope scope) =>
        new TransformStep(definition, TransformDefinition.Parse(definition.Settings[Setting]), Database(target, definition.Id));

    public Step CreateForUndo(HistoryEntry entry, Target target, PlanScope scope) =>
        new TransformStep(new StepDefinition(entry.Step, Key) { Checksum = entry.Checksum }, null, Database(target, entry.Step));

    private static TransformDefinition Read(PlanNode node)
    {
        var map = node.Map("a transform step", "table", "set", "where", "batchRows");
        foreach (var needed in new[] { "table", "set" }.Where(key => !map.ContainsKey(key)))
        {
            throw node.Error("PlanKeyMissing", $"a transform step has no '{needed}'.", "Write 'table:' and 'set:', with an expression for each column that is to change.");
        }

        var set = new SortedDictionary<string, string>(map["set"].Entries("set").ToDictionary(e => e.Name, e => e.Value.Text($"the new value of {e.Name}")), StringComparer.Ordinal);
        return new TransformDefinition
        {
            Table = map["table"].Text("table"),
            Set = set.Count > 0 ? set : throw map["set"].Error("PlanValueInvalid", "'set' names no column.", "Write an expression for each column that is to change."),
            Where = map.TryGetValue("where", out var where) ? where.Text("where") : null,
            BatchRows = map.TryGetValue("batchRows", out var rows)
                ? int.TryParse(rows.Text("batchRows"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 10_000_000
                    ? number
                    : throw rows.Error("PlanValueInvalid", $"batchRows is '{rows.Text("batchRows")}'.", "Write a whole number from 1 to 10,000,000.")
                : 5_000,
        };
    }

    private static DatabaseTarget Database(Target target, string step) => target as DatabaseTarget
        ?? throw new MigrationException("TargetKindWrong", ErrorKind.InvalidInput, $"The step '{step}' transforms rows, but its target {target.Address} is not a database.")
        {
            Offender = step,
            RecommendedAction = "Give the step a database as its target.",
        };
}
