using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Text search configurations with their mappings.</summary>
internal sealed class SearchConfigurationKind : ObjectKind
{
    public static readonly SearchConfigurationKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
    [
        $"CREATE TEXT SEARCH CONFIGURATION {Of(one)} ({one.Facet("definition")})",
        .. Mappings(one).Select(line => $"ALTER TEXT SEARCH CONFIGURATION {Of(one)} ADD MAPPING FOR {line}"),
    ];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        change.Rename("TEXT SEARCH CONFIGURATION");
        if (change.Takes("mappings"))
        {
            foreach (var gone in Mappings(from).Except(Mappings(to)))
            {
                change.Add($"ALTER TEXT SEARCH CONFIGURATION {Of(to)} DROP MAPPING FOR {gone[..gone.IndexOf(" WITH ", StringComparison.Ordinal)]}");
            }

            foreach (var come in Mappings(to).Except(Mappings(from)))
            {
                change.Add($"ALTER TEXT SEARCH CONFIGURATION {Of(to)} ADD MAPPING FOR {come}");
            }
        }

        return true;
    }

    private static string[] Mappings(DbObject one) => one.Facet("mappings")?.Split('\n') ?? [];
}
