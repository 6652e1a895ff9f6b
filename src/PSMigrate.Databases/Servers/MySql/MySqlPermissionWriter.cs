using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Writes GRANT and REVOKE from the lines that say who may do what.</summary>
internal static class MySqlPermissionWriter
{
    private const string MayGrant = " WITH GRANT OPTION";

    public static IReadOnlyList<string> Grant(DbObject one) => InItsMode([.. Lines(one).Select(line => $"GRANT {Reorder(line, one)}")], one);

    public static IReadOnlyList<string> Change(DbObject from, DbObject to) => InItsMode([.. Changes(from, to)], to);

    /// <summary>MariaDB knows of packages only in the mode that they are written in.</summary>
    private static IReadOnlyList<string> InItsMode(IReadOnlyList<string> statements, DbObject one) =>
        one.Kind is MySqlKinds.Package or MySqlKinds.PackageBody ? MySqlSettings.ForCode(statements, one, null) : statements;

    private static IEnumerable<string> Changes(DbObject from, DbObject to)
    {
        var before = Lines(from).ToDictionary(AccountOf, StringComparer.Ordinal);
        var after = Lines(to).ToDictionary(AccountOf, StringComparer.Ordinal);
        foreach (var (account, line) in before.Where(b => after.GetValueOrDefault(b.Key) != b.Value))
        {
            var more = Privileges(line).Except(after.TryGetValue(account, out var kept) ? Privileges(kept) : []).Where(p => p != "USAGE").ToList();
            if (line.EndsWith(MayGrant, StringComparison.Ordinal) && !(kept?.EndsWith(MayGrant, StringComparison.Ordinal) ?? false))
            {
                more.Add("GRANT OPTION");
            }

            if (more.Count > 0)
            {
                yield return $"REVOKE {string.Join(", ", more)} ON {Place(to)} FROM {account}";
            }
        }

        foreach (var (_, line) in after.Where(a => before.GetValueOrDefault(a.Key) != a.Value))
        {
            yield return $"GRANT {Reorder(line, to)}";
        }
    }

    private static IEnumerable<string> Lines(DbObject one) => one.Facet(DbFacets.Permissions)?.Split('\n') ?? [];

    private static string Reorder(string line, DbObject one) => line.Insert(To(line), $" ON {Place(one)}");

    private static string AccountOf(string line)
    {
        var account = line[(To(line) + 4)..];
        return account.EndsWith(MayGrant, StringComparison.Ordinal) ? account[..^MayGrant.Length] : account;
    }

    private static IEnumerable<string> Privileges(string line) => line[..To(line)].Split(", ");

    /// <summary>Where the privileges end: column names are in quotes, and accounts too.</summary>
    private static int To(string line) => line.LastIndexOf(" TO `", StringComparison.Ordinal);

    private static string Place(DbObject one) => one.Kind switch
    {
        MySqlKinds.Database => "*",
        DbKinds.Procedure or DbKinds.Function or MySqlKinds.Package or MySqlKinds.PackageBody => $"{one.Kind.ToUpperInvariant()} {MySqlName.Quote(one.Name)}",
        _ => $"TABLE {MySqlName.Quote(one.Name)}",
    };
}
