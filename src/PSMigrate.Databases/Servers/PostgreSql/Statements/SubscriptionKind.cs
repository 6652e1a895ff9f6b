using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>
/// Subscriptions of logical replication. One is made again without reaching out to its publisher, for its slot is there still; a password
/// that stood in its connection is not known and must be given again.
/// </summary>
internal sealed class SubscriptionKind : ObjectKind
{
    public static readonly SubscriptionKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        yield return $"CREATE SUBSCRIPTION {Quote(one.Name)} CONNECTION {one.Facet("connection")} PUBLICATION {one.Facet("publications")} WITH (connect = false, {one.Facet("options")})";
        if (one.Facet("enabled") is null)
        {
            yield return $"ALTER SUBSCRIPTION {Quote(one.Name)} ENABLE";
        }
    }

    /// <summary>The publisher keeps its slot: dropping it would need a connection, and would lose what has not been received.</summary>
    public override IReadOnlyList<string> Drop(DbObject one) =>
    [
        $"ALTER SUBSCRIPTION {Quote(one.Name)} DISABLE",
        $"ALTER SUBSCRIPTION {Quote(one.Name)} SET (slot_name = NONE)",
        $"DROP SUBSCRIPTION {Quote(one.Name)}",
    ];

    public override bool Alter(ObjectChange change)
    {
        var to = change.To;
        if (change.Differs("connection") && to.Facet("withheld") is not null)
        {
            return false;
        }

        change.Rename("SUBSCRIPTION");
        change.Leave("withheld");
        var alter = $"ALTER SUBSCRIPTION {Quote(to.Name)}";
        if (change.Takes("connection"))
        {
            change.Add($"{alter} CONNECTION {to.Facet("connection")}");
        }

        if (change.Takes("publications"))
        {
            change.Add($"{alter} SET PUBLICATION {to.Facet("publications")} WITH (refresh = false)");
        }

        if (change.Takes("options"))
        {
            change.Add($"{alter} SET ({string.Join(", ", to.Facet("options")!.Split(", ").Where(o => !o.StartsWith("two_phase", StringComparison.Ordinal)))})");
        }

        if (change.Takes("enabled"))
        {
            change.Add($"{alter} {(to.Facet("enabled") is null ? "ENABLE" : "DISABLE")}");
        }

        return true;
    }
}
