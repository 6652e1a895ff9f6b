using System.Management.Automation;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Cmdlets;

/// <summary>Reads a plan with its evidence: from an exported file, from a run's folder, or by a run's id.</summary>
[Cmdlet(VerbsCommon.Get, "MigrationPlan", DefaultParameterSetName = "Path")]
[OutputType(typeof(MigrationPlan))]
public sealed class GetMigrationPlanCommand : MigrationCmdlet
{
    /// <summary>Exported plans, or folders of runs.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "Path", Mandatory = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The id of a run, as the history and the run's evidence have it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "RunId")]
    public string RunId { get; set; } = "";

    /// <summary>Where the run is kept; .psmigrate in the current folder unless given.</summary>
    [Parameter(ParameterSetName = "RunId")]
    public string? StatePath { get; set; }

    private protected override object? Subject => RunId;

    protected override void ProcessRecord()
    {
        if (ParameterSetName == "RunId")
        {
            var state = new StateFolder(StatePath is null ? System.IO.Path.Combine(CurrentFolder, StateFolder.Name) : ResolvePath(StatePath));
            Read(state.Folder("runs", RunId));
            return;
        }

        foreach (var given in ParameterSetName == "LiteralPath" ? LiteralPath : Path)
        {
            Read(() => ParameterSetName == "LiteralPath" ? [ResolvePathThrowing(given)] : ExpandPath(given, "PlanNotFound"));
        }
    }

    private void Read(Func<IReadOnlyList<string>> paths)
    {
        try
        {
            foreach (var path in paths())
            {
                Read(path);
            }
        }
        catch (MigrationException e)
        {
            WriteError(Errors.Record(e));
        }
    }

    private void Read(string path)
    {
        try
        {
            WriteObject(PlanStore.Read(path));
        }
        catch (MigrationException e)
        {
            WriteError(Errors.Record(e));
        }
    }
}
