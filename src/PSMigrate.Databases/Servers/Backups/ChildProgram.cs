using System.Diagnostics;
using System.Text;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>Runs a database's own tool to its end. Whoever cancels kills it, with all processes that it has started.</summary>
/// <param name="file">The program, with its path.</param>
/// <param name="environment">Variables that are set for it, or taken away where the value is null: secrets are handed over so, never on the command line.</param>
internal sealed class ChildProgram(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment)
{
    private const int MostCharacters = 4000;

    /// <summary>Hears every line that the program writes to its error stream.</summary>
    public Action<string> Heard { get; init; } = _ => { };

    /// <summary>Writes the program's input; null where it reads none.</summary>
    public Func<Stream, CancellationToken, Task>? Input { get; init; }

    /// <summary>Reads the program's output; null where it is only kept.</summary>
    public Func<Stream, CancellationToken, Task>? Output { get; init; }

    /// <summary>Lines of the error stream that are no errors and are left out of the message.</summary>
    public Func<string, bool> IsChatter { get; init; } = _ => false;

    public string Name { get; } = Path.GetFileNameWithoutExtension(file);

    /// <returns>What it wrote, where nobody else read that.</returns>
    /// <exception cref="MigrationException">With what the program said, where it failed.</exception>
    public async Task<string> RunAsync(string errorId, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var process = Start(errorId);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var errors = new StringBuilder();
        var text = "";
        var listening = ListenAsync(process.StandardError, errors);
        var reading = Output is { } output ? output(process.StandardOutput.BaseStream, stop.Token) : KeepAsync(process.StandardOutput, kept => text = kept, stop.Token);
        var writing = WriteAsync(process, stop.Token);
        try
        {
            // Whichever fails first must not leave the others waiting for each other.
            var open = new List<Task> { reading, writing, process.WaitForExitAsync(stop.Token) };
            while (open.Count > 0)
            {
                var done = await Task.WhenAny(open).ConfigureAwait(false);
                open.Remove(done);
                if (done == writing && done.IsFaulted && done.Exception.InnerException is IOException)
                {
                    // It has stopped reading, and says itself why.
                    continue;
                }

                await done.ConfigureAwait(false);
            }

            await listening.ConfigureAwait(false);
        }
        catch
        {
            Kill(process);
            await stop.CancelAsync().ConfigureAwait(false);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            await Task.WhenAll(listening, reading, writing).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            throw;
        }

        return process.ExitCode == 0 ? text : throw Failed(errorId, process.ExitCode, errors.ToString());
    }

    private Process Start(string errorId)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            StandardErrorEncoding = Encoding.UTF8,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment)
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new MigrationException(errorId, ErrorKind.Failed, $"{file} cannot be run: {e.Message}", e)
            {
                Offender = file,
                RecommendedAction = "Look at the program, and at the rights on it.",
            };
        }
    }

    private async Task WriteAsync(Process process, CancellationToken cancel)
    {
        try
        {
            if (Input is { } input)
            {
                await input(process.StandardInput.BaseStream, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            await CloseAsync(process).ConfigureAwait(false);
        }
    }

    private static async Task CloseAsync(Process process)
    {
        try
        {
            await process.StandardInput.BaseStream.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The program has ended before it read everything; its exit code tells.
        }
    }

    private async Task ListenAsync(StreamReader reader, StringBuilder errors)
    {
        while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            Heard(line);
            if (!IsChatter(line) && errors.Length < MostCharacters)
            {
                errors.AppendLine(line);
            }
        }
    }

    private static async Task KeepAsync(StreamReader reader, Action<string> keep, CancellationToken cancel) => keep(await reader.ReadToEndAsync(cancel).ConfigureAwait(false));

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private MigrationException Failed(string errorId, int code, string said) =>
        new(errorId, ErrorKind.Failed, $"{Name} failed (exit code {code}): {(said.Trim() is { Length: > 0 } why ? why : "it did not say why")}")
        {
            Offender = file,
            RecommendedAction = "Mend what the program complains about, and run it again.",
        };
}
