using PSMigrate.Engine;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Stops an act at the n-th moment that it hears of, as Ctrl+C would.</summary>
internal sealed class Interruption : IMigrationObserver
{
    private int left = -1;

    public bool Happened { get; private set; }

    public void At(int moment)
    {
        left = moment;
        Happened = false;
    }

    public void Never() => At(-1);

    public void Moment()
    {
        if (left >= 0 && left-- == 0)
        {
            Happened = true;
            throw new OperationCanceledException("stopped by the test");
        }
    }

    public void Detail(string message) => Moment();

    public void Progress(ProgressReport report) { }

    public void Milestone(string message) { }

    public void Decision(string message) { }

    public void Warning(string message) { }
}
