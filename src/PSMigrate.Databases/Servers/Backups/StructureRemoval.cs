using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>
/// What must go from a database before a backup's structure can be made in it. Schemas and extensions that are wanted again stay: to make
/// them, rights may be needed that the account has not.
/// </summary>
internal sealed class StructureRemoval
{
    private static readonly HashSet<string> Stay = new(StringComparer.Ordinal) { DbKinds.Schema, "extension", "language", "foreign data wrapper", "server", "default privileges" };

    private readonly Dictionary<string, DbObject> kept = new(StringComparer.Ordinal);

    /// <param name="wanted">What is made afterwards; null where everything goes.</param>
    public StructureRemoval(ServerEngine engine, DbStructure present, DbStructure? wanted)
    {
        var all = new RestoreOrder(present).All;
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in all)
        {
            if (Stay.Contains(one.Kind) && !one.Needs.Any(gone.Contains) && wanted?.Find(one.Key) is { } same && engine.Writer.Alter(one, same) is not null)
            {
                kept[one.Key] = one;
            }
            else
            {
                gone.Add(one.Key);
            }
        }

        bool GoesWithItsWhole(DbObject one) => one.Parent is { } parent && gone.Contains(parent) && one.Kind is not (DbKinds.ForeignKey or "partition");
        Statements =
        [
            // A sequence would go with its table, and then not be there to be dropped.
            .. all.Where(o => o.Kind == DbKinds.Sequence && o.Facet("owned by") is not null && gone.Contains(o.Key)).SelectMany(engine.Detach),
            .. all.Reverse().Where(o => gone.Contains(o.Key) && !GoesWithItsWhole(o)).OrderBy(o => o.Kind == "event trigger" ? 0 : 1).SelectMany(engine.Writer.Drop),
        ];
    }

    public IReadOnlyList<string> Statements { get; }

    /// <summary>The object as it is in the database, where it stays.</summary>
    public DbObject? Kept(DbObject one) => kept.GetValueOrDefault(one.Key);
}
