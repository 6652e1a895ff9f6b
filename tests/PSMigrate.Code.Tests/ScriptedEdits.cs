using PSMigrate.Engine;

namespace PSMigrate.Code.Tests;

/// <summary>Stands in for PowerShell: changes the folder that the script's context names, and takes it back.</summary>
internal sealed class ScriptedEdits : IScriptRunner
{
    public const string Done = "migrated";

    /// <summary>The folders that were changed.</summary>
    public HashSet<string> Roots { get; } = [];

    public bool UndoForgets { get; set; }

    public Task<IReadOnlyList<object?>> RunAsync(ScriptCall call, CancellationToken cancel)
    {
        var root = ((string)call.Context["Target"]!)["dir:".Length..];
        var readme = Path.Combine(root, "readme.md");
        var made = Path.Combine(root, "src", "made.cs");
        switch (Path.GetFileName(call.Path))
        {
            case "check.ps1":
                return Task.FromResult<IReadOnlyList<object?>>([File.ReadAllText(readme) == Done]);
            case "do.ps1":
                Roots.Add(root);
                File.WriteAllText(readme, Done);
                File.WriteAllText(made, "class Made;");
                break;
            default:
                File.WriteAllText(readme, "read me");
                if (!UndoForgets)
                {
                    File.Delete(made);
                }

                break;
        }

        return Task.FromResult<IReadOnlyList<object?>>([]);
    }
}
