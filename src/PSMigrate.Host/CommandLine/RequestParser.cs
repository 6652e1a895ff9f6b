using System.Management.Automation.Runspaces;

namespace PSMigrate.Host.CommandLine;

/// <summary>Reads the command line: options first, then the script; everything after it is the script's own.</summary>
internal static class RequestParser
{
    public static Request Parse(IReadOnlyList<string> args, bool inputIsRedirected)
    {
        var options = new RunOptions(ModulePath: null, NonInteractive: false);

        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            string[] rest = [.. args.Skip(i + 1)];

            if (arg == "-")
            {
                return Run(new FromStandardInput(), rest, options);
            }

            if (!arg.StartsWith('-'))
            {
                return File(arg, rest, options);
            }

            switch (arg.TrimStart('-').ToLowerInvariant())
            {
                case "help" or "h" or "?":
                    return new ShowHelp();
                case "version" or "v":
                    return new ShowVersion();
                case "noprofile" or "nop" or "nologo":
                    break;
                case "noninteractive" or "noni":
                    options = options with { NonInteractive = true };
                    break;
                case "module":
                    options = options with { ModulePath = Required(arg, rest) };
                    i++;
                    break;
                case "file" or "f":
                    string file = Required(arg, rest);
                    return file == "-" ? Run(new FromStandardInput(), rest[1..], options) : File(file, rest[1..], options);
                case "command" or "c":
                    return Command(Required(arg, rest), rest, options);
                default:
                    throw new UsageException($"The option '{arg}' is not known.");
            }
        }

        return inputIsRedirected
            ? Run(new FromStandardInput(), [], options)
            : throw new UsageException("There is no script to run.");
    }

    private static RunRequest File(string path, IReadOnlyList<string> arguments, RunOptions options)
    {
        string full = Path.GetFullPath(path);
        if (!System.IO.File.Exists(full))
        {
            throw new UsageException($"The script '{path}' does not exist. Check the spelling of its path.");
        }

        return Run(new FromFile(full), arguments, options);
    }

    // As with pwsh, the words after -Command are one text, so that they need no further quoting.
    private static RunRequest Command(string first, IReadOnlyList<string> words, RunOptions options) =>
        first == "-"
            ? Run(new FromStandardInput(), [.. words.Skip(1)], options)
            : Run(new FromCommand(string.Join(' ', words)), [], options);

    private static RunRequest Run(ScriptSource source, IReadOnlyList<string> arguments, RunOptions options) =>
        new(source, ScriptArguments.Parse(arguments), options);

    private static string Required(string option, IReadOnlyList<string> rest) =>
        rest.Count > 0 ? rest[0] : throw new UsageException($"The option '{option}' needs a value.");
}
