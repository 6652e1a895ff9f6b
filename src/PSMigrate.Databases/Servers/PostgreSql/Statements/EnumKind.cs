using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Enumerations. Values can be added and renamed, not taken away or put into another order.</summary>
internal sealed class EnumKind : ObjectKind
{
    public static readonly EnumKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) => [$"CREATE TYPE {Of(one)} AS ENUM ({string.Join(", ", Values(one))})"];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        change.Rename("TYPE");
        if (!change.Takes("values"))
        {
            return true;
        }

        var (before, after) = (Values(from), Values(to));
        if (before.Length == after.Length && before.Except(after).Count() == 1 && after.Zip(before).All(v => v.First == v.Second || !before.Contains(v.First)))
        {
            // One value in the same place is called otherwise.
            change.Add($"ALTER TYPE {Of(to)} RENAME VALUE {before.Except(after).Single()} TO {after.Except(before).Single()}");
            return true;
        }

        if (!after.Where(before.Contains).SequenceEqual(before))
        {
            return false;
        }

        for (var i = 0; i < after.Length; i++)
        {
            if (!before.Contains(after[i]))
            {
                var place = i > 0 ? $" AFTER {after[i - 1]}" : before.Length > 0 ? $" BEFORE {before[0]}" : "";
                change.Add($"ALTER TYPE {Of(to)} ADD VALUE {after[i]}{place}");
            }
        }

        return true;
    }

    private static string[] Values(DbObject one) => one.Facet("values") is { Length: > 0 } values ? values.Split('\n') : [];
}
