using System.Management.Automation;
using PSMigrate.Cmdlets.Pipeline;
using PSMigrate.Databases.Scripts;
using PSMigrate.Plans;

namespace PSMigrate.Cmdlets;

/// <summary>Writes a new migration script in the guide's template, numbered after the scripts that are there.</summary>
[Cmdlet(VerbsCommon.New, "MigrationScript", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class NewMigrationScriptCommand : MigrationCmdlet
{
    /// <summary>What the script does, in letters, digits, _ and -: add_email.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidatePattern("^[A-Za-z0-9][A-Za-z0-9_-]*$")]
    public string Name { get; set; } = "";

    /// <summary>The folder of scripts; it is created when it is missing.</summary>
    [Parameter(Position = 1)]
    public string Path { get; set; } = ".";

    [Parameter]
    [ValidateSet(nameof(MigrationType.Schema), nameof(MigrationType.Data))]
    public MigrationType Type { get; set; } = MigrationType.Schema;

    [Parameter]
    public string Description { get; set; } = "";

    private protected override object? Subject => Name;

    protected override void ProcessRecord()
    {
        var folder = ResolvePath(Path);
        var file = System.IO.Path.Combine(folder, ScriptNumbering.Next(folder, Name));
        if (!Ask(file, "Create migration script", out _))
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = new FileStream(file, FileMode.CreateNew))
            using (var writer = new StreamWriter(stream))
            {
                writer.Write(ScriptTemplate.Text(Name, Type, Description, DateOnly.FromDateTime(DateTime.UtcNow)));
            }

            WriteObject(new FileInfo(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(Errors.Record(new MigrationException("ScriptNotWritten", ErrorKind.Failed, $"{file} cannot be written: {e.Message}", e)
            {
                Offender = file,
                RecommendedAction = "Choose another name or folder.",
            }));
        }
    }
}
