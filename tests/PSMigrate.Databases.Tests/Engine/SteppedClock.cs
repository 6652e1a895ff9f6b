namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Time that passes when a test says so, and a little with every look, so that nothing happens at one moment.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    public void Pass(TimeSpan time) => now += time;

    public override DateTimeOffset GetUtcNow() => now += TimeSpan.FromMilliseconds(1);
}
