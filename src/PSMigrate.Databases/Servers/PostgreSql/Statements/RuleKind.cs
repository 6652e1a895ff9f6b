using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Rewrite rules of tables and views, beside those that views are made of.</summary>
internal sealed class RuleKind : ObjectKind
{
    public static readonly RuleKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        yield return Definition("CREATE", one);
        if (one.Facet("enabled") is not null)
        {
            yield return Enable(one);
        }
    }

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        if (from.Name != to.Name)
        {
            change.Add($"ALTER RULE {Quote(from.Name)} ON {Parent(to)} RENAME TO {Quote(to.Name)}");
        }

        if (change.Takes("definition"))
        {
            change.Add(Definition("CREATE OR REPLACE", to));
        }

        if (change.Takes("enabled"))
        {
            change.Add(Enable(to));
        }

        return true;
    }

    private static string Definition(string create, DbObject one) => $"{create} RULE {Quote(one.Name)} AS{one.Facet("definition")!.TrimEnd(';')}";

    private static string Enable(DbObject one) =>
        $"ALTER TABLE {Parent(one)} {Settings.Enabling(one)} RULE {Quote(one.Name)}";
}
