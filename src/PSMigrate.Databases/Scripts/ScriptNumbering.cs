using System.Globalization;
using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Scripts;

/// <summary>Numbers new scripts as the scripts of their folder are numbered.</summary>
public static partial class ScriptNumbering
{
    /// <summary>The file name of the next script: after 007_x.sql comes 008_name.sql, after V12__x.sql comes V13__name.sql.</summary>
    public static string Next(string folder, string name)
    {
        var (prefix, digits, separator, highest) = ("", 3, "_", 0L);
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.sql"))
            {
                if (Numbered().Match(Path.GetFileName(file)) is { Success: true } match
                    && long.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > highest)
                {
                    (prefix, digits, separator, highest) = (match.Groups[1].Value, match.Groups[2].Length, match.Groups[3].Value, number);
                }
            }
        }

        return $"{prefix}{(highest + 1).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}{separator}{name}.sql";
    }

    [GeneratedRegex(@"^([Vv]?)(\d+)(__|_|-)")]
    private static partial Regex Numbered();
}
