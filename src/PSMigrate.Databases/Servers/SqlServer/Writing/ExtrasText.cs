using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes what any object can have: owner, permissions, comment, extended properties.</summary>
internal static class ExtrasText
{
    private const string Description = "[MS_Description]";

    /// <summary>True for the facets that are written here.</summary>
    public static bool Covers(string facet) => facet is DbFacets.Owner or DbFacets.Permissions or DbFacets.Comment or SqlServerFacets.DatabasePermissions
        || facet.StartsWith(SqlServerFacets.Property, StringComparison.Ordinal) || facet.StartsWith(SqlServerFacets.PermissionsOf, StringComparison.Ordinal);

    /// <summary>After an object was made; the owner stands in some statements that make objects.</summary>
    public static IEnumerable<string> Create(DbObject one, bool withOwner)
    {
        if (withOwner && one.Facet(DbFacets.Owner) is { } owner)
        {
            yield return Authorize(one, owner);
        }

        foreach (var statement in one.Facets.Where(f => IsPermission(f.Key)).SelectMany(f => Lines(f.Value).Select(line => Give(one, f.Key, line))))
        {
            yield return statement;
        }

        foreach (var (facet, value) in Properties(one))
        {
            yield return Property("sp_addextendedproperty", one, facet, value);
        }
    }

    public static IEnumerable<string> Alter(DbObject from, DbObject to)
    {
        var authorize = from.Facet(DbFacets.Owner) != to.Facet(DbFacets.Owner);
        if (authorize)
        {
            yield return Authorize(to, to.Facet(DbFacets.Owner));
        }

        foreach (var facet in from.Facets.Keys.Union(to.Facets.Keys).Where(IsPermission).Order(StringComparer.Ordinal))
        {
            var (before, after) = (Lines(from.Facet(facet)), Lines(to.Facet(facet)));
            foreach (var line in before.Except(after))
            {
                yield return Take(to, facet, line);
            }

            // Another schema or owner drops permissions, so that all are given anew.
            foreach (var line in authorize || from.Schema != to.Schema ? after : after.Except(before))
            {
                yield return Give(to, facet, line);
            }
        }

        var (old, wanted) = (Properties(from), Properties(to));
        foreach (var (facet, value) in old.Where(p => !wanted.ContainsKey(p.Key)))
        {
            yield return Property("sp_dropextendedproperty", to, facet, null);
        }

        foreach (var (facet, value) in wanted.Where(p => old.GetValueOrDefault(p.Key) != p.Value))
        {
            yield return Property(old.ContainsKey(facet) ? "sp_updateextendedproperty" : "sp_addextendedproperty", to, facet, value);
        }
    }

    private static bool IsPermission(string facet) =>
        facet is DbFacets.Permissions or SqlServerFacets.DatabasePermissions || facet.StartsWith(SqlServerFacets.PermissionsOf, StringComparison.Ordinal);

    private static string[] Lines(string? facet) => facet is null ? [] : facet.Split('\n');

    private static string Authorize(DbObject one, string? owner) => $"ALTER AUTHORIZATION ON {SqlServerAddress.Securable(one)} TO "
        + (owner is not null ? SqlServerName.Quote(owner) : one.Schema.Length > 0 && one.Parent is null ? "SCHEMA OWNER" : "[dbo]");

    /// <summary>A line is the statement without the object: <c>GRANT SELECT TO [a]</c>. The names of permissions have no TO or FROM in them.</summary>
    private static string Give(DbObject one, string facet, string line)
    {
        if (facet == SqlServerFacets.DatabasePermissions)
        {
            const string Option = " WITH GRANT OPTION";
            var (bare, option) = line.EndsWith(Option, StringComparison.Ordinal) ? (line[..^Option.Length], Option) : (line, "");
            return $"{bare} TO {SqlServerName.Quote(one.Name)}{option}";
        }

        var at = PlaceOf(line);
        return $"{line[..at]} ON {Place(one, facet)}{line[at..]}";
    }

    private static string Take(DbObject one, string facet, string line)
    {
        if (facet == SqlServerFacets.DatabasePermissions)
        {
            var permission = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Replace(" WITH GRANT OPTION", "", StringComparison.Ordinal);
            return $"REVOKE {permission} FROM {SqlServerName.Quote(one.Name)} CASCADE";
        }

        var at = PlaceOf(line);
        var name = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..at];
        var grantee = line[(line.IndexOf('[', at))..];
        var end = EndOfName(grantee);
        var rest = grantee[end..];
        var grantor = rest.IndexOf(" AS [", StringComparison.Ordinal) is var begin and >= 0 ? rest[begin..] : "";

        // What had been taken from a column only comes back by what was given for the whole table.
        return line.StartsWith("REVOKE", StringComparison.Ordinal)
            ? $"GRANT {name} ON {Place(one, facet)} TO {grantee[..end]}{grantor}"
            : $"REVOKE {name} ON {Place(one, facet)} FROM {grantee[..end]} CASCADE{grantor}";
    }

    private static string Place(DbObject one, string facet) => facet.StartsWith(SqlServerFacets.PermissionsOf, StringComparison.Ordinal)
        ? $"{SqlServerAddress.Securable(one)} ({facet[SqlServerFacets.PermissionsOf.Length..]})"
        : SqlServerAddress.Securable(one);

    private static int PlaceOf(string line) => line.StartsWith("REVOKE", StringComparison.Ordinal)
        ? line.IndexOf(" FROM ", StringComparison.Ordinal)
        : line.IndexOf(" TO ", StringComparison.Ordinal);

    private static int EndOfName(string quoted)
    {
        var end = 1;
        while (quoted[end] != ']' || (end + 1 < quoted.Length && quoted[end + 1] == ']'))
        {
            end += quoted[end] == ']' ? 2 : 1;
        }

        return end + 1;
    }

    private static SortedDictionary<string, string> Properties(DbObject one)
    {
        var properties = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (facet, value) in one.Facets)
        {
            if (facet == DbFacets.Comment)
            {
                properties[SqlServerFacets.Property + Description] = SqlServerName.Text(value);
            }
            else if (facet.StartsWith(SqlServerFacets.Property, StringComparison.Ordinal))
            {
                properties[facet] = value;
            }
        }

        return properties;
    }

    private static string Property(string procedure, DbObject one, string facet, string? value)
    {
        var place = facet[SqlServerFacets.Property.Length..];
        var levels = SqlServerAddress.Levels(one).ToList();
        if (!place.StartsWith('['))
        {
            // A column of a view, or the default of a column: one level further down, or beside the column.
            var type = place[..place.IndexOf(' ', StringComparison.Ordinal)];
            place = place[(type.Length + 1)..];
            var end = EndOfName(place);
            levels = [.. levels.Take(2), (type, SqlServerName.Unquote(place[..end])[0])];
            place = place[(end + 1)..];
        }

        var arguments = levels.Select((level, i) => $", @level{i}type = {SqlServerName.PlainText(level.Type)}, @level{i}name = {SqlServerName.Text(level.Name)}");
        var given = value is null ? "" : $", @value = {value}";
        return $"EXEC sys.{procedure} @name = {SqlServerName.Text(SqlServerName.Unquote(place)[0])}{given}{string.Concat(arguments)}";
    }
}
