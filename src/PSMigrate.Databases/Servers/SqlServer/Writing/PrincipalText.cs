using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>Writes schemas, users, roles and what they are members of.</summary>
internal static class PrincipalText
{
    public static IReadOnlyList<string> Create(DbObject one)
    {
        var name = SqlServerName.Quote(one.Name);
        var authorization = one.Facet(DbFacets.Owner) is { } owner ? $" AUTHORIZATION {SqlServerName.Quote(owner)}" : "";
        var schema = one.Facet(SqlServerFacets.DefaultSchema) is { } named ? $" WITH DEFAULT_SCHEMA = {SqlServerName.Quote(named)}" : "";
        string[] statements = one.Kind switch
        {
            DbKinds.Schema => IsServers(one) ? [] : [$"CREATE SCHEMA {name}{authorization}"],
            SqlServerKinds.Role => [$"CREATE ROLE {name}{authorization}"],
            SqlServerKinds.User => [$"CREATE USER {name} {one.Facet(SqlServerFacets.Login)}{schema}"],
            _ => throw new MigrationException("PasswordNotKept", ErrorKind.NotSupported, $"The {one} cannot be made again: it needs its password, which the server does not show.")
            {
                Offender = one.Name,
                RecommendedAction = "Make it by hand, with its password, and go on.",
            },
        };
        return [.. statements, .. Members(one, null), .. ExtrasText.Create(one, withOwner: false)];
    }

    public static IReadOnlyList<string> Drop(DbObject one) => one.Kind switch
    {
        DbKinds.Schema when IsServers(one) => [],

        // A role goes only when nobody is in it, and its members need it, so that they have gone before or left it.
        _ => [$"DROP {one.Kind.ToUpperInvariant()} {SqlServerName.Quote(one.Name)}"],
    };

    public static IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        var changes = new FacetChanges(from, to);
        if (!changes.Only(SqlServerFacets.Roles, SqlServerFacets.DefaultSchema, SqlServerFacets.Login) || (changes.Renamed && to.Kind == DbKinds.Schema)
            || (changes.Has(SqlServerFacets.Login) && !(IsLogin(from) && IsLogin(to))))
        {
            return null;
        }

        var statements = new List<string>();
        if (changes.Renamed)
        {
            statements.Add($"ALTER {to.Kind.ToUpperInvariant()} {SqlServerName.Quote(from.Name)} WITH NAME = {SqlServerName.Quote(to.Name)}");
        }

        if (changes.Has(SqlServerFacets.Login))
        {
            statements.Add($"ALTER USER {SqlServerName.Quote(to.Name)} WITH LOGIN = {to.Facet(SqlServerFacets.Login)!["FOR LOGIN ".Length..]}");
        }

        if (changes.Has(SqlServerFacets.DefaultSchema))
        {
            var schema = to.Facet(SqlServerFacets.DefaultSchema) is { } named ? SqlServerName.Quote(named) : "NULL";
            statements.Add($"ALTER {to.Kind.ToUpperInvariant()} {SqlServerName.Quote(to.Name)} WITH DEFAULT_SCHEMA = {schema}");
        }

        statements.AddRange(Members(to, from));
        statements.AddRange(ExtrasText.Alter(from, to));
        return statements;
    }

    private static bool IsLogin(DbObject user) => user.Facet(SqlServerFacets.Login)?.StartsWith("FOR LOGIN ", StringComparison.Ordinal) == true;

    /// <summary>Every database has it; what is given on it may differ.</summary>
    private static bool IsServers(DbObject schema) => schema.Name == "dbo";

    private static IEnumerable<string> Members(DbObject one, DbObject? from)
    {
        var (before, after) = (Roles(from), Roles(one));
        return before.Except(after).Select(r => $"ALTER ROLE {r} DROP MEMBER {SqlServerName.Quote(one.Name)}")
            .Concat(after.Except(before).Select(r => $"ALTER ROLE {r} ADD MEMBER {SqlServerName.Quote(one.Name)}"));
    }

    private static string[] Roles(DbObject? one) => one?.Facet(SqlServerFacets.Roles)?.Split('\n') ?? [];
}
