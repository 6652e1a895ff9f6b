using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads users and roles with their memberships; passwords are not to be had.</summary>
internal static class PrincipalReading
{
    private const int LastOfServer = 4;
    private const int Public = 0;
    private const int FixedRoles = 16384;
    private const int AfterFixedRoles = 16400;

    public static async Task ReadAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            """
            SELECT p.principal_id, p.name, p.type, p.default_schema_name, p.authentication_type_desc, SUSER_SNAME(p.sid) AS login_name, p.is_fixed_role, o.name AS owner
            FROM sys.database_principals p LEFT JOIN sys.database_principals o ON o.principal_id = p.owning_principal_id
            """,
            row => Add(reading, row)).ConfigureAwait(false);
        var roles = new Dictionary<SqlServerDraft, SortedSet<string>>();
        await reading.ReadAsync(
            """
            SELECT rm.role_principal_id, rm.member_principal_id, r.name
            FROM sys.database_role_members rm JOIN sys.database_principals r ON r.principal_id = rm.role_principal_id
            """,
            row =>
            {
                if (Principal(reading, row.Id("member_principal_id")) is not { Outside: false } member)
                {
                    return;
                }

                if (!roles.TryGetValue(member, out var names))
                {
                    roles[member] = names = new SortedSet<string>(StringComparer.Ordinal);
                }

                names.Add(SqlServerName.Quote(row.Name("name")));
                member.Need(Principal(reading, row.Id("role_principal_id")) is { Outside: false } role ? role : null);
            }).ConfigureAwait(false);
        foreach (var (member, names) in roles)
        {
            member.Set(SqlServerFacets.Roles, string.Join('\n', names));
        }
    }

    public static SqlServerDraft? Principal(SqlServerReading reading, int id) => reading.Find(SqlServerReading.Id("principal", id));

    /// <summary>What every database has is only named: by permissions and as owners.</summary>
    private static void Add(SqlServerReading reading, SqlServerRow row)
    {
        var id = row.Id("principal_id");
        var type = row.Name("type").Trim();
        var name = row.Name("name");
        var isServers = id is Public or (> Public and <= LastOfServer) or (>= FixedRoles and < AfterFixedRoles) || row.Flag("is_fixed_role")
            || name is "public" or "dbo" or "guest" or "sys" or "INFORMATION_SCHEMA"
            || (name.StartsWith("##", StringComparison.Ordinal) && name.EndsWith("##", StringComparison.Ordinal)) || name == "cdc";
        var principal = new SqlServerDraft
        {
            Kind = type switch { "R" => SqlServerKinds.Role, "A" => SqlServerKinds.ApplicationRole, _ => SqlServerKinds.User },
            Name = name,
            Id = SqlServerReading.Id("principal", id),
            Outside = isServers || !reading.Whole,
        };
        reading.Alias(principal.Id, principal);
        if (isServers)
        {
            return;
        }

        principal
            .Set(SqlServerFacets.DefaultSchema, row.Text("default_schema_name"))
            .Set(DbFacets.Owner, type == "R" && row.Text("owner") is { } owner and not "dbo" ? owner : null)
            .Set(SqlServerFacets.Login, type is "R" or "A" ? null : LoginOf(row, type));
        if (reading.Whole && (type == "A" || (type == "S" && row.Text("authentication_type_desc") == "DATABASE")))
        {
            reading.LeaveOut($"the password of {principal.Called}");
        }
    }

    private static string LoginOf(SqlServerRow row, string type) => type switch
    {
        "E" or "X" => "FROM EXTERNAL PROVIDER",
        "C" or "K" => "mapped to a certificate or key",
        _ when row.Text("authentication_type_desc") is "NONE" or "DATABASE" || row.Text("login_name") is null => "WITHOUT LOGIN",
        _ => $"FOR LOGIN {SqlServerName.Quote(row.Name("login_name"))}",
    };
}
