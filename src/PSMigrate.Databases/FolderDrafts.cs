using PSMigrate.Plans;
using PSMigrate.Steps;

namespace PSMigrate.Databases;

/// <summary>Plans that nobody wrote a plan file for: a folder of scripts, or some scripts, are a plan by themselves.</summary>
public static class FolderDrafts
{
    public static PlanDraft OfFolder(string folder)
    {
        folder = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
        return Draft(folder, Path.GetDirectoryName(folder) ?? folder, ["."]);
    }

    public static PlanDraft OfScripts(IReadOnlyList<string> scripts)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(scripts[0]))!;
        return Draft(folder, Path.GetDirectoryName(folder) ?? folder, [.. scripts.Select(s => Path.GetRelativePath(folder, s))]);
    }

    private static PlanDraft Draft(string folder, string stateParent, IReadOnlyList<string> paths) => new()
    {
        Name = Path.GetFileName(folder) is { Length: > 0 } name ? name : "migrations",
        BaseFolder = folder,
        StateParent = stateParent,
        DefineSteps = scope => [.. paths.SelectMany(path => scope.Services.Catalog.Step("sql").Define(
            new StepEntry(PlanNode.OfText(path, folder), null, MigrationPlan.DefaultTargetName, []), scope))],
    };
}
