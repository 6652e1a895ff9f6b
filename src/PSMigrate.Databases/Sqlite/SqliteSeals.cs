using PSMigrate.Engine;

namespace PSMigrate.Databases.Sqlite;

/// <summary>Looks whether the captures of a step are what the step left, before anything is given back from them.</summary>
internal sealed class SqliteSeals(SqliteSession session, SqliteUndoRecord record, IMigrationObserver observer)
{
    /// <summary>All that the step left in the database for its undo.</summary>
    public IEnumerable<string> Captures => Sealed.Select(s => s.Capture);

    private IEnumerable<(SqliteOp Op, string Table, string Capture, long Rows, string? Sum)> Sealed => record.AllOps.SelectMany(op => op switch
    {
        SqliteOp.Capturing c => new[] { (op, c.Table, c.Capture, c.Rows, c.Sum) },
        SqliteOp.Created { Left: { Capture: { } capture } left } c => [(op, c.Name, capture, left.Rows, left.Sum)],
        _ => [],
    });

    /// <exception cref="MigrationException">CaptureMissing, CaptureAltered.</exception>
    public void Require(CancellationToken cancel)
    {
        foreach (var (op, table, capture, rows, sum) in Sealed)
        {
            if (!SqliteTableShape.Exists(session, capture))
            {
                throw new MigrationException("CaptureMissing", ErrorKind.Conflict, $"The capture {capture} of table {table} is gone from {session.File}: what it held cannot be given back.")
                {
                    Offender = capture,
                    RecommendedAction = "Restore a backup with Restore-MigrationTarget.",
                };
            }

            if (!IsSeenWhenGiven(op))
            {
                Require(session, table, capture, rows, sum, observer, cancel);
            }
        }
    }

    /// <summary>True for a capture that is looked at while it is given back, in the same transaction, which spares reading it twice.</summary>
    public static bool IsSeenWhenGiven(SqliteOp op) => op is SqliteOp.DroppedColumn { Left: null };

    /// <exception cref="MigrationException">CaptureAltered.</exception>
    public static void Require(SqliteSession session, string table, string capture, long rows, string? sum, IMigrationObserver observer, CancellationToken cancel)
    {
        var present = SqliteCapture.Seal(session, capture, observer, cancel);
        if (present.Rows != rows || (sum is not null && present.Sum != sum))
        {
            throw new MigrationException("CaptureAltered", ErrorKind.Conflict,
                $"The capture {capture} of table {table} is not what the migration left: it has {present.Rows:N0} rows{(present.Rows == rows ? " with other values" : $" instead of {rows:N0}")}. What was lost of it cannot be given back.")
            {
                Offender = capture,
                RecommendedAction = "Restore a backup with Restore-MigrationTarget.",
            };
        }
    }
}
