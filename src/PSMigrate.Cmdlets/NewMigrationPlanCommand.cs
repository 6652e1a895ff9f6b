using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Databases;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets;

/// <summary>Makes a plan from a folder of scripts, from scripts or from a plan file, by looking at the target. Reads only.</summary>
[Cmdlet(VerbsCommon.New, "MigrationPlan", DefaultParameterSetName = "Path")]
[OutputType(typeof(MigrationPlan))]
public sealed class NewMigrationPlanCommand : ConnectingCmdlet
{
    private readonly List<string> looseScripts = [];

    /// <summary>Folders of scripts, plan files, or scripts; several scripts become one plan.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>What is to be changed, for example sqlite:shop.db; it goes before the plan file's own target.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(TargetCompleter))]
    public string? Target { get; set; }

    [Parameter]
    public string? Name { get; set; }

    [Parameter]
    public string? Description { get; set; }

    /// <summary>Values for ${name} in scripts; they go before the plan file's.</summary>
    [Parameter]
    public Hashtable? Variables { get; set; }

    /// <summary>The environment that is migrated: scripts for other environments are left out.</summary>
    [Parameter]
    public string? Environment { get; set; }

    /// <summary>Where runs, backups and evidence are kept; .psmigrate beside the plan unless given.</summary>
    [Parameter]
    public string? StatePath { get; set; }

    private protected override object? Subject => ParameterSetName == "LiteralPath" ? LiteralPath : Path;

    protected override void ProcessRecord()
    {
        foreach (var given in ParameterSetName == "LiteralPath" ? LiteralPath : Path)
        {
            try
            {
                foreach (var path in ParameterSetName == "LiteralPath" ? [ResolvePathThrowing(given)] : ExpandPath(given, "PathNotFound"))
                {
                    Take(path);
                }
            }
            catch (MigrationException e)
            {
                WriteError(Errors.Record(e));
            }
        }
    }

    protected override void EndProcessing()
    {
        if (looseScripts.Count > 0)
        {
            Plan(looseScripts[0], () => FolderDrafts.OfScripts(looseScripts));
        }
    }

    private void Take(string path)
    {
        if (string.Equals(System.IO.Path.GetExtension(path), ".sql", StringComparison.OrdinalIgnoreCase) && File.Exists(path))
        {
            looseScripts.Add(path);
        }
        else
        {
            Plan(path, () => Draft(path));
        }
    }

    private PlanDraft Draft(string path)
    {
        if (Directory.Exists(path))
        {
            return FolderDrafts.OfFolder(path);
        }

        if (!File.Exists(path))
        {
            throw new MigrationException("PathNotFound", ErrorKind.NotFound, $"There is no plan file or folder at {path}.")
            {
                Offender = path,
                RecommendedAction = "Check the path.",
            };
        }

        if (!PlanFileReader.IsPlanFile(path))
        {
            throw new MigrationException("PathNotAPlan", ErrorKind.InvalidInput, $"{path} is neither a folder, a .sql script nor a .yaml plan file.")
            {
                Offender = path,
                RecommendedAction = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? "Read exported plans with Get-MigrationPlan." : "Name a folder of scripts or a plan file.",
            };
        }

        return RunThrowing((services, _, _) => Task.FromResult(PlanFileReader.Read(path, services)));
    }

    /// <summary>One plan that cannot be made does not keep others from being made.</summary>
    private void Plan(string path, Func<PlanDraft> draft)
    {
        try
        {
            var made = WithParameters(draft());
            WriteObject(RunThrowing((services, observer, cancel) =>
                new PlanBuilder(services, observer).BuildAsync(made, StatePath is null ? null : ResolvePath(StatePath), Environment, cancel)));
        }
        catch (MigrationException e)
        {
            WriteError(Errors.Record(e.Offender is null
                ? new MigrationException(e.ErrorId, e.Kind, e.Message, e) { Offender = path, RecommendedAction = e.RecommendedAction, Place = e.Place }
                : e));
        }
    }

    private PlanDraft WithParameters(PlanDraft draft)
    {
        var targets = new SortedDictionary<string, TargetAddress>(draft.Targets.ToDictionary(t => t.Key, t => t.Value), StringComparer.Ordinal);
        if (Target is not null)
        {
            targets[MigrationPlan.DefaultTargetName] = targets.TryGetValue(Target, out var named) ? named : ResolveTarget(Target);
        }

        var variables = new SortedDictionary<string, string>(draft.Variables.ToDictionary(v => v.Key, v => v.Value), StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Variables ?? [])
        {
            variables[LanguagePrimitives.ConvertTo<string>(variable.Key)] = Convert.ToString(PSObject.AsPSObject(variable.Value ?? "").BaseObject, CultureInfo.InvariantCulture) ?? "";
        }

        return draft with
        {
            Name = Name ?? draft.Name,
            Description = Description ?? draft.Description,
            Targets = targets,
            Variables = variables,
        };
    }
}
