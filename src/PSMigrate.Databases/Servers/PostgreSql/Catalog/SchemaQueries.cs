using static PSMigrate.Databases.Servers.PostgreSql.Catalog.CatalogScope;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>Schemas, extensions, and what everything new is given from the beginning.</summary>
internal static class SchemaQueries
{
    /// <summary>The schema public is there from the beginning, but it is the users'.</summary>
    public static string Schemas { get; } = $"""
        SELECT 'namespace:' || n.oid AS id, 'schema' AS kind, n.nspname AS name, {Owner("n.nspowner")}, {Comment("pg_namespace", "n.oid")}, {Permissions("n.nspacl", "n", "n.nspowner")}
        FROM pg_namespace n WHERE {OfUsers("n.nspname")} AND (n.nspname = 'public' OR {Own("pg_namespace", "n.oid")})
        """;

    /// <summary>The procedural language plpgsql is an extension that is there from the beginning.</summary>
    public static string Extensions { get; } = $"""
        SELECT 'extension:' || e.oid AS id, 'extension' AS kind, e.extname AS name, quote_ident(n.nspname) AS "in schema", e.extversion AS version,
            CASE WHEN NOT e.extrelocatable THEN 'no' END AS relocatable, {Comment("pg_extension", "e.oid")}
        FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        """;

    public static string DefaultPrivileges { get; } = $"""
        SELECT 'default_acl:' || d.oid AS id, 'default privileges' AS kind,
            d.objects || ' of ' || quote_ident(pg_get_userbyid(d.defaclrole)) || coalesce(' in ' || quote_ident(n.nspname), '') AS name,
            d.objects AS "on", quote_ident(pg_get_userbyid(d.defaclrole)) AS "for role", quote_ident(n.nspname) AS "in schema",
            {Permissions("d.defaclacl", "CASE WHEN d.defaclnamespace = 0 THEN acldefault(d.type, d.defaclrole) END", "d.defaclrole", "permissions")}
        FROM (SELECT *, CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END AS objects,
                CASE defaclobjtype WHEN 'S' THEN 's'::"char" ELSE defaclobjtype END AS type FROM pg_default_acl) d
            LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
        WHERE n.nspname IS DISTINCT FROM 'psmigrate'
        """;

    public static string EventTriggers { get; } = $"""
        SELECT 'event_trigger:' || t.oid AS id, 'event trigger' AS kind, t.evtname AS name,
            'ON ' || t.evtevent || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ') FROM unnest(t.evttags) tag) || ')', '') || ' EXECUTE FUNCTION ' || {Name("n.nspname", "p.proname")} || '()' AS definition,
            CASE t.evtenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'REPLICA' WHEN 'A' THEN 'ALWAYS' END AS enabled,
            {Owner("t.evtowner")}, {Comment("pg_event_trigger", "t.oid")}
        FROM pg_event_trigger t JOIN pg_proc p ON p.oid = t.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE {Own("pg_event_trigger", "t.oid")} AND n.nspname <> 'psmigrate'
        """;
}
