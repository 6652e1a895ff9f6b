using static PSMigrate.Databases.Servers.PostgreSql.Catalog.CatalogScope;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>What reaches to other servers: foreign data wrappers, servers, user mappings, publications and subscriptions.</summary>
internal static class ForeignQueries
{
    private const string Password = @"(password|sslpassword|passfile)\s*=\s*(''([^'']|\\'')*''|\S+)";

    public static string Wrappers { get; } = $"""
        SELECT 'foreign_data_wrapper:' || w.oid AS id, 'foreign data wrapper' AS kind, w.fdwname AS name,
            CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc::text END AS handler, CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc::text END AS validator,
            {ForeignOptions("w.fdwoptions")} AS "foreign options", {WithheldOptions("w.fdwoptions")},
            {Owner("w.fdwowner")}, {Comment("pg_foreign_data_wrapper", "w.oid")}, {Permissions("w.fdwacl", "F", "w.fdwowner")}
        FROM pg_foreign_data_wrapper w WHERE {Own("pg_foreign_data_wrapper", "w.oid")}
        """;

    public static string Servers { get; } = $"""
        SELECT 'foreign_server:' || s.oid AS id, 'server' AS kind, s.srvname AS name, quote_ident(w.fdwname) AS wrapper, quote_literal(s.srvtype) AS type, quote_literal(s.srvversion) AS version,
            {ForeignOptions("s.srvoptions")} AS "foreign options", {WithheldOptions("s.srvoptions")},
            {Owner("s.srvowner")}, {Comment("pg_foreign_server", "s.oid")}, {Permissions("s.srvacl", "S", "s.srvowner")}
        FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE {Own("pg_foreign_server", "s.oid")}
        """;

    /// <summary>The options of others' mappings are shown to few; the server's view knows to whom.</summary>
    public static string UserMappings { get; } = $"""
        SELECT 'user_mapping:' || m.umid AS id, 'user mapping' AS kind, 'FOR ' || CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END || ' SERVER ' || quote_ident(m.srvname) AS name,
            {ForeignOptions("m.umoptions")} AS "foreign options", {WithheldOptions("m.umoptions")}
        FROM pg_user_mappings m WHERE {Own("pg_user_mapping", "m.umid")}
        """;

    public static string Publications(CatalogScope scope)
    {
        var details = scope.Since(15)
            ? """
                || CASE WHEN r.prattrs IS NOT NULL THEN ' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[])) || ')' ELSE '' END
                || CASE WHEN r.prqual IS NOT NULL THEN ' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')' ELSE '' END
              """
            : "";
        var schemas = scope.Since(15)
            ? "(SELECT string_agg(quote_ident(n.nspname), ', ' ORDER BY n.nspname) FROM pg_publication_namespace pn JOIN pg_namespace n ON n.oid = pn.pnnspid WHERE pn.pnpubid = p.oid)"
            : "NULL::text";
        return $"""
            SELECT 'publication:' || p.oid AS id, 'publication' AS kind, p.pubname AS name, CASE WHEN p.puballtables THEN 'yes' END AS "all tables",
                (SELECT string_agg(r.prrelid::regclass {details}, ', ' ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel r WHERE r.prpubid = p.oid) AS tables,
                {schemas} AS schemas,
                format('publish = %L', concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END))
                    {(scope.Since(13) ? "|| ', publish_via_partition_root = ' || p.pubviaroot" : "")} AS options,
                {Owner("p.pubowner")}, {Comment("pg_publication", "p.oid")}
            FROM pg_publication p WHERE {Own("pg_publication", "p.oid")}
            """;
    }

    /// <param name="mayReadConnection">Only administrators may see how a subscription connects.</param>
    public static string Subscriptions(CatalogScope scope, bool mayReadConnection) => $"""
        SELECT 'subscription:' || s.oid AS id, 'subscription' AS kind, s.subname AS name,
            {(mayReadConnection ? $"quote_literal(trim(regexp_replace(s.subconninfo, '{Password}', '', 'gi')))" : "NULL::text")} AS connection,
            {(mayReadConnection ? $"CASE WHEN s.subconninfo ~* '{Password}' THEN 'password' END" : "'connection'")} AS withheld,
            (SELECT string_agg(quote_ident(p), ', ' ORDER BY p) FROM unnest(s.subpublications) p) AS publications,
            CASE WHEN NOT s.subenabled THEN 'no' END AS enabled,
            'slot_name = ' || coalesce(quote_literal(s.subslotname), 'NONE') || ', synchronous_commit = ' || quote_literal(s.subsynccommit)
                || coalesce(', binary = ' || (j.row ->> 'subbinary'), '')
                || coalesce(', streaming = ' || CASE WHEN j.row ->> 'substream' IN ('t', 'true') THEN 'on' WHEN j.row ->> 'substream' = 'p' THEN 'parallel' ELSE 'off' END, '')
                || CASE WHEN j.row ->> 'subtwophasestate' IN ('p', 'e') THEN ', two_phase = on' ELSE '' END
                || coalesce(', disable_on_error = ' || (j.row ->> 'subdisableonerr'), '')
                || coalesce(', password_required = ' || (j.row ->> 'subpasswordrequired'), '')
                || coalesce(', run_as_owner = ' || (j.row ->> 'subrunasowner'), '')
                || coalesce(', origin = ' || (j.row ->> 'suborigin'), '')
                || coalesce(', failover = ' || (j.row ->> 'subfailover'), '') AS options,
            {Owner("s.subowner")}, (SELECT d.description FROM pg_shdescription d WHERE d.classoid = 'pg_subscription'::regclass AND d.objoid = s.oid
                UNION ALL SELECT d.description FROM pg_description d WHERE d.classoid = 'pg_subscription'::regclass AND d.objoid = s.oid AND d.objsubid = 0 LIMIT 1) AS comment
        FROM pg_subscription s, LATERAL (SELECT jsonb_build_object({Row(scope)}) AS row) j
        WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    /// <summary>The row as a whole may be read by administrators only, its columns by everyone.</summary>
    private static string Row(CatalogScope scope) => string.Join(", ", new (int Since, string Column)[]
    {
        (14, "subbinary"), (14, "substream"), (15, "subtwophasestate"), (15, "subdisableonerr"),
        (16, "subpasswordrequired"), (16, "subrunasowner"), (16, "suborigin"), (17, "subfailover"),
    }.Where(c => scope.Since(c.Since)).Select(c => $"'{c.Column}', s.{c.Column}"));
}
