namespace PSMigrate.Host.Output;

/// <summary>Writes text in the sixteen colours that a script can name.</summary>
internal static class Colours
{
    /// <summary>The terminal's own colour: PowerShell has no other word for "not set".</summary>
    public const ConsoleColor None = (ConsoleColor)(-1);

    private const string Reset = "\e[0m";

    public static string Apply(string text, ConsoleColor foreground, ConsoleColor background)
    {
        // The engine says black for a background that the script did not name; on a light terminal it would be a bar.
        background = background == ConsoleColor.Black ? None : background;
        string start = Code(foreground, dark: 30, bright: 90) + Code(background, dark: 40, bright: 100);
        return start.Length == 0 || text.Length == 0 ? text : start + text + Reset;
    }

    // .NET counts blue, green, red as 1, 2, 4; terminals count red, green, blue so.
    private static string Code(ConsoleColor colour, int dark, int bright)
    {
        if (colour is < ConsoleColor.Black or > ConsoleColor.White)
        {
            return "";
        }

        int number = (int)colour;
        int hue = ((number & 1) << 2) | (number & 2) | ((number & 4) >> 2);
        return $"\e[{(number < 8 ? dark : bright) + hue}m";
    }
}
