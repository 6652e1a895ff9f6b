using System.Globalization;
using PSMigrate.Engine;

namespace PSMigrate.Code.Trees;

/// <summary>How far work on a tree is.</summary>
internal sealed class TreeProgress(string activity, int count, IMigrationObserver observer) : IDisposable
{
    private const int Every = 64;

    private int done;

    public void Next()
    {
        if (done++ % Every == 0)
        {
            observer.Progress(new ProgressReport(activity, string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {count:N0}"), 1, done >= count ? 100 : (int)(done * 100L / count)));
        }
    }

    public void Dispose() => observer.Progress(new ProgressReport(activity, "Done", 1, 100, Completed: true));
}
