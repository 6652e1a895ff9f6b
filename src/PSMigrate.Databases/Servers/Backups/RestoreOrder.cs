using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>
/// In which order the objects of a structure are made around their rows: first what tables need and the tables, then the rows, then
/// keys, indexes, triggers and all that needs them. What is needed always comes before what needs it.
/// </summary>
internal sealed class RestoreOrder
{
    /// <summary>Kinds that are made when the rows are there: it is quicker, nothing fires, and rows may come in any order.</summary>
    private static readonly HashSet<string> AfterRows = new(StringComparer.Ordinal)
    {
        DbKinds.PrimaryKey, DbKinds.UniqueKey, DbKinds.ForeignKey, DbKinds.Check, DbKinds.Index, DbKinds.Trigger, DbKinds.MaterializedView,
        "exclusion", "rule", "policy", "partition", "event trigger", "event", "publication", "subscription", "statistics",
    };

    private readonly DbStructure structure;

    public RestoreOrder(DbStructure structure)
    {
        this.structure = structure;
        All = Sort();
        var late = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in All)
        {
            if (AfterRows.Contains(one.Kind) || Needed(one).Any(late.Contains))
            {
                late.Add(one.Key);
            }
        }

        Before = [.. All.Where(o => !late.Contains(o.Key))];
        After = [.. All.Where(o => late.Contains(o.Key))];
    }

    public IReadOnlyList<DbObject> All { get; }

    public IReadOnlyList<DbObject> Before { get; }

    /// <summary>A table among these gets its rows as soon as it is made.</summary>
    public IReadOnlyList<DbObject> After { get; }

    private static IEnumerable<string> Needed(DbObject one) =>
        one.Needs.Concat(one.Parent is { } parent ? [parent] : []).Concat(one.RefersTo is { } other ? [other] : []);

    private List<DbObject> Sort()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var sorted = new List<DbObject>();
        void Visit(DbObject one)
        {
            if (!seen.Add(one.Key))
            {
                return;
            }

            foreach (var needed in Needed(one))
            {
                if (structure.Find(needed) is { } found)
                {
                    Visit(found);
                }
            }

            sorted.Add(one);
        }

        foreach (var one in structure.Objects)
        {
            Visit(one);
        }

        return sorted;
    }
}
