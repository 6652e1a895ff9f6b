using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>The least of a planner: from one structure to another by what the writer offers, told by identity what was only renamed.</summary>
internal static class ChangePlan
{
    public static IReadOnlyList<string> Of(DbStructure from, DbStructure to)
    {
        var writer = new SqlServerStructureWriter();
        var alters = new Dictionary<string, (DbObject From, DbObject To, IReadOnlyList<string> Statements)>(StringComparer.Ordinal);
        var dropped = new Dictionary<string, DbObject>(StringComparer.Ordinal);
        var created = new Dictionary<string, DbObject>(StringComparer.Ordinal);
        foreach (var old in from.Objects)
        {
            if (Counterpart(old, to) is not { } wanted)
            {
                dropped[old.Key] = old;
            }
            else if (!old.IsLike(wanted))
            {
                if (writer.Alter(old, wanted) is { } statements)
                {
                    alters[old.Key] = (old, wanted, statements);
                }
                else
                {
                    dropped[old.Key] = old;
                    created[wanted.Key] = wanted;
                }
            }
        }

        foreach (var wanted in to.Objects.Where(w => !from.Objects.Any(o => Counterpart(o, to)?.Key == w.Key)))
        {
            created[wanted.Key] = wanted;
        }

        StandAside(from, to, writer, alters, dropped, created);
        return
        [
            .. Structures.InOrder(from).Reverse().Where(o => dropped.ContainsKey(o.Key) && !(o.Parent is { } p && dropped.TryGetValue(p, out var table) && o.Kind is not DbKinds.ForeignKey && !writer.MustStandAside(o, table))).SelectMany(writer.Drop),
            .. alters.Values.OrderBy(a => a.From.Kind == DbKinds.Table ? 0 : 1).SelectMany(a => a.Statements),
            .. Structures.InOrder(to).Where(o => created.ContainsKey(o.Key) && !(o.Kind == DbKinds.Column && created.ContainsKey(o.Parent!))).SelectMany(o => writer.Create(o, to)),
        ];
    }

    private static void StandAside(DbStructure from, DbStructure to, SqlServerStructureWriter writer, Dictionary<string, (DbObject From, DbObject To, IReadOnlyList<string> Statements)> alters,
        Dictionary<string, DbObject> dropped, Dictionary<string, DbObject> created)
    {
        for (var again = true; again;)
        {
            again = false;
            foreach (var changed in alters.Values.Where(a => a.Statements.Count > 0).Select(a => a.From).Concat(dropped.Values).ToList())
            {
                foreach (var dependent in from.Objects.Where(o => (o.Needs.Contains(changed.Key) || o.Parent == changed.Key) && !dropped.ContainsKey(o.Key) && writer.MustStandAside(o, changed)))
                {
                    dropped[dependent.Key] = dependent;
                    alters.Remove(dependent.Key);
                    if (Counterpart(dependent, to) is { } back)
                    {
                        created[back.Key] = back;
                    }

                    again = true;
                }
            }
        }
    }

    private static DbObject? Counterpart(DbObject old, DbStructure to) => to.FindById(old.Id) is { } same && same.Kind == old.Kind ? same : to.Find(old.Key);
}
