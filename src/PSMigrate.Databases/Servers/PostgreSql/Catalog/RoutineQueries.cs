using static PSMigrate.Databases.Servers.PostgreSql.Catalog.CatalogScope;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>Functions, procedures and aggregates.</summary>
internal static class RoutineQueries
{
    private const string Types = "coalesce((SELECT string_agg(format_type(u.type, NULL), ', ' ORDER BY u.place) FROM unnest(p.proargtypes) WITH ORDINALITY u(type, place)), '')";

    /// <summary>The definition begins after the arguments.</summary>
    public static string Functions { get; } = $"""
        SELECT 'proc:' || p.oid AS id, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind, n.nspname AS schema, p.proname || '(' || {Types} || ')' AS name,
            {Types} AS "argument types",
            pg_get_function_arguments(p.oid) AS arguments,
            coalesce(pg_get_function_result(p.oid), '') AS returns,
            substr(pg_get_functiondef(p.oid), length(format('CREATE OR REPLACE %s %I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, n.nspname, p.proname, pg_get_function_arguments(p.oid))) + 2) AS definition,
            {Owner("p.proowner")}, {Comment("pg_proc", "p.oid")}, {Permissions("p.proacl", "f", "p.proowner")}
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prokind IN ('f', 'p', 'w') AND {OfUsers("n.nspname")} AND {Own("pg_proc", "p.oid")}
        """;

    public static string Aggregates { get; } = $"""
        SELECT 'proc:' || p.oid AS id, 'aggregate' AS kind, n.nspname AS schema, p.proname || '(' || {Types} || ')' AS name,
            {Types} AS "argument types",
            CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END AS arguments,
            CASE WHEN a.aggkind = 'n' THEN {Types} ELSE pg_get_function_identity_arguments(p.oid) END AS signature,
            concat_ws(', ', 'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || format_type(a.aggtranstype, NULL),
                CASE WHEN a.aggtransspace > 0 THEN 'SSPACE = ' || a.aggtransspace END,
                {Function("FINALFUNC", "a.aggfinalfn")}, CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END, 'FINALFUNC_MODIFY = ' || {Modify("a.aggfinalmodify")},
                {Function("COMBINEFUNC", "a.aggcombinefn")}, {Function("SERIALFUNC", "a.aggserialfn")}, {Function("DESERIALFUNC", "a.aggdeserialfn")},
                'INITCOND = ' || quote_literal(a.agginitval),
                {Function("MSFUNC", "a.aggmtransfn")}, {Function("MINVFUNC", "a.aggminvtransfn")},
                CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, NULL) END, CASE WHEN a.aggmtransspace > 0 THEN 'MSSPACE = ' || a.aggmtransspace END,
                {Function("MFINALFUNC", "a.aggmfinalfn")}, CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END, CASE WHEN a.aggmtranstype <> 0 THEN 'MFINALFUNC_MODIFY = ' || {Modify("a.aggmfinalmodify")} END,
                'MINITCOND = ' || quote_literal(a.aggminitval),
                CASE WHEN a.aggsortop <> 0 THEN (SELECT 'SORTOP = OPERATOR(' || quote_ident(ns.nspname) || '.' || o.oprname || ')' FROM pg_operator o JOIN pg_namespace ns ON ns.oid = o.oprnamespace WHERE o.oid = a.aggsortop) END,
                'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END,
                CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END) AS definition,
            {Owner("p.proowner")}, {Comment("pg_proc", "p.oid")}, {Permissions("p.proacl", "f", "p.proowner")}
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_aggregate a ON a.aggfnoid = p.oid
        WHERE p.prokind = 'a' AND {OfUsers("n.nspname")} AND {Own("pg_proc", "p.oid")}
        """;

    /// <summary>Languages that came without an extension.</summary>
    public static string Languages { get; } = $"""
        SELECT 'language:' || l.oid AS id, 'language' AS kind, l.lanname AS name, CASE WHEN l.lanpltrusted THEN 'yes' END AS trusted,
            concat_ws(' ', 'HANDLER ' || l.lanplcallfoid::regproc, CASE WHEN l.laninline <> 0 THEN 'INLINE ' || l.laninline::regproc END, CASE WHEN l.lanvalidator <> 0 THEN 'VALIDATOR ' || l.lanvalidator::regproc END) AS definition,
            {Owner("l.lanowner")}, {Comment("pg_language", "l.oid")}, {Permissions("l.lanacl", "l", "l.lanowner")}
        FROM pg_language l WHERE l.lanispl AND {Own("pg_language", "l.oid")}
        """;

    public static string Transforms { get; } = $"""
        SELECT 'transform:' || t.oid AS id, 'transform' AS kind, 'FOR ' || format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname) AS name,
            concat_ws(', ', CASE WHEN t.trffromsql <> 0 THEN 'FROM SQL WITH FUNCTION ' || t.trffromsql::regprocedure END, CASE WHEN t.trftosql <> 0 THEN 'TO SQL WITH FUNCTION ' || t.trftosql::regprocedure END) AS definition,
            {Comment("pg_transform", "t.oid")}
        FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE {Own("pg_transform", "t.oid")}
        """;

    private static string Function(string name, string column) => $"CASE WHEN {column} <> 0 THEN '{name} = ' || {column}::regproc END";

    private static string Modify(string column) => $"CASE {column} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END";
}
