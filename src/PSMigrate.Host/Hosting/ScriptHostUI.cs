using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using PSMigrate.Host.Output;
using PSMigrate.Host.Progress;
using PSMigrate.Host.Prompts;

namespace PSMigrate.Host.Hosting;

/// <summary>What scripts write and ask: the streams look and go where pwsh has them look and go.</summary>
internal sealed class ScriptHostUI(Screen screen, StandardInput input, bool nonInteractive)
    : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
{
    public override PSHostRawUserInterface RawUI { get; } = new ScriptHostRawUI(screen, input);

    public override bool SupportsVirtualTerminal => screen.OutputIsTerminal;

    public override void Write(string value) => screen.Write(value ?? "");

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        screen.Write(Colours.Apply(value ?? "", foregroundColor, backgroundColor));

    public override void WriteLine(string value) => screen.Write(value + Environment.NewLine);

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        WriteLine(Colours.Apply(value ?? "", foregroundColor, backgroundColor));

    public override void WriteErrorLine(string value)
    {
        // The formatter colours errors by what standard output is; they may still be shown on a terminal.
        string line = screen is { ErrorIsTerminal: true, OutputIsTerminal: false } ? Styled(FormatStyle.Error, value) : value;
        screen.WriteError(line + Environment.NewLine);
    }

    public override void WriteWarningLine(string message) => WriteLine(Styled(FormatStyle.Warning, $"WARNING: {message}"));

    public override void WriteVerboseLine(string message) => WriteLine(Styled(FormatStyle.Verbose, $"VERBOSE: {message}"));

    public override void WriteDebugLine(string message) => WriteLine(Styled(FormatStyle.Debug, $"DEBUG: {message}"));

    public override void WriteProgress(long sourceId, ProgressRecord record) =>
        screen.ShowProgress(Activity.From(sourceId, record));

    public override string ReadLine()
    {
        RefuseWhenNonInteractive();
        return ReadAnswer();
    }

    public override SecureString ReadLineAsSecureString()
    {
        RefuseWhenNonInteractive();
        if (!Console.IsInputRedirected)
        {
            return new SecretPrompt(this, input).Ask();
        }

        var secret = new SecureString();
        foreach (char character in ReadAnswer(echo: false))
        {
            secret.AppendChar(character);
        }

        secret.MakeReadOnly();
        return secret;
    }

    public override Dictionary<string, PSObject?> Prompt(
        string caption, string message, Collection<FieldDescription> descriptions)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        return descriptions.ToDictionary(field => field.Name, field => new FieldPrompt(this, field).Ask());
    }

    public override int PromptForChoice(
        string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        return new ChoicePrompt(this, choices).AskOne(defaultChoice);
    }

    public Collection<int> PromptForChoice(
        string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        return new ChoicePrompt(this, choices).AskSeveral([.. defaultChoices ?? []]);
    }

    public override PSCredential PromptForCredential(string? caption, string? message, string? userName, string? targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string? caption,
        string? message,
        string? userName,
        string? targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);

        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
        }

        Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private static string Styled(FormatStyle style, string text) =>
        GetFormatStyleString(style) + text + GetFormatStyleString(FormatStyle.Reset);

    private void WriteHeading(string? caption, string? message)
    {
        if (!string.IsNullOrEmpty(caption))
        {
            WriteLine();
            WriteLine(caption);
        }

        if (!string.IsNullOrEmpty(message))
        {
            WriteLine(message);
        }
    }

    private string ReadAnswer(bool echo = true)
    {
        string? answer = input.ReadLine();
        if (answer is null || Console.IsInputRedirected)
        {
            // On a terminal the answer and the end of its line stand there already.
            WriteLine(echo ? answer ?? "" : "");
        }

        return answer ?? throw NoAnswer("standard input is at its end");
    }

    private void RefuseWhenNonInteractive()
    {
        if (nonInteractive)
        {
            throw NoAnswer("psmigrate runs with -NonInteractive");
        }
    }

    private static PromptingException NoAnswer(string reason) => new(
        $"A question needs an answer, but {reason}. Give the value as a parameter, or confirm beforehand with -Confirm:$false.",
        innerException: null,
        "PromptWithoutAnswer",
        ErrorCategory.ResourceUnavailable);
}
