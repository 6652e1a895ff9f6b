using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using PSMigrate.Engine;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>
/// Carries what the engine says from its threads to the pipeline thread, the only one that may write to PowerShell's streams or run
/// scripts in the caller's session.
/// </summary>
internal sealed class PipelineBridge(Cmdlet cmdlet) : IMigrationObserver
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(200);

    private readonly BlockingCollection<Request> queue = [];
    private readonly ConcurrentDictionary<string, long> lastReport = new(StringComparer.Ordinal);

    /// <summary>The activities that are on the screen, with their levels; the pipeline thread's own.</summary>
    private readonly Dictionary<string, int> shown = new(StringComparer.Ordinal);

    /// <summary>Runs the work on another thread and, on this one, whatever it asks for, until it is done.</summary>
    public T Run<T>(Func<CancellationToken, Task<T>> work, CancellationTokenSource stop)
    {
        var task = Task.Run(() => work(stop.Token));
        task.ContinueWith(_ => queue.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Exception? failed = null;
        foreach (var request in queue.GetConsumingEnumerable())
        {
            try
            {
                if (failed is null)
                {
                    request.Act();
                }
            }
            catch (Exception e) when (e is PipelineStoppedException or ActionPreferenceStopException or RuntimeException)
            {
                // The pipeline was stopped, or the caller's preferences made a warning fatal: the engine stops at its next safe point.
                failed = e;
                stop.Cancel();
            }

            request.Settled?.Invoke();
        }

        if (failed is not PipelineStoppedException)
        {
            CompleteProgress();
        }

        if (failed is not null)
        {
            // How the stopped work ended does not matter any more: it is in its journal.
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            _ = task.Exception;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failed);
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs something on the pipeline thread and waits for its result.</summary>
    public Task<T> OnPipelineAsync<T>(Func<T> act)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add(new Request(
            () =>
            {
                try
                {
                    done.SetResult(act());
                }
                catch (Exception e) when (e is not PipelineStoppedException)
                {
                    done.SetException(e);
                }
            },
            // Where the pipeline has stopped nothing was done: whoever waits for the result must not wait for ever.
            Settled: () => done.TrySetCanceled()));
        return done.Task;
    }

    public void Progress(ProgressReport report)
    {
        var now = Stopwatch.GetTimestamp();
        if (!report.Completed)
        {
            if (lastReport.TryGetValue(report.Activity, out var last) && Stopwatch.GetElapsedTime(last, now) < BetweenReports)
            {
                return;
            }

            lastReport[report.Activity] = now;
        }
        else if (!lastReport.TryRemove(report.Activity, out _))
        {
            return;
        }

        var record = new ProgressRecord(report.Level + 1, report.Activity, report.Status.Length > 0 ? report.Status : " ")
        {
            ParentActivityId = report.Level == 0 ? -1 : report.Level,
            PercentComplete = report.Percent,
            RecordType = report.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
            SecondsRemaining = report.Remaining is { } left ? (int)left.TotalSeconds : -1,
        };
        Post(() =>
        {
            cmdlet.WriteProgress(record);
            if (report.Completed)
            {
                shown.Remove(report.Activity);
            }
            else
            {
                shown[report.Activity] = report.Level;
            }
        });
    }

    public void Milestone(string message) => Post(() => cmdlet.WriteInformation(message, ["PSMigrate"]));

    public void Decision(string message) => Post(() => cmdlet.WriteVerbose(message));

    public void Detail(string message) => Post(() => cmdlet.WriteDebug(message));

    /// <summary>Waits until the warning is written: where the caller's preference makes it fatal, nothing may be done after it.</summary>
    public void Warning(string message)
    {
        using var written = new ManualResetEventSlim();
        if (Post(() => cmdlet.WriteWarning(message), written.Set))
        {
            written.Wait();
        }
    }

    private bool Post(Action action, Action? settled = null)
    {
        if (queue.IsAddingCompleted)
        {
            return false;
        }

        queue.Add(new Request(action, settled));
        return true;
    }

    /// <summary>Work that failed said of nothing that it was completed, and its progress would stay on the screen.</summary>
    private void CompleteProgress()
    {
        foreach (var (activity, level) in shown)
        {
            cmdlet.WriteProgress(new ProgressRecord(level + 1, activity, " ") { RecordType = ProgressRecordType.Completed });
        }
    }

    /// <param name="Act">What the pipeline thread is to do.</param>
    /// <param name="Settled">What it does afterwards, or instead where the pipeline has stopped.</param>
    private sealed record Request(Action Act, Action? Settled);
}
