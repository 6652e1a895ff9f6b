using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>Reads what any object can have: permissions and extended properties, of which <c>MS_Description</c> is the comment.</summary>
internal static class ExtrasReading
{
    private const string Description = "MS_Description";
    private const int Database = 0;
    private const int ObjectOrColumn = 1;
    private const int Parameter = 2;
    private const int Index = 7;

    public static async Task ReadAsync(SqlServerReading reading)
    {
        await ReadPermissionsAsync(reading).ConfigureAwait(false);
        await ReadPropertiesAsync(reading).ConfigureAwait(false);
        NeedOwners(reading);
    }

    /// <summary>Who owns something must be there before it is given to them.</summary>
    private static void NeedOwners(SqlServerReading reading)
    {
        var principals = reading.Drafts.Where(d => d.Kind is SqlServerKinds.User or SqlServerKinds.Role).ToDictionary(d => d.Name, StringComparer.Ordinal);
        foreach (var draft in reading.Drafts)
        {
            if (draft.Facets.TryGetValue(DbFacets.Owner, out var owner) && principals.TryGetValue(owner, out var principal))
            {
                NeedPrincipal(draft, principal);
            }
        }
    }

    /// <summary>A role may belong to its own member, and then one of them must come without the other.</summary>
    private static void NeedPrincipal(SqlServerDraft draft, SqlServerDraft principal)
    {
        if (draft.Kind is not (SqlServerKinds.User or SqlServerKinds.Role or SqlServerKinds.ApplicationRole) || !DependencyReading.LeadsTo(principal, draft))
        {
            draft.Need(principal);
        }
    }

    private static async Task ReadPermissionsAsync(SqlServerReading reading)
    {
        var lines = new Dictionary<(SqlServerDraft Draft, string Facet), SortedSet<string>>();
        await reading.ReadAsync(
            $"""
            SELECT dp.class, dp.major_id, dp.minor_id, dp.permission_name, dp.state, g.name AS grantee, g.principal_id AS grantee_id, r.name AS grantor, r.principal_id AS grantor_id, c.name AS column_name
            FROM sys.database_permissions dp JOIN sys.database_principals g ON g.principal_id = dp.grantee_principal_id
                LEFT JOIN sys.database_principals r ON r.principal_id = dp.grantor_principal_id
                LEFT JOIN sys.columns c ON dp.class = 1 AND dp.minor_id > 0 AND c.object_id = dp.major_id AND c.column_id = dp.minor_id
            WHERE 1 = 1{(reading.Whole ? "" : $" AND dp.class = 1{reading.Only("dp.major_id")}")}
            """,
            row =>
            {
                if (PlaceOf(reading, row) is not var (draft, facet))
                {
                    return;
                }

                if (!lines.TryGetValue((draft, facet), out var set))
                {
                    lines[(draft, facet)] = set = new SortedSet<string>(StringComparer.Ordinal);
                }

                set.Add(Line(row, draft, facet == SqlServerFacets.DatabasePermissions));
                if (PrincipalReading.Principal(reading, row.Id("grantee_id")) is { Outside: false } grantee && grantee != draft)
                {
                    NeedPrincipal(draft, grantee);
                }
            }).ConfigureAwait(false);
        foreach (var ((draft, facet), set) in lines)
        {
            draft.Set(facet, string.Join('\n', set));
        }
    }

    private static (SqlServerDraft Draft, string Facet)? PlaceOf(SqlServerReading reading, SqlServerRow row)
    {
        var (major, minor) = (row.Id("major_id"), row.Id("minor_id"));
        if (row.Id("class") == Database)
        {
            // The server's own principals have theirs in every database; what was given to public besides is not told apart from it.
            return PrincipalReading.Principal(reading, row.Id("grantee_id")) is { Outside: false } grantee ? (grantee, SqlServerFacets.DatabasePermissions) : null;
        }

        if (row.Id("class") == ObjectOrColumn && minor > 0)
        {
            return reading.Column(major, minor) is { } column ? (column, DbFacets.Permissions)
                : reading.Object(major) is { Outside: false } relation && row.Text("column_name") is { } name ? (relation, SqlServerFacets.PermissionsOf + SqlServerName.Quote(name))
                : null;
        }

        return Of(reading, row.Id("class"), major) is { Outside: false } draft ? (draft, DbFacets.Permissions) : null;
    }

    private static string Line(SqlServerRow row, SqlServerDraft draft, bool ofDatabase)
    {
        var verb = row.Name("state").Trim() switch { "D" => "DENY", "R" => "REVOKE", _ => "GRANT" };
        var option = row.Name("state").Trim() == "W" ? " WITH GRANT OPTION" : "";
        var grantor = row.Text("grantor");
        var isUsual = grantor is null or "dbo" || grantor == draft.Facets.GetValueOrDefault(DbFacets.Owner) || ofDatabase;
        var to = ofDatabase ? "" : $" {(verb == "REVOKE" ? "FROM" : "TO")} {SqlServerName.Quote(row.Name("grantee"))}";
        return $"{verb} {row.Text("permission_name")}{to}{option}{(isUsual ? "" : $" AS {SqlServerName.Quote(grantor!)}")}";
    }

    /// <summary>The object that a class of the catalog and an identity within it stand for.</summary>
    private static SqlServerDraft? Of(SqlServerReading reading, int kind, int id) => kind switch
    {
        ObjectOrColumn => reading.Object(id),
        3 => reading.Find(SqlServerReading.Id("schema", id)),
        4 => PrincipalReading.Principal(reading, id),
        5 => reading.Find(SqlServerReading.Id("assembly", id)),
        6 => reading.Find(SqlServerReading.Id("type", id)),
        10 => reading.Find(SqlServerReading.Id("xml", id)),
        15 => reading.Find(SqlServerReading.Id("message type", id)),
        16 => reading.Find(SqlServerReading.Id("contract", id)),
        17 => reading.Find(SqlServerReading.Id("service", id)),
        19 => reading.Find(SqlServerReading.Id("route", id)),
        20 => reading.Find(SqlServerReading.Id("data space", id)),
        21 => reading.Find(SqlServerReading.Id("partition function", id)),
        23 => reading.Find(SqlServerReading.Id("full-text catalog", id)),
        29 => reading.Find(SqlServerReading.Id("full-text stoplist", id)),
        32 => reading.Find(SqlServerReading.Id("credential", id)),
        _ => null,
    };

    private static async Task ReadPropertiesAsync(SqlServerReading reading)
    {
        await reading.ReadAsync(
            $"""
            SELECT ep.class, ep.major_id, ep.minor_id, ep.name, ep.value, c.name AS column_name
            FROM sys.extended_properties ep LEFT JOIN sys.columns c ON ep.class = 1 AND ep.minor_id > 0 AND c.object_id = ep.major_id AND c.column_id = ep.minor_id
            WHERE 1 = 1{(reading.Whole ? "" : $" AND ep.class IN (1, 7){reading.Only("ep.major_id")}")}
            """,
            row =>
            {
                var (kind, major, minor, name) = (row.Id("class"), row.Id("major_id"), row.Id("minor_id"), row.Name("name"));
                var draft = kind == Index ? reading.Find(SqlServerReading.IndexId(major, minor))
                    : kind == ObjectOrColumn && minor > 0 ? reading.Column(major, minor) ?? reading.Object(major)
                    : Of(reading, kind, major);
                if (draft is not { Outside: false } || row.Value("value") is not { } value)
                {
                    // Those of a table that was asked for come with it; all others only when everything is read.
                    if (reading.Whole)
                    {
                        reading.LeaveOut(kind == Database ? $"extended property {name} of the database" : $"extended properties of class {kind}");
                    }

                    return;
                }

                var ofColumn = kind == ObjectOrColumn && minor > 0 && draft.Kind != DbKinds.Column;
                var ofDefault = kind == ObjectOrColumn && minor == 0 && draft.Kind == DbKinds.Column;
                if (kind == Parameter || (ofColumn && row.Text("column_name") is null))
                {
                    reading.LeaveOut($"extended properties of the parameters of {draft.Called}");
                }
                else if (value is string text && name == Description && !ofColumn && !ofDefault)
                {
                    draft.Set(DbFacets.Comment, text);
                }
                else
                {
                    var of = ofColumn ? $"COLUMN {SqlServerName.Quote(row.Name("column_name"))} "
                        : ofDefault ? $"CONSTRAINT {SqlServerName.Quote(draft.Facets[SqlServerFacets.DefaultName])} "
                        : "";
                    draft.Set($"{SqlServerFacets.Property}{of}{SqlServerName.Quote(name)}", SqlServerName.Constant(value));
                }
            }).ConfigureAwait(false);
    }
}
