namespace PSMigrate.Engine;

/// <summary>Hears what the engine and the targets are doing. Implementations must be quick and must not throw.</summary>
public interface IMigrationObserver
{
    /// <summary>How far something is.</summary>
    void Progress(ProgressReport report);

    /// <summary>Something an operator wants in the log: a run began, a step was applied.</summary>
    void Milestone(string message);

    /// <summary>Why the engine does what it does.</summary>
    void Decision(string message);

    /// <summary>The text that is sent to a target.</summary>
    void Detail(string message);

    /// <summary>Something that is not a failure and that the operator should look at.</summary>
    void Warning(string message);
}

/// <param name="Activity">What is under way; one activity is shown on one line.</param>
/// <param name="Level">0 for a whole run, 1 for a part of it.</param>
/// <param name="Percent">0 to 100, or -1 where it is not known.</param>
public sealed record ProgressReport(string Activity, string Status, int Level, int Percent, bool Completed = false)
{
    public TimeSpan? Remaining { get; init; }
}

/// <summary>Hears nothing.</summary>
public sealed class SilentObserver : IMigrationObserver
{
    public static readonly SilentObserver Instance = new();

    public void Progress(ProgressReport report) { }

    public void Milestone(string message) { }

    public void Decision(string message) { }

    public void Detail(string message) { }

    public void Warning(string message) { }
}
