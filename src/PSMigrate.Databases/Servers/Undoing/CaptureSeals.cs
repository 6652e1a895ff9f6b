using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Running;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>Makes sure that captures are what the script left: somebody could have written to them.</summary>
internal sealed class CaptureSeals(ServerEngine engine, ServerSession session)
{
    /// <exception cref="MigrationException">CaptureMissing, CaptureAltered.</exception>
    public async Task RequireAsync(ServerUndoRecord record, CancellationToken cancel)
    {
        foreach (var image in record.Images)
        {
            if (!await engine.HasOwnAsync(session, image.Capture, cancel).ConfigureAwait(false))
            {
                throw new MigrationException("CaptureMissing", ErrorKind.Conflict, $"The capture {engine.OwnName(image.Capture)} of table {image.FullName} is gone: what it held cannot be given back.")
                {
                    Offender = engine.OwnName(image.Capture),
                    RecommendedAction = "Restore a backup with Restore-MigrationTarget.",
                };
            }

            if (image.Sum is { } sum && await new RowSealing(engine, session).SumAsync(image, cancel).ConfigureAwait(false) is var now && now != (image.Rows, sum))
            {
                throw new MigrationException("CaptureAltered", ErrorKind.Conflict,
                    $"The capture {engine.OwnName(image.Capture)} of table {image.FullName} is not what the migration left: it has {now.Rows:N0} rows{(now.Rows == image.Rows ? " with other values" : $" instead of {image.Rows:N0}")}. What was lost of it cannot be given back.")
                {
                    Offender = engine.OwnName(image.Capture),
                    RecommendedAction = "Restore a backup with Restore-MigrationTarget.",
                };
            }
        }
    }
}
