using PSMigrate.Databases.Crash;
using PSMigrate.Engine;
using PSMigrate.Journal;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>Plays a case and looks at what is left. It says what is wrong in words, so that many cases can be reported together.</summary>
internal sealed class CrashCaseRunner(CrashRooms rooms, CancellationToken cancel)
{
    private int kills;

    /// <summary>How many processes were killed so far.</summary>
    public int Kills => kills;

    /// <returns>What is wrong after the case; null where nothing is.</returns>
    public async Task<string?> PlayAsync(CrashCase which)
    {
        var room = rooms.New();
        var diedAt = new List<string>();
        var wrong = await FindWrongAsync(room, which, diedAt);
        if (wrong is null)
        {
            Directory.Delete(room.Folder, recursive: true);
            return null;
        }

        rooms.Keep();
        return $"{which}: {wrong}\n    died at: {string.Join("; ", diedAt)}\n    in {room.Folder}";
    }

    private async Task<string?> FindWrongAsync(CrashRoom room, CrashCase which, List<string> diedAt)
    {
        var options = new RunOptions { GroupSteps = !which.OneByOne };
        if (which.AfterWholeRun && await ActAsync(room, OperatorAct.Run, options) is { Succeeded: false } failed)
        {
            return $"the whole run: {failed}";
        }

        foreach (var kill in which.Kills)
        {
            var end = await OperatorProcess.RunAsync(room, kill, which.OneByOne, cancel);
            if (!end.Killed)
            {
                if (!end.Succeeded && !end.Said.StartsWith("NothingToUndo", StringComparison.Ordinal))
                {
                    return $"{kill} was not killed, but: {end.Said}";
                }

                // It had come to its end before that moment.
                continue;
            }

            Interlocked.Increment(ref kills);
            diedAt.Add(end.Said);
            if (end.Said.StartsWith("record: after", StringComparison.Ordinal))
            {
                Tear(room, which.TornBytes);
            }
        }

        return await new Aftermath(rooms, room, options, cancel).FindWrongAsync(which.WayOn);
    }

    private Task<OperatorOutcome> ActAsync(CrashRoom room, OperatorAct act, RunOptions options) => new Operator(room) { Options = options }.ActAsync(act, cancel);

    private static void Tear(CrashRoom room, int bytes)
    {
        var path = RunJournal.FileIn(room.State.Runs()[^1]);
        var whole = File.ReadAllBytes(path);
        var record = whole.Length - whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') - 1;
        using var journal = File.OpenWrite(path);
        journal.SetLength(whole.Length - Math.Min(bytes, record));
    }
}
