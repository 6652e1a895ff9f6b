using PSMigrate.Databases.Servers.Running;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>Puts sequences back where they stood. What others have drawn since is never given out again.</summary>
internal static class SequencesBack
{
    public static async Task RunAsync(ServerEngine engine, ServerSession session, ServerOp.Sequences sequences, IMigrationObserver observer, CancellationToken cancel)
    {
        var present = (await engine.SequencesAsync(session, cancel).ConfigureAwait(false)).ToDictionary(s => (s.Schema, s.Name));
        foreach (var (former, left) in sequences.Moves)
        {
            if (!present.TryGetValue((former.Schema, former.Name), out var now))
            {
                observer.Decision($"The sequence {former.FullName} is gone: it is not set.");
            }
            else if (left is null || IsSame(now, left) || now.StepsAhead(former) < 0)
            {
                await engine.SetSequenceAsync(session, former, cancel).ConfigureAwait(false);
            }
            else if (!IsSame(now, former))
            {
                observer.Decision($"The sequence {former.FullName} stays at {now.Value}: others have drawn from it since.");
            }
        }
    }

    private static bool IsSame(SequenceValue one, SequenceValue other) => one.Value == other.Value && one.IsCalled == other.IsCalled;
}
