using System.Management.Automation;
using System.Text;

namespace PSMigrate.Host.Prompts;

/// <summary>
/// Reads answers from standard input. The read itself cannot be interrupted, so it waits on a thread of its own, and a
/// script that is stopped does not wait for it.
/// </summary>
internal sealed class StandardInput(CancellationToken stop)
{
    private readonly Lazy<TextReader> reader = new(Open);
    private Task<string?>? pendingLine;
    private Task<ConsoleKeyInfo>? pendingKey;

    /// <summary>The next line; null when there is none any more.</summary>
    /// <exception cref="PipelineStoppedException">The script is to stop.</exception>
    public string? ReadLine()
    {
        pendingLine ??= Task.Run(TakeLine, CancellationToken.None);
        string? line = Await(pendingLine);
        pendingLine = null;
        return line;
    }

    /// <summary>The next key, not shown on the terminal.</summary>
    /// <exception cref="PipelineStoppedException">The script is to stop.</exception>
    public ConsoleKeyInfo ReadKey()
    {
        pendingKey ??= Task.Run(() => Console.ReadKey(intercept: true), CancellationToken.None);
        ConsoleKeyInfo key = Await(pendingKey);
        pendingKey = null;
        return key;
    }

    /// <summary>The next line, waited for however long it takes.</summary>
    public string? TakeLine() => reader.Value.ReadLine();

    /// <summary>Everything up to the end.</summary>
    public string ReadToEnd() => reader.Value.ReadToEnd();

    private static TextReader Open() =>
        Console.IsInputRedirected ? new StreamReader(Console.OpenStandardInput(), Encoding.UTF8) : Console.In;

    private T Await<T>(Task<T> read)
    {
        try
        {
            read.Wait(stop);
            return read.Result;
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
