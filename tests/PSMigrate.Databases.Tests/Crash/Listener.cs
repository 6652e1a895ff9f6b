using System.Collections.Concurrent;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>Keeps what an operator would be told.</summary>
internal sealed class Listener : IMigrationObserver
{
    private readonly ConcurrentQueue<string> heard = new();

    public IReadOnlyList<string> Heard => [.. heard];

    /// <summary>The steps that were said to be applied or undone, in order.</summary>
    public IReadOnlyList<string> Steps(string what) => [.. heard.Where(h => h.StartsWith(what + ": ", StringComparison.Ordinal)).Select(h => h[(what.Length + 2)..])];

    public void Progress(ProgressReport report)
    {
    }

    public void Milestone(string message) => heard.Enqueue(message);

    public void Decision(string message) => heard.Enqueue(message);

    public void Detail(string message)
    {
    }

    public void Warning(string message) => heard.Enqueue(message);
}
