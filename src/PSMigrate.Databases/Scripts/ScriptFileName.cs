using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Scripts;

/// <summary>What a script's file name says.</summary>
/// <param name="Stem">The name without <c>.sql</c> and without <c>.undo</c>: the script's name.</param>
/// <param name="Title">The stem without version, date or prefix: <c>add_email</c> of <c>V001__add_email.sql</c>.</param>
/// <param name="Version">The version, or null where the name has none.</param>
public sealed partial record ScriptFileName(string Stem, string Title, ScriptVersion? Version)
{
    public const string Extension = ".sql";

    private const string UndoExtension = ".undo.sql";

    /// <summary><c>R__name.sql</c>: applied again whenever it changes.</summary>
    public bool IsRepeatable { get; private init; }

    /// <summary><c>U001__name.sql</c>: the undo of the script with the same version and title.</summary>
    public bool IsVersionedUndo { get; private init; }

    /// <summary><c>name.undo.sql</c>: the undo of the script with the same stem.</summary>
    public bool IsNamedUndo { get; private init; }

    public bool IsUndo => IsVersionedUndo || IsNamedUndo;

    public static ScriptFileName Of(string path)
    {
        var name = Path.GetFileName(path);
        var isUndo = name.EndsWith(UndoExtension, StringComparison.OrdinalIgnoreCase) && name.Length > UndoExtension.Length;
        var stem = isUndo ? name[..^UndoExtension.Length]
            : name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name[..^Extension.Length]
            : name;

        if (Prefixed().Match(stem) is { Success: true } prefixed)
        {
            var title = prefixed.Groups["title"] is { Success: true, Value: var given } ? given : stem;
            return new ScriptFileName(stem, title, new ScriptVersion(prefixed.Groups["version"].Value))
            {
                IsNamedUndo = isUndo,
                IsVersionedUndo = !isUndo && stem[0] is 'U' or 'u',
            };
        }

        if (Repeatable().Match(stem) is { Success: true } repeatable)
        {
            return new ScriptFileName(stem, repeatable.Groups["title"].Value, null) { IsRepeatable = true, IsNamedUndo = isUndo };
        }

        // A date is not a version: two scripts may well be of one day.
        if (Dated().Match(stem) is { Success: true } dated)
        {
            return new ScriptFileName(stem, dated.Groups["title"].Value, null) { IsNamedUndo = isUndo };
        }

        if (Numbered().Match(stem) is { Success: true } numbered)
        {
            var title = numbered.Groups["title"] is { Success: true, Value: var given } ? given : stem;
            return new ScriptFileName(stem, title, new ScriptVersion(numbered.Groups["version"].Value)) { IsNamedUndo = isUndo };
        }

        return new ScriptFileName(stem, stem, null) { IsNamedUndo = isUndo };
    }

    /// <summary>True for names that differ only in case, or in what separates their words.</summary>
    public static bool AreSame(string a, string b) => Comparable(a).Equals(Comparable(b), StringComparison.OrdinalIgnoreCase);

    /// <summary>The form in which names that are the same are equal but for case.</summary>
    public static string Comparable(string name) => name.Replace('-', '_').Replace(' ', '_');

    [GeneratedRegex(@"^[VUvu](?<version>[0-9]+(?:[._][0-9]+)*)(?:__(?<title>.+))?$", RegexOptions.Singleline)]
    private static partial Regex Prefixed();

    [GeneratedRegex(@"^[Rr]__(?<title>.+)$", RegexOptions.Singleline)]
    private static partial Regex Repeatable();

    [GeneratedRegex(@"^[0-9]{4}[-_.](?:0[1-9]|1[0-2])[-_.](?:0[1-9]|[12][0-9]|3[01])[-_. ]+(?<title>.+)$", RegexOptions.Singleline)]
    private static partial Regex Dated();

    [GeneratedRegex(@"^(?:(?<version>[0-9]+(?:[._][0-9]+)*)__(?<title>.+)|(?<version>[0-9]+(?:\.[0-9]+)*)(?:[-_. ]+(?<title>.+))?)$", RegexOptions.Singleline)]
    private static partial Regex Numbered();
}
