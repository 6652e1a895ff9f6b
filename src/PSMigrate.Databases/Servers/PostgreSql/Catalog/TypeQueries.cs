using static PSMigrate.Databases.Servers.PostgreSql.Catalog.CatalogScope;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>Types that users made. Types that are written in C are not read.</summary>
internal static class TypeQueries
{
    public static string Enums { get; } = $"""
        SELECT 'type:' || t.oid AS id, 'enum' AS kind, n.nspname AS schema, t.typname AS name,
            coalesce((SELECT string_agg(quote_literal(e.enumlabel), E'\n' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '') AS values,
            {Common}
        FROM {From} WHERE t.typtype = 'e' AND {Where}
        """;

    public static string Composites { get; } = $"""
        SELECT 'type:' || t.oid AS id, 'composite type' AS kind, n.nspname AS schema, t.typname AS name,
            coalesce((SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                    || CASE WHEN a.attcollation <> at.typcollation THEN (SELECT ' COLLATE ' || {Name("cn.nspname", "co.collname")} FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) ELSE '' END, E'\n' ORDER BY a.attnum)
                FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') AS attributes,
            (SELECT string_agg(quote_ident(a.attname) || ': ' || quote_literal(d.description), E'\n' ORDER BY a.attnum)
                FROM pg_attribute a JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum WHERE a.attrelid = t.typrelid) AS "comments on attributes",
            {Common}
        FROM {From} JOIN pg_class c ON c.oid = t.typrelid WHERE t.typtype = 'c' AND c.relkind = 'c' AND {Where}
        """;

    public static string Domains { get; } = $"""
        SELECT 'type:' || t.oid AS id, 'domain' AS kind, n.nspname AS schema, t.typname AS name,
            format_type(t.typbasetype, t.typtypmod) AS type,
            CASE WHEN t.typcollation <> b.typcollation THEN (SELECT {Name("cn.nspname", "co.collname")} FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = t.typcollation) END AS collation,
            CASE WHEN t.typdefaultbin IS NOT NULL THEN pg_get_expr(t.typdefaultbin, 0) ELSE quote_literal(t.typdefault) END AS "default",
            CASE WHEN t.typnotnull THEN 'no' END AS nullable,
            {Common}
        FROM {From} JOIN pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd' AND {Where}
        """;

    public static string DomainChecks { get; } = $"""
        SELECT 'constraint:' || k.oid AS id, 'domain check' AS kind, k.conname AS name, 'type:' || k.contypid AS parent,
            regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') AS definition,
            CASE WHEN NOT k.convalidated THEN 'no' END AS valid,
            {Comment("pg_constraint", "k.oid")}
        FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE k.contype = 'c' AND {Where}
        """;

    /// <summary>A range with a function that brings its bounds into one form needs that function before itself, and is not read.</summary>
    public static string Ranges(CatalogScope scope) => $"""
        SELECT 'type:' || t.oid AS id, 'range' AS kind, n.nspname AS schema, t.typname AS name,
            'SUBTYPE = ' || format_type(r.rngsubtype, NULL)
                || (SELECT ', SUBTYPE_OPCLASS = ' || {Name("pn.nspname", "oc.opcname")} FROM pg_opclass oc JOIN pg_namespace pn ON pn.oid = oc.opcnamespace WHERE oc.oid = r.rngsubopc)
                || coalesce((SELECT ', COLLATION = ' || {Name("cn.nspname", "co.collname")} FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = r.rngcollation), '')
                || CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::regproc ELSE '' END
                {(scope.Since(14) ? "|| coalesce((SELECT ', MULTIRANGE_TYPE_NAME = ' || quote_ident(mn.nspname) || '.' || quote_ident(m.typname) FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace WHERE m.oid = r.rngmultitypid), '')" : "")} AS definition,
            {Common}
        FROM {From} JOIN pg_range r ON r.rngtypid = t.oid WHERE t.typtype = 'r' AND r.rngcanonical = 0 AND {Where}
        """;

    private static string From => "pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace";

    private static string Common => $"{Owner("t.typowner")}, {Comment("pg_type", "t.oid")}, {Permissions("t.typacl", "T", "t.typowner")}";

    private static string Where => $"{OfUsers("n.nspname")} AND {Own("pg_type", "t.oid")}";
}
