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

    private readonly BlockingCollection<Action> queue = [];
    private readonly ConcurrentDictionary<string, long> lastReport = new(StringComparer.Ordinal);

    /// <summary>Runs the work on another thread and, on this one, whatever it asks for, until it is done.</summary>
    public T Run<T>(Func<CancellationToken, Task<T>> work, CancellationTokenSource stop)
    {
        var task = Task.Run(() => work(stop.Token));
        task.ContinueWith(_ => queue.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Exception? failed = null;
        foreach (var action in queue.GetConsumingEnumerable())
        {
            try
            {
                if (failed is null)
                {
                    action();
                }
            }
            catch (Exception e) when (e is PipelineStoppedException or ActionPreferenceStopException or RuntimeException)
            {
                // The pipeline was stopped, or the caller's preferences made a warning fatal: the engine stops at its next safe point.
                failed = e;
                stop.Cancel();
            }
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
        queue.Add(() =>
        {
            try
            {
                done.SetResult(act());
            }
            catch (PipelineStoppedException)
            {
                done.SetCanceled();
                throw;
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
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
        Post(() => cmdlet.WriteProgress(record));
    }

    public void Milestone(string message) => Post(() => cmdlet.WriteInformation(message, ["PSMigrate"]));

    public void Decision(string message) => Post(() => cmdlet.WriteVerbose(message));

    public void Detail(string message) => Post(() => cmdlet.WriteDebug(message));

    public void Warning(string message) => Post(() => cmdlet.WriteWarning(message));

    private void Post(Action action)
    {
        if (!queue.IsAddingCompleted)
        {
            queue.Add(action);
        }
    }
}
