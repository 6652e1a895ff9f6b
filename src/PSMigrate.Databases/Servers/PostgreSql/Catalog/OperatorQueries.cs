using static PSMigrate.Databases.Servers.PostgreSql.Catalog.CatalogScope;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>Operators with their classes and families, casts, conversions, access methods and collations.</summary>
internal static class OperatorQueries
{
    private const string Operator = "(SELECT 'OPERATOR(' || quote_ident(ns.nspname) || '.' || o2.oprname || ')' FROM pg_operator o2 JOIN pg_namespace ns ON ns.oid = o2.oprnamespace WHERE o2.oid = {0})";

    private const string Members = """
        SELECT 1 AS part, amopstrategy AS number, format('OPERATOR %s %s%s', amopstrategy, amopopr::regoperator,
                CASE WHEN amopsortfamily <> 0 THEN (SELECT format(' FOR ORDER BY %I.%I', fn.nspname, sf.opfname) FROM pg_opfamily sf JOIN pg_namespace fn ON fn.oid = sf.opfnamespace WHERE sf.oid = amopsortfamily) ELSE '' END) AS text
            FROM pg_amop m JOIN pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = m.oid WHERE d.refclassid = '{0}'::regclass AND d.refobjid = {1}
        UNION ALL SELECT 2, amprocnum, format('FUNCTION %s (%s, %s) %s', amprocnum, format_type(amproclefttype, NULL), format_type(amprocrighttype, NULL), m.amproc::regprocedure)
            FROM pg_amproc m JOIN pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = m.oid WHERE d.refclassid = '{0}'::regclass AND d.refobjid = {1}
        """;

    /// <summary>An operator that is only named by another one, but was never made, is left out.</summary>
    public static string Operators { get; } = $"""
        SELECT 'operator:' || o.oid AS id, 'operator' AS kind, n.nspname AS schema,
            o.oprname || ' (' || {Operands} || ')' AS name, {Operands} AS "argument types",
            concat_ws(', ', 'FUNCTION = ' || o.oprcode::regproc,
                CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || format_type(o.oprleft, NULL) END, CASE WHEN o.oprright <> 0 THEN 'RIGHTARG = ' || format_type(o.oprright, NULL) END,
                'COMMUTATOR = ' || {string.Format(null, Operator, "o.oprcom")}, 'NEGATOR = ' || {string.Format(null, Operator, "o.oprnegate")},
                CASE WHEN o.oprcanmerge THEN 'MERGES' END, CASE WHEN o.oprcanhash THEN 'HASHES' END) AS definition,
            CASE WHEN o.oprrest <> 0 THEN o.oprrest::regproc::text END AS "restrict", CASE WHEN o.oprjoin <> 0 THEN o.oprjoin::regproc::text END AS "join",
            {Owner("o.oprowner")}, {Comment("pg_operator", "o.oid")}
        FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
        WHERE o.oprcode <> 0 AND {OfUsers("n.nspname")} AND {Own("pg_operator", "o.oid")}
        """;

    public static string Families { get; } = $"""
        SELECT 'opfamily:' || f.oid AS id, 'operator family' AS kind, n.nspname AS schema, f.opfname || ' USING ' || quote_ident(am.amname) AS name, quote_ident(am.amname) AS "using",
            (SELECT string_agg(m.text, E'\n' ORDER BY m.part, m.number, m.text) FROM ({string.Format(null, Members, "pg_opfamily", "f.oid")}) m) AS members,
            {Owner("f.opfowner")}, {Comment("pg_opfamily", "f.oid")}
        FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am am ON am.oid = f.opfmethod
        WHERE {OfUsers("n.nspname")} AND {Own("pg_opfamily", "f.oid")}
        """;

    public static string Classes { get; } = $"""
        SELECT 'opclass:' || c.oid AS id, 'operator class' AS kind, n.nspname AS schema, c.opcname || ' USING ' || quote_ident(am.amname) AS name, quote_ident(am.amname) AS "using",
            CASE WHEN c.opcdefault THEN 'DEFAULT ' ELSE '' END || 'FOR TYPE ' || format_type(c.opcintype, NULL) || ' USING ' || quote_ident(am.amname)
                || ' FAMILY ' || (SELECT {Name("fn.nspname", "f.opfname")} FROM pg_opfamily f JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE f.oid = c.opcfamily)
                || ' AS STORAGE ' || format_type(CASE WHEN c.opckeytype = 0 THEN c.opcintype ELSE c.opckeytype END, NULL)
                || coalesce((SELECT string_agg(', ' || m.text, '' ORDER BY m.part, m.number, m.text) FROM ({string.Format(null, Members, "pg_opclass", "c.oid")}) m), '') AS definition,
            {Owner("c.opcowner")}, {Comment("pg_opclass", "c.oid")}
        FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am am ON am.oid = c.opcmethod
        WHERE {OfUsers("n.nspname")} AND {Own("pg_opclass", "c.oid")}
        """;

    public static string Casts { get; } = $"""
        SELECT 'cast:' || c.oid AS id, 'cast' AS kind, '(' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')' AS name,
            CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END
                || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END AS definition,
            {Comment("pg_cast", "c.oid")}
        FROM pg_cast c WHERE {Own("pg_cast", "c.oid")}
        """;

    public static string Conversions { get; } = $"""
        SELECT 'conversion:' || c.oid AS id, 'conversion' AS kind, n.nspname AS schema, c.conname AS name, CASE WHEN c.condefault THEN 'yes' END AS "is default",
            format('FOR %L TO %L FROM %s', pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc::regproc) AS definition,
            {Owner("c.conowner")}, {Comment("pg_conversion", "c.oid")}
        FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE {OfUsers("n.nspname")} AND {Own("pg_conversion", "c.oid")}
        """;

    public static string AccessMethods { get; } = $"""
        SELECT 'am:' || a.oid AS id, 'access method' AS kind, a.amname AS name, 'TYPE ' || CASE a.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END || ' HANDLER ' || a.amhandler::regproc AS definition, {Comment("pg_am", "a.oid")}
        FROM pg_am a WHERE {Own("pg_am", "a.oid")}
        """;

    /// <summary>What a collation is made from has moved between columns from version to version.</summary>
    public static string Collations { get; } = $"""
        SELECT 'collation:' || c.oid AS id, 'collation' AS kind, n.nspname AS schema, c.collname AS name,
            concat_ws(', ', 'PROVIDER = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
                'LOCALE = ' || quote_literal(CASE WHEN c.collprovider <> 'c' THEN coalesce(j.row ->> 'colllocale', j.row ->> 'colliculocale', c.collcollate) WHEN c.collcollate = c.collctype THEN c.collcollate END),
                CASE WHEN c.collprovider = 'c' AND c.collcollate <> c.collctype THEN 'LC_COLLATE = ' || quote_literal(c.collcollate) || ', LC_CTYPE = ' || quote_literal(c.collctype) END,
                CASE WHEN NOT c.collisdeterministic THEN 'DETERMINISTIC = false' END, 'RULES = ' || quote_literal(j.row ->> 'collicurules')) AS definition,
            {Owner("c.collowner")}, {Comment("pg_collation", "c.oid")}
        FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace, LATERAL (SELECT to_jsonb(c) AS row) j
        WHERE {OfUsers("n.nspname")} AND {Own("pg_collation", "c.oid")}
        """;

    private static string Operands => "CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END || ', ' || CASE WHEN o.oprright = 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END";
}
