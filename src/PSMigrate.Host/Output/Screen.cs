using System.Management.Automation.Host;
using System.Text;
using PSMigrate.Host.Progress;

namespace PSMigrate.Host.Output;

/// <summary>
/// Standard output, standard error and the progress shown beside them. Everything that is written passes through
/// here, so that a status line is out of the way first.
/// </summary>
internal sealed class Screen
{
    private const int DefaultWidth = 120;

    private readonly Lock gate = new();
    private readonly TextWriter output;
    private readonly TextWriter error;
    private readonly IProgressDisplay progress;

    private Screen(TextWriter output, TextWriter error)
    {
        this.output = output;
        this.error = error;
        OutputIsTerminal = !Console.IsOutputRedirected && Terminal.UnderstandsEscapes(Terminal.Stream.Output);
        ErrorIsTerminal = !Console.IsErrorRedirected && Terminal.UnderstandsEscapes(Terminal.Stream.Error);
        progress = ErrorIsTerminal ? new StatusLine(error, () => Terminal.Width ?? DefaultWidth, gate) : new PlainProgress(error);
    }

    /// <summary>Whether standard output is a terminal that understands colours.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>Whether standard error is a terminal that understands colours.</summary>
    public bool ErrorIsTerminal { get; }

    /// <summary>How many columns a line of output may have.</summary>
    public int Width => (Console.IsOutputRedirected ? null : Terminal.Width) ?? DefaultWidth;

    /// <summary>The screen of this process; from now on the process reads and writes UTF-8.</summary>
    public static Screen OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Terminal.UseEncoding(utf8);

        var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true };
        var error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true };

        // What a script writes through [Console] must have the same encoding.
        Console.SetOut(output);
        Console.SetError(error);
        return new Screen(Console.Out, Console.Error);
    }

    /// <summary>Writes to standard output.</summary>
    public void Write(string text) => Write(output, text, OutputIsTerminal);

    /// <summary>Writes to standard error.</summary>
    public void WriteError(string text) => Write(error, text, ErrorIsTerminal);

    /// <summary>Shows how far an activity is.</summary>
    public void ShowProgress(Activity activity)
    {
        lock (gate)
        {
            progress.Show(activity);
        }
    }

    /// <summary>Takes the shown progress away.</summary>
    public void EndProgress()
    {
        lock (gate)
        {
            progress.End();
        }
    }

    private void Write(TextWriter writer, string text, bool isTerminal)
    {
        lock (gate)
        {
            progress.MakeWay(forLine: text.EndsWith('\n'));
            writer.Write(PSHostUserInterface.GetOutputString(text, isTerminal));
        }
    }
}
