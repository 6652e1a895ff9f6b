using PSMigrate.Journal;

namespace PSMigrate.Code.Trees;

/// <summary>
/// What is not part of a tree, however deep in it: PSMigrate's own folders and repositories. Neither is documented, copied, backed up
/// or touched.
/// </summary>
internal static class LeftOut
{
    private const string Repository = ".git";

    private static readonly StringComparison Names =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    public static bool Is(string name) => name.Equals(StateFolder.Name, Names) || name.Equals(Repository, Names);

    /// <summary>A folder that is written to while the tree is read must not be part of it.</summary>
    /// <exception cref="MigrationException">StateInsideTarget.</exception>
    public static void Require(string root, string folder)
    {
        var relative = Path.GetRelativePath(root, folder);
        var parts = relative.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        if (!Path.IsPathRooted(relative) && parts[0] != ".." && !parts.Any(Is))
        {
            throw new MigrationException("StateInsideTarget", ErrorKind.InvalidInput, $"The state folder is inside the folder that is migrated: {folder} is part of {root}.")
            {
                Offender = folder,
                RecommendedAction = $"Choose a -StatePath outside, or call it {StateFolder.Name}: that name is left out.",
            };
        }
    }

    /// <summary>
    /// A copy has no repository of its own, and may lie inside another's work tree: git would look for that one further up, and a
    /// script that is only rehearsed would change it. git stops at a file that is none of its own.
    /// </summary>
    public static void KeepRepositoriesAway(string copy) =>
        StateFolder.WritePrivate(Path.Combine(copy, Repository), "This is a copy that PSMigrate works on. It has no repository.\n");
}
