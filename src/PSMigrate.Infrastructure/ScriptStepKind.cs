using System.Globalization;
using System.Text.Json;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Infrastructure;

/// <summary><c>script:</c> with <c>do</c> and, each optional, <c>undo</c>, <c>check</c> and <c>verify</c>: PowerShell scripts of the author's.</summary>
public sealed class ScriptStepKind : IStepKind
{
    private static readonly string[] Roles = ["do", "undo", "check", "verify"];

    public string Key => "script";

    public IEnumerable<StepDefinition> Define(StepEntry entry, PlanScope scope)
    {
        var files = new List<StepFile>();
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (entry.Value.IsText)
        {
            files.Add(PlanFiles.Describe("do", entry.Value, scope.BaseFolder));
        }
        else
        {
            var map = entry.Value.Map("a script step", [.. Roles, "rehearse", "timeout"]);
            if (!map.ContainsKey("do"))
            {
                throw entry.Value.Error("PlanKeyMissing", "a script step has no 'do'.", "Name the script that makes the change.");
            }

            files.AddRange(Roles.Where(map.ContainsKey).Select(role => PlanFiles.Describe(role, map[role], scope.BaseFolder)));
            if (map.TryGetValue("rehearse", out var rehearse))
            {
                settings["rehearse"] = rehearse.Boolean("rehearse") ? "true" : "false";
            }

            if (map.TryGetValue("timeout", out var timeout))
            {
                settings["timeout"] = timeout.Duration("timeout").ToString("c", CultureInfo.InvariantCulture);
            }
        }

        return
        [
            new StepDefinition(entry.Name ?? Path.GetFileNameWithoutExtension(files[0].Path), Key)
            {
                Target = entry.Target,
                Files = files,
                Settings = settings,
                Requires = entry.Requires,
                Checksum = Fingerprint.OfText(files.SelectMany(f => new[] { f.Role, f.Checksum })),
            },
        ];
    }

    public Step Create(StepDefinition definition, Target target, PlanScope scope) => new ScriptStep(definition, target, scope);

    public Step CreateForUndo(HistoryEntry entry, Target target, PlanScope scope)
    {
        try
        {
            return new ScriptStep(JsonSerializer.Deserialize<StepDefinition>(entry.UndoRecord, PlanDocument.LineOptions)!, target, scope);
        }
        catch (JsonException e)
        {
            throw new MigrationException("UndoRecordInvalid", ErrorKind.Conflict, $"The history's undo record of '{entry.Step}' cannot be read: {e.Message}", e)
            {
                Offender = entry.Step,
                RecommendedAction = "Undo by hand what the script did.",
            };
        }
    }
}
