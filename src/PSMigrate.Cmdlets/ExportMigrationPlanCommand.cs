using System.Management.Automation;
using System.Text;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Plans;
using PSMigrate.Reports;

namespace PSMigrate.Cmdlets;

/// <summary>The form in which a plan is written.</summary>
public enum PlanFormat { Json, Yaml, Markdown, Html }

/// <summary>Writes a plan: as JSON or YAML, which Get-MigrationPlan reads back, or as Markdown or HTML for people.</summary>
[Cmdlet(VerbsData.Export, "MigrationPlan", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo), typeof(string))]
public sealed class ExportMigrationPlanCommand : MigrationCmdlet
{
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [Alias("InputObject")]
    public MigrationPlan Plan { get; set; } = null!;

    /// <summary>The file to write; without it the text goes to the pipeline.</summary>
    [Parameter(Position = 0)]
    [Alias("LiteralPath")]
    public string? Path { get; set; }

    /// <summary>The form; by the file's ending unless given.</summary>
    [Parameter(Position = 1)]
    public PlanFormat? Format { get; set; }

    /// <summary>Overwrites a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Subject => Plan;

    protected override void ProcessRecord()
    {
        if (Path is null)
        {
            WriteObject(Text(Format ?? PlanFormat.Markdown, null));
            return;
        }

        var file = ResolvePath(Path);
        var format = Format ?? FormatOf(file);
        // Force is for what was there before: of several plans each would overwrite the one before it.
        if (written.Contains(file) || (File.Exists(file) && !Force))
        {
            ThrowTerminatingError(Errors.Record(new MigrationException("FileExists", ErrorKind.Refused, $"{file} is there already.")
            {
                Offender = file,
                RecommendedAction = written.Contains(file) ? "Give each plan a path of its own." : "Choose another path, or overwrite it with -Force.",
            }));
        }

        if (!Ask(file, $"Export plan {Plan.Name} as {format}", out _))
        {
            return;
        }

        try
        {
            written.Add(file);
            File.WriteAllText(file, Text(format, System.IO.Path.GetDirectoryName(file)), new UTF8Encoding(false));
            WriteObject(new FileInfo(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(Errors.Record(new MigrationException("FileNotWritten", ErrorKind.Failed, $"{file} cannot be written: {e.Message}", e)
            {
                Offender = file,
                RecommendedAction = "Check that its folder exists and is writable.",
            }));
        }
    }

    private string Text(PlanFormat format, string? folder) => format switch
    {
        PlanFormat.Json => PlanDocument.ToJson(Plan, folder),
        PlanFormat.Yaml => PlanDocument.ToYaml(Plan, folder),
        PlanFormat.Html => PlanHtml.Write(Plan),
        _ => PlanMarkdown.Write(Plan),
    };

    private PlanFormat FormatOf(string file)
    {
        switch (System.IO.Path.GetExtension(file).ToLowerInvariant())
        {
            case ".json":
                return PlanFormat.Json;
            case ".yaml" or ".yml":
                return PlanFormat.Yaml;
            case ".md" or ".markdown":
                return PlanFormat.Markdown;
            case ".html" or ".htm":
                return PlanFormat.Html;
            default:
                ThrowTerminatingError(Errors.Record(new MigrationException("FormatUnknown", ErrorKind.InvalidInput, $"The ending of {file} does not say in which form to write.")
                {
                    Offender = file,
                    RecommendedAction = "End the name with .json, .yaml, .md or .html, or give -Format.",
                }));
                throw new InvalidOperationException();
        }
    }
}
