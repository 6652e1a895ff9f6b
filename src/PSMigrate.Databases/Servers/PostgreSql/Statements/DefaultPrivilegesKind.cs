using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>What is given with everything new that a role makes.</summary>
internal sealed class DefaultPrivilegesKind : ObjectKind
{
    public static readonly DefaultPrivilegesKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) => Lines(one).Select(line => Statement(one, line));

    public override IReadOnlyList<string> Drop(DbObject one) => [.. Lines(one).Select(line => Statement(one, Opposite(line)))];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (Lines(change.From), Lines(change.To));
        change.Leave(DbFacets.Permissions);
        foreach (var statement in from.Except(to).Select(line => Statement(change.To, Opposite(line))).Concat(to.Except(from).Select(line => Statement(change.To, line))))
        {
            change.Add(statement);
        }

        return change.From.Name == change.To.Name;
    }

    private static string Statement(DbObject one, string line)
    {
        var on = line.StartsWith("GRANT", StringComparison.Ordinal) ? " TO " : " FROM ";
        var at = line.IndexOf(on, StringComparison.Ordinal);
        return $"ALTER DEFAULT PRIVILEGES FOR ROLE {one.Facet("for role")}{(one.Facet("in schema") is { } schema ? $" IN SCHEMA {schema}" : "")} {line[..at]} ON {one.Facet("on")}{line[at..]}";
    }

    private static string Opposite(string line) => line.StartsWith("GRANT", StringComparison.Ordinal)
        ? line.Replace("GRANT ", "REVOKE ", StringComparison.Ordinal).Replace(" TO ", " FROM ", StringComparison.Ordinal).Replace(" WITH GRANT OPTION", "", StringComparison.Ordinal)
        : line.Replace("REVOKE ", "GRANT ", StringComparison.Ordinal).Replace(" FROM ", " TO ", StringComparison.Ordinal);

    private static string[] Lines(DbObject one) => one.Facet(DbFacets.Permissions) is { Length: > 0 } text ? text.Split('\n') : [];
}
