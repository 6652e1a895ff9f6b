using PSMigrate.Engine;

namespace PSMigrate.Databases.Crash;

/// <summary>
/// Stands in for PowerShell with a language of a few words, one operation on files a line, so that a process can die between any
/// two of them. A script that only asks puts out whether all that it asks for holds. Everything happens on the thread that asked,
/// so that the system calls of a process are always in the same order.
/// </summary>
public sealed class FileScripts(string folder, KillSwitch? kills) : IScriptRunner
{
    public async Task<IReadOnlyList<object?>> RunAsync(ScriptCall call, CancellationToken cancel)
    {
        var name = Path.GetFileName(call.Path);
        bool? answer = null;
        foreach (var line in File.ReadAllLines(call.Path))
        {
            cancel.ThrowIfCancellationRequested();
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            kills?.Pass($"file: before {name}: {line}");
            if (words[0] == "when")
            {
                if (!File.Exists(At(words[1])))
                {
                    continue;
                }

                words = words[2..];
            }

            if (words[0] is "has" or "holds")
            {
                answer = (answer ?? true) && Holds(words);
            }
            else
            {
                await DoAsync(words, cancel).ConfigureAwait(false);
            }
        }

        kills?.Pass($"file: after {name}");
        return answer is { } found ? [found] : [];
    }

    private bool Holds(string[] words) =>
        File.Exists(At(words[1])) && (words[0] == "has" || File.ReadAllText(At(words[1])) == string.Join(' ', words[2..]));

    private async Task DoAsync(string[] words, CancellationToken cancel)
    {
        switch (words[0])
        {
            case "write":
                Put(words[1], string.Join(' ', words[2..]));
                break;
            case "append":
                Put(words[1], (File.Exists(At(words[1])) ? File.ReadAllText(At(words[1])) : "") + string.Join(' ', words[2..]) + "\n");
                break;
            case "keep":
                // Never over what was kept before: a second try would keep what the first one has changed.
                if (!File.Exists(At(words[2])))
                {
                    Put(words[2], File.ReadAllText(At(words[1])));
                }

                break;
            case "move":
                if (File.Exists(At(words[1])))
                {
                    File.Move(At(words[1]), At(words[2]), overwrite: true);
                }

                break;
            case "delete":
                File.Delete(At(words[1]));
                break;
            case "sleep":
                await Task.Delay(int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), cancel).ConfigureAwait(false);
                break;
            case "fail":
                throw new MigrationException("ScriptFailed", ErrorKind.Failed, $"The script said: {string.Join(' ', words[1..])}")
                {
                    RecommendedAction = "Mend the script.",
                };
            default:
                throw new InvalidOperationException($"'{words[0]}' is not a word of these scripts.");
        }
    }

    /// <summary>As a careful author does: a file is there as a whole or not at all, whenever the process dies.</summary>
    private void Put(string name, string text)
    {
        var unfinished = $"{folder}.unfinished";
        File.WriteAllText(unfinished, text);
        File.Move(unfinished, At(name), overwrite: true);
    }

    private string At(string name) => Path.Combine(folder, name);
}
