using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Undoing;

/// <summary>
/// What an undo had to make again has another identity than the one that was noted of it while the script ran; whatever was noted earlier
/// in the script must still lead to it, also where it was called otherwise then.
/// </summary>
internal sealed class RebornObjects
{
    private readonly Dictionary<string, string> identities = new(StringComparer.Ordinal);

    /// <summary>Finds out which of the objects are there again as others, by name.</summary>
    public void Note(IEnumerable<DbObject> former, DbStructure now)
    {
        foreach (var one in former.Where(o => o.Id.Length > 0 && now.FindById(o.Id) is null))
        {
            if (now.Find(one.Key) is { Id.Length: > 0 } again)
            {
                identities[one.Id] = again.Id;
            }
        }
    }

    /// <summary>The same act with the identities that the objects have now.</summary>
    public ServerOp Known(ServerOp op) => identities.Count == 0 ? op : op switch
    {
        ServerOp.Created created => created with { Id = Known(created.Id), Left = created.Left is { } left ? Known(left) : null },
        ServerOp.Changed changed => changed with
        {
            Before = [.. changed.Before.Select(Known)],
            After = [.. changed.After.Select(Known)],
            Images = [.. changed.Images.Select(Known)],
        },
        ServerOp.Rows rows => rows with { Image = Known(rows.Image) },
        _ => op,
    };

    private RowImage Known(RowImage image) => image with { Table = Known(image.Table), Key = [.. image.Key.Select(Known)], Kept = [.. image.Kept.Select(Known)] };

    private DbObject Known(DbObject one) => one with { Id = Known(one.Id) };

    /// <summary>The identity that an object has now.</summary>
    public string Known(string id)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Add(id) && identities.TryGetValue(id, out var now))
        {
            id = now;
        }

        return id;
    }
}
