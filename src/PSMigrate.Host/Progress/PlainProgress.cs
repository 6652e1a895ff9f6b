using System.Diagnostics;

namespace PSMigrate.Host.Progress;

/// <summary>Progress for a log: one line when an activity begins, now and then while it lasts, and when it is done.</summary>
internal sealed class PlainProgress(TextWriter writer) : IProgressDisplay
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(long Source, int Id), long> lastShown = [];

    public void Show(Activity activity)
    {
        if (activity.IsCompleted)
        {
            if (lastShown.Remove(activity.Key))
            {
                writer.WriteLine($"{activity.Name}: completed");
            }
        }
        else if (!lastShown.TryGetValue(activity.Key, out long shown) || Stopwatch.GetElapsedTime(shown) >= Pause)
        {
            writer.WriteLine(activity);
            lastShown[activity.Key] = Stopwatch.GetTimestamp();
        }
    }

    public void MakeWay(bool forLine)
    {
    }

    public void End() => lastShown.Clear();
}
