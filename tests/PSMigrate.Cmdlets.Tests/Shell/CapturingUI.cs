using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace PSMigrate.Cmdlets.Tests.Shell;

/// <summary>Answers every question alike, and keeps the questions and all that is written to the screen.</summary>
internal sealed class CapturingUI : PSHostUserInterface
{
    private readonly StringBuilder screen = new();

    /// <summary>The label that is chosen, without its accelerator; null chooses the default.</summary>
    public string? Answer { get; set; }

    public List<string> Questions { get; } = [];

    public string Screen => screen.ToString();

    public override PSHostRawUserInterface RawUI { get; } = new WideScreen();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Questions.Add(message);
        return Answer is null ? defaultChoice : choices.Select(c => c.Label.Replace("&", "", StringComparison.Ordinal)).ToList().IndexOf(Answer);
    }

    public override void Write(string value) => screen.Append(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => screen.Append(value);

    public override void WriteLine(string value) => screen.Append(value).Append('\n');

    public override void WriteErrorLine(string value) => WriteLine(value);

    public override void WriteDebugLine(string message) { }

    public override void WriteProgress(long sourceId, ProgressRecord record) { }

    public override void WriteVerboseLine(string message) { }

    public override void WriteWarningLine(string message) { }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw new NotSupportedException();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw new NotSupportedException();

    public override string ReadLine() => throw new NotSupportedException();

    public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();
}
