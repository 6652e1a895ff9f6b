using PSMigrate.Engine;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Stops an act at the n-th moment that it hears of, as Ctrl+C would.</summary>
internal sealed class Interruption : IMigrationObserver
{
    private int at = -1;

    public bool Happened { get; private set; }

    /// <summary>The moments that went by since it was last set.</summary>
    public int Passed { get; private set; }

    public void At(int moment)
    {
        at = moment;
        Passed = 0;
        Happened = false;
    }

    public void Never() => At(-1);

    public void Moment()
    {
        if (Passed++ == at)
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
