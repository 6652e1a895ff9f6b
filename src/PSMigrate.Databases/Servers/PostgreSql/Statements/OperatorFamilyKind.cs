using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Operator families, with those members that belong to none of their classes.</summary>
internal sealed partial class OperatorFamilyKind : ObjectKind
{
    public static readonly OperatorFamilyKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
        [$"CREATE OPERATOR FAMILY {Of(one)}", .. Members(one).Select(m => $"ALTER OPERATOR FAMILY {Of(one)} ADD {m}")];

    public override bool Alter(ObjectChange change)
    {
        DefinedKind.RenameWithMethod(change);
        if (change.Takes("members"))
        {
            foreach (var gone in Members(change.From).Except(Members(change.To)))
            {
                var member = Member().Match(gone);
                change.Add($"ALTER OPERATOR FAMILY {Of(change.To)} DROP {member.Groups["kind"].Value} {member.Groups["number"].Value} {member.Groups["types"].Value}");
            }

            foreach (var come in Members(change.To).Except(Members(change.From)))
            {
                change.Add($"ALTER OPERATOR FAMILY {Of(change.To)} ADD {come}");
            }
        }

        return true;
    }

    private static string[] Members(DbObject one) => one.Facet("members")?.Split('\n') ?? [];

    [GeneratedRegex(@"^(?<kind>OPERATOR|FUNCTION) (?<number>\d+) [^(]*(?<types>\([^)]*\))")]
    private static partial Regex Member();
}
