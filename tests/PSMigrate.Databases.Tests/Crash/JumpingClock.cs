namespace PSMigrate.Databases.Tests.Crash;

/// <summary>A clock that somebody sets: by as much as is asked for whenever it has been read so many times.</summary>
/// <param name="every">After how many readings it jumps; 0 for only when it is told to.</param>
/// <param name="by">How far it jumps each time.</param>
internal sealed class JumpingClock(int every = 0, TimeSpan by = default) : TimeProvider
{
    private readonly Lock gate = new();
    private TimeSpan off;
    private int readings;

    public void Jump(TimeSpan distance)
    {
        lock (gate)
        {
            off += distance;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            if (every > 0 && ++readings % every == 0)
            {
                off += by;
            }

            return DateTimeOffset.UtcNow + off;
        }
    }
}
