using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>Completes targets: the schemes, and after <c>sqlite:</c> the database files of the current folder.</summary>
public sealed class TargetCompleter : IArgumentCompleter
{
    private static readonly string[] Endings = [".db", ".db3", ".sqlite", ".sqlite3"];

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        var choices = word.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase)
            ? Directory.EnumerateFiles(Environment.CurrentDirectory).Where(f => Endings.Contains(Path.GetExtension(f).ToLowerInvariant())).Select(f => "sqlite:" + Path.GetFileName(f))
            : ["sqlite:", "host:"];
        return choices.Where(c => c.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Select(c => new CompletionResult(c));
    }
}
