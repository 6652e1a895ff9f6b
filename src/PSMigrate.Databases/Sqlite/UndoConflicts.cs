using PSMigrate.Engine;

namespace PSMigrate.Databases.Sqlite;

/// <summary>What others wrote since and an undo would overwrite: it stops, unless the operator wants it all the same.</summary>
internal sealed class UndoConflicts(string step, bool force, IMigrationObserver observer)
{
    public bool IsForced => force;

    /// <exception cref="MigrationException">UndoConflict.</exception>
    public void Found(string what)
    {
        if (!force)
        {
            throw new MigrationException("UndoConflict", ErrorKind.Conflict, $"Undoing would overwrite what others wrote: {what}.")
            {
                Offender = step,
                RecommendedAction = "Save what was written since, then undo with -Force.",
            };
        }

        observer.Warning($"Forced: {what}.");
    }
}
