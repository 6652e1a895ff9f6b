using PSMigrate.Engine;
using PSMigrate.Plans;

namespace PSMigrate.Databases;

/// <summary>What the undo of a step meets that others wrote since: rows, which are listed, and structure, at which it stops.</summary>
internal sealed class UndoConflicts(string step, bool force, IMigrationObserver observer)
{
    /// <summary>Beyond these only their number is told; all of them are in the tables of saved rows.</summary>
    private const int MostListed = 10_000;

    private readonly List<UndoConflict> listed = [];
    private readonly SortedDictionary<string, (long Rows, SortedSet<string> Saved)> told = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Object, string Key, ConflictKind Kind), int> known = [];
    private long count;

    public string Step => step;

    public bool IsForced => force;

    /// <summary>All of them, and a last one that says how many more there are, if there are.</summary>
    public IReadOnlyList<UndoConflict> All => count <= MostListed
        ? listed
        : [.. listed, listed[^1] with
        {
            Object = $"{count - MostListed:N0} more rows",
            Key = "",
            Captured = null,
            Present = null,
            SavedIn = string.Join(", ", told.Values.SelectMany(t => t.Saved).Distinct(StringComparer.Ordinal)),
        }];

    /// <summary>
    /// Adds a row, which is described only where it is listed. One that is met again further back is the same conflict, now with
    /// what was there earlier.
    /// </summary>
    public void Add(string table, ConflictResolution resolution, string? savedIn, Func<UndoConflict> describe)
    {
        if (count < MostListed)
        {
            var conflict = describe() with { SavedIn = savedIn };
            if (known.TryGetValue((conflict.Object, conflict.Key, conflict.Kind), out var at))
            {
                listed[at] = conflict with { Present = listed[at].Present, SavedIn = savedIn ?? listed[at].SavedIn };
                return;
            }

            known.Add((conflict.Object, conflict.Key, conflict.Kind), listed.Count);
            listed.Add(conflict);
        }

        count++;
        var what = $"rows of {table} were changed by others since and were {Word(resolution)}";
        if (!told.TryGetValue(what, out var sum))
        {
            sum = (0, new SortedSet<string>(StringComparer.Ordinal));
        }

        if (savedIn is not null)
        {
            sum.Saved.Add(savedIn);
        }

        told[what] = (sum.Rows + 1, sum.Saved);
    }

    /// <summary>Tells the operator at once, and not only who reads the report.</summary>
    public void Warn()
    {
        foreach (var (what, (rows, saved)) in told)
        {
            observer.Warning($"{step}: {rows:N0} {what} (see the undo's conflicts{(saved.Count > 0 ? $", and {string.Join(", ", saved)} for the rows that did not stay or come back" : "")}).");
        }
    }

    /// <summary>Stops at what cannot be merged, unless the operator wants to go on all the same.</summary>
    /// <exception cref="MigrationException">UndoConflict.</exception>
    public void Refuse(string what)
    {
        if (!force)
        {
            throw Stop(what, "Save what was written since, then undo with -Force.");
        }

        observer.Warning($"Forced: {what}.");
    }

    public MigrationException Stop(string what, string action, Exception? cause = null) =>
        new("UndoConflict", ErrorKind.Conflict, $"Undoing '{step}' meets what others did since: {what}.", cause)
        {
            Offender = step,
            RecommendedAction = action,
        };

    private static string Word(ConflictResolution resolution) => resolution switch
    {
        ConflictResolution.Kept => "kept",
        ConflictResolution.Overwritten => "overwritten",
        _ => "saved",
    };
}
