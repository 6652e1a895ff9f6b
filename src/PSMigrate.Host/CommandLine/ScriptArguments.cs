using System.Management.Automation.Runspaces;

namespace PSMigrate.Host.CommandLine;

/// <summary>
/// Turns the words after a script's name into parameters, as <c>pwsh -File</c> does: every value is text, except for
/// the true or false of a switch.
/// </summary>
internal static class ScriptArguments
{
    // PowerShell takes each of these for the dash before a parameter's name.
    private const string Dashes = "-\u2013\u2014\u2015";

    public static IReadOnlyList<CommandParameter> Parse(IReadOnlyList<string> words)
    {
        var parameters = new List<CommandParameter>();

        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];

            if (word.Length < 2 || !Dashes.Contains(word[0]))
            {
                parameters.Add(new CommandParameter(null, word));
                continue;
            }

            int colon = word.IndexOf(':');
            if (colon < 0)
            {
                // PowerShell itself binds the word after it, or sets the switch.
                parameters.Add(new CommandParameter(word));
            }
            else if (colon < word.Length - 1)
            {
                parameters.Add(new CommandParameter(word[..colon], BooleanOrText(word[(colon + 1)..])));
            }
            else if (i + 1 < words.Count)
            {
                // `-Name: value`: the value is the next word.
                i++;
                parameters.Add(new CommandParameter(word[..colon], words[i]));
            }
            else
            {
                parameters.Add(new CommandParameter(word[..colon]));
            }
        }

        return parameters;
    }

    private static object BooleanOrText(string value) =>
        bool.TryParse(value.StartsWith('$') ? value.AsSpan(1) : value, out bool truth) ? truth : value;
}
