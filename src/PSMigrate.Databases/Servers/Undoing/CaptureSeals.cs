using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>Makes sure that captures are what the script left: somebody could have written to them.</summary>
internal sealed class CaptureSeals(ServerEngine engine, ServerSession session, string step, bool force, IMigrationObserver observer)
{
    /// <exception cref="MigrationException">CaptureAltered: a capture is gone, or is not what it was.</exception>
    public async Task RequireAsync(ServerUndoRecord record, CancellationToken cancel)
    {
        foreach (var image in record.Images)
        {
            if (!await engine.HasOwnAsync(session, image.Capture, cancel).ConfigureAwait(false))
            {
                throw Altered($"{image.Capture}, in which rows of {image.FullName} were captured, is gone");
            }

            if (image.Sum is { } sum && await new RowSealing(engine, session).SumAsync(image, cancel).ConfigureAwait(false) is var now && now != (image.Rows, sum))
            {
                var what = $"{image.Capture}, in which {image.Rows:N0} rows of {image.FullName} were captured, was altered since and has {now.Rows:N0} rows";
                if (!force)
                {
                    throw Altered(what);
                }

                observer.Warning($"Forced: {what}.");
            }
        }
    }

    private MigrationException Altered(string what) => new("CaptureAltered", ErrorKind.Conflict, $"'{step}' cannot be undone as it was: {what}.")
    {
        Offender = step,
        RecommendedAction = "Restore a backup with Restore-MigrationTarget, or undo with -Force to take what is in the capture now.",
    };
}
