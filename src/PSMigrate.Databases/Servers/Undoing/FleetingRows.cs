using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// Rows that were written, and captured, in a table that the script had made: they go with it, and need not be put back first. Where
/// something happened to the table as a whole in between, such as a renaming, it is not sure that it is the same one, and they are none of these.
/// </summary>
internal sealed class FleetingRows
{
    private readonly Dictionary<ServerOp.Rows, ServerOp> made = new(ReferenceEqualityComparer.Instance);

    public FleetingRows(ServerUndoRecord record, StringComparison names)
    {
        for (var i = 0; i < record.Ops.Count; i++)
        {
            if (record.Ops[i] is ServerOp.Rows rows && record.Ops.Take(i).LastOrDefault(op => IsAbout(op, rows.Image.Table, names)) is ServerOp.Created created)
            {
                made[rows] = created;
            }
        }
    }

    public bool Contains(ServerOp.Rows rows) => made.ContainsKey(rows);

    /// <summary>What was written to a table that something made, in that order.</summary>
    public IReadOnlyList<RowImage> Of(ServerOp created) => [.. made.Where(m => ReferenceEquals(m.Value, created)).Select(m => m.Key.Image)];

    private static bool IsAbout(ServerOp op, DbObject table, StringComparison names) => op switch
    {
        ServerOp.Created { Kind: DbKinds.Table } created => string.Equals(created.Schema, table.Schema, names) && string.Equals(created.Name, table.Name, names),
        ServerOp.Changed changed => changed.Before.Concat(changed.After).Any(o => o.Kind == DbKinds.Table && o.Key == table.Key),
        _ => false,
    };
}
