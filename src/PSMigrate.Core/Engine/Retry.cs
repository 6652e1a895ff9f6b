namespace PSMigrate.Engine;

/// <summary>How often, and after how long, something is tried again that a lock kept from being done.</summary>
public static class Retry
{
    public const int MostAttempts = 4;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The pause after an attempt, from 1: longer each time, and never quite the same, so that two who met once do not meet again.</summary>
    public static TimeSpan PauseAfter(int attempt) => First * Math.Pow(2, attempt - 1) * (0.75 + (Random.Shared.NextDouble() / 2));
}
