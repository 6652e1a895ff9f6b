using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>
/// Completes targets: the schemes, after <c>sqlite:</c> the folders and database files, and after <c>dir:</c> the folders, from
/// where the session stands.
/// </summary>
public sealed class TargetCompleter : IArgumentCompleter
{
    private const string Sqlite = "sqlite:";
    private const string Folder = "dir:";

    private static readonly string[] Endings = [".db", ".db3", ".sqlite", ".sqlite3"];

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        var choices = word.StartsWith(Sqlite, StringComparison.OrdinalIgnoreCase)
                ? Paths(word[Sqlite.Length..], found => Endings.Contains(found.Extension.ToLowerInvariant())).Select(path => Sqlite + path)
            : word.StartsWith(Folder, StringComparison.OrdinalIgnoreCase)
                ? Paths(word[Folder.Length..], _ => false).Select(path => Folder + path)
            : [Sqlite, "postgres:Host=", "sqlserver:Server=", "mysql:Server=", Folder, "host:"];
        return [.. choices
            .Where(choice => choice.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(choice => new CompletionResult(Quoted(choice), choice, CompletionResultType.ParameterValue, choice))];
    }

    /// <summary>Folders, and the files that are wanted.</summary>
    private static IEnumerable<string> Paths(string begun, Func<FileSystemInfo, bool> isWanted)
    {
        var written = begun[..(begun.LastIndexOfAny(['/', '\\']) + 1)];
        var folder = new DirectoryInfo(Path.GetFullPath(written, CurrentFolder()));
        return !folder.Exists
            ? []
            : folder.EnumerateFileSystemInfos("*", new EnumerationOptions())
                .Where(found => found is DirectoryInfo || isWanted(found))
                .Select(found => written + found.Name + (found is DirectoryInfo ? "/" : ""))
                .Order(StringComparer.Ordinal);
    }

    /// <summary>PowerShell does not move the process when a session goes elsewhere.</summary>
    private static string CurrentFolder()
    {
        if (Runspace.DefaultRunspace is null)
        {
            return Environment.CurrentDirectory;
        }

        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath").Invoke<string>().First();
    }

    private static string Quoted(string text) =>
        text.All(c => char.IsLetterOrDigit(c) || c is ':' or '/' or '\\' or '.' or '-' or '_') ? text : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
