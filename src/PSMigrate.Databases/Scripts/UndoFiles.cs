using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Scripts;

/// <summary>Which undo file belongs to which script.</summary>
internal static class UndoFiles
{
    /// <summary>The undo file in the script's own folder, or null.</summary>
    /// <exception cref="MigrationException">RollbackAmbiguous: there are two. ScriptUnreadable: the folder cannot be listed.</exception>
    public static string? Beside(string scriptPath)
    {
        var folder = Path.GetDirectoryName(scriptPath) ?? "";
        var name = ScriptFileName.Of(scriptPath);
        if (name.IsUndo || !File.Exists(scriptPath))
        {
            return null;
        }

        try
        {
            var found = Candidates(folder.Length == 0 ? "." : folder, name)
                .Where(file => Belongs(ScriptFileName.Of(file), name))
                .Select(file => Path.Combine(folder, file))
                .ToList();
            return Only(scriptPath, found);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Going on would mean "no way back" where there may be one.
            var kind = e is UnauthorizedAccessException ? ErrorKind.Denied : ErrorKind.Failed;
            throw new MigrationException("ScriptUnreadable", kind, $"The undo files beside {scriptPath} cannot be looked for: {e.Message}", e)
            {
                Offender = scriptPath,
                RecommendedAction = "Give the folder rights that let it be listed.",
            };
        }
    }

    /// <summary>Only names that can match are listed: a folder may hold thousands of scripts.</summary>
    private static IEnumerable<string> Candidates(string folder, ScriptFileName name)
    {
        var options = new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive, IgnoreInaccessible = false };
        string[] patterns = name.Version is null ? [$"{name.Stem}.undo.sql"] : [$"{name.Stem}.undo.sql", $"U*__{name.Title}.sql"];
        return patterns
            .SelectMany(pattern => Directory.EnumerateFiles(folder, AnySeparator(pattern), options))
            .Select(file => Path.GetFileName(file))
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>What separates words, and what has a meaning of its own in patterns, stands for any one character.</summary>
    private static string AnySeparator(string pattern) => Regex.Replace(pattern, @"[-_ ?\\]", "?");

    /// <summary>The one undo file of a script, or null.</summary>
    public static string? Only(string scriptPath, IReadOnlyList<string> undoPaths) => undoPaths switch
    {
        [] => null,
        [var only] => only,
        _ => throw new MigrationException(
            "RollbackAmbiguous", ErrorKind.InvalidInput, $"{scriptPath} has two undo files: {string.Join(" and ", undoPaths)}.")
        {
            Offender = scriptPath,
            RecommendedAction = "Keep the one that is right, and remove the other.",
        },
    };

    /// <summary>
    /// <c>name.undo.sql</c> belongs to <c>name.sql</c>; <c>U001__name.sql</c> belongs to the script of the same version and
    /// title, however their versions are written.
    /// </summary>
    public static bool Belongs(ScriptFileName undo, ScriptFileName script) =>
        !script.IsUndo && (undo.IsNamedUndo
            ? undo.Stem.Equals(script.Stem, StringComparison.OrdinalIgnoreCase)
            : undo.IsVersionedUndo && undo.Version!.Equals(script.Version) && ScriptFileName.AreSame(undo.Title, script.Title));
}
