using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Composite types. Tables that are made of one follow its changes.</summary>
internal sealed partial class CompositeKind : ObjectKind
{
    public static readonly CompositeKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
        [$"CREATE TYPE {Of(one)} AS ({string.Join(", ", Lines(one, "attributes"))})", .. Comments(one)];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        change.Rename("TYPE");
        if (change.Takes("attributes"))
        {
            var (before, after) = (Attributes(from), Attributes(to));
            var kept = before.Where(b => after.Any(a => a.Name == b.Name)).Select(b => b.Name).ToList();
            if (!after.Select(a => a.Name).Take(kept.Count).SequenceEqual(kept))
            {
                // New attributes come last, and the order counts where a value is written as a row.
                return false;
            }

            foreach (var gone in before.Where(b => !kept.Contains(b.Name)))
            {
                change.Add($"ALTER TYPE {Of(to)} DROP ATTRIBUTE {gone.Name} CASCADE");
            }

            foreach (var attribute in after)
            {
                if (!kept.Contains(attribute.Name))
                {
                    change.Add($"ALTER TYPE {Of(to)} ADD ATTRIBUTE {attribute.Name} {attribute.Type} CASCADE");
                }
                else if (!before.Contains(attribute))
                {
                    change.Add($"ALTER TYPE {Of(to)} ALTER ATTRIBUTE {attribute.Name} TYPE {attribute.Type} CASCADE");
                }
            }
        }

        if (change.Takes("comments on attributes"))
        {
            foreach (var gone in Lines(from, "comments on attributes").Select(Name).Except(Lines(to, "comments on attributes").Select(Name)))
            {
                change.Add($"COMMENT ON COLUMN {Of(to)}.{gone} IS NULL");
            }

            foreach (var comment in Comments(to))
            {
                change.Add(comment);
            }
        }

        return true;
    }

    private static IEnumerable<string> Comments(DbObject one) =>
        Lines(one, "comments on attributes").Select(line => $"COMMENT ON COLUMN {Of(one)}.{Name(line)} IS {line[(Name(line).Length + 2)..]}");

    private static List<(string Name, string Type)> Attributes(DbObject one) => [.. Lines(one, "attributes").Select(line => (Name(line), line[(Name(line).Length + 1)..]))];

    private static string Name(string line) => Quoted().Match(line).Value;

    private static string[] Lines(DbObject one, string facet) => one.Facet(facet) is { Length: > 0 } text ? text.Split('\n') : [];

    [GeneratedRegex("""^("([^"]|"")+"|[^": ]+)""")]
    private static partial Regex Quoted();
}
