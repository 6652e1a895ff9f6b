using PSMigrate.Engine;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Lets a test wait until something is said, such as the text of a statement that is about to be run.</summary>
internal sealed class ListeningObserver(string awaited) : IMigrationObserver
{
    private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task HeardAsync() => heard.Task.WaitAsync(TimeSpan.FromSeconds(60), MigrationFolder.Cancel);

    public void Detail(string message)
    {
        if (message.Contains(awaited, StringComparison.Ordinal))
        {
            heard.TrySetResult();
        }
    }

    public void Progress(ProgressReport report) { }

    public void Milestone(string message) { }

    public void Decision(string message) { }

    public void Warning(string message) { }
}
