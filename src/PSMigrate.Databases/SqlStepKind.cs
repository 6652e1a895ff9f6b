using PSMigrate.Databases.Scripts;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases;

/// <summary><c>sql:</c> names a script, or a folder of scripts, each of which is a step.</summary>
public sealed class SqlStepKind : IStepKind
{
    /// <summary>Stands for the scheme of the step's target in the path of its script, so that one plan file is for several engines.</summary>
    private const string Engine = "${engine}";

    public string Key => "sql";

    public IEnumerable<StepDefinition> Define(StepEntry entry, PlanScope scope)
    {
        var written = entry.Value.Text("sql");
        if (scope.Schemes.TryGetValue(entry.Target, out var scheme))
        {
            written = written.Replace(Engine, scheme, StringComparison.OrdinalIgnoreCase);
        }

        var path = Path.GetFullPath(Path.Combine(scope.BaseFolder, PlanFiles.Relative(entry.Value, written, scope.BaseFolder)));
        var selection = new ScriptSelection { Environment = scope.Environment, IsInHistory = scope.IsInHistory };
        ScriptSet set;
        if (Directory.Exists(path))
        {
            set = ScriptFolder.Read(path, selection);
        }
        else if (File.Exists(path))
        {
            set = ScriptFolder.Read([path], selection);
        }
        else
        {
            throw entry.Value.Error("PlanFileMissing", $"'{written}' is not there.", $"Create {path}, or mend the path.");
        }

        return set.Scripts.Select(script =>
        {
            var step = Define(script, entry, scope.BaseFolder, single: set.Scripts.Count == 1);
            ReadScript.Keep(step, script);
            return step;
        });
    }

    public Step Create(StepDefinition definition, Target target, PlanScope scope) =>
        new SqlStep(definition, Database(target, definition.Id), scope, ReadScript.Of(definition));

    public Step CreateForUndo(HistoryEntry entry, Target target, PlanScope scope) =>
        new SqlStep(new StepDefinition(entry.Step, Key) { Checksum = entry.Checksum }, Database(target, entry.Step), scope, null) { IsForUndo = true };

    private static DatabaseTarget Database(Target target, string step) => target as DatabaseTarget
        ?? throw new MigrationException("TargetKindWrong", ErrorKind.InvalidInput, $"The step '{step}' is SQL, but its target {target.Address} is not a database.")
        {
            Offender = step,
            RecommendedAction = "Give the step a database as its target.",
        };

    private static StepDefinition Define(SqlScript script, StepEntry entry, string folder, bool single)
    {
        string Relative(string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');
        var files = new List<StepFile> { new("do", Relative(script.FilePath), script.Text.Checksum) };
        files.AddRange(script.Includes.Files.Select(file => new StepFile("include", PlanFiles.Relative(entry.Value, Relative(file.Path), folder), file.Checksum)));
        if (script.CompanionUndoPath is { } undo)
        {
            files.Add(new StepFile("undo", Relative(undo), script.UndoChecksum!));
        }

        return new StepDefinition(single && entry.Name is { } name ? name : script.Name, "sql")
        {
            Target = entry.Target,
            Files = files,
            Repeat = script.Repeat,
            Requires = [.. script.Requires.Concat(entry.Requires).Distinct(StringComparer.Ordinal)],
            Checksum = script.Checksum,
        };
    }
}
