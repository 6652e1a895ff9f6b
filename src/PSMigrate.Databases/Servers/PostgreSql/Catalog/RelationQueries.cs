using static PSMigrate.Databases.Servers.PostgreSql.Catalog.CatalogScope;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>Tables, views and sequences, and the columns of the first two.</summary>
internal static class RelationQueries
{
    public static string Tables(CatalogScope scope) => $"""
        SELECT 'class:' || c.oid AS id, 'table' AS kind, n.nspname AS schema, c.relname AS name,
            NULLIF(concat_ws(' ', CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' END, CASE WHEN c.relispartition THEN 'partition' END), '') AS "kind of table",
            CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' END AS persistence,
            CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partition by",
            CASE WHEN c.relhassubclass OR NOT c.relispartition THEN (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid AND NOT c.relispartition) END AS inherits,
            CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS "of type",
            NULLIF(am.amname, 'heap') AS "access method",
            {Options("c.reloptions")} AS options,
            CASE WHEN c.reltoastrelid <> 0 THEN (SELECT {Options("t.reloptions")} FROM pg_class t WHERE t.oid = c.reltoastrelid) END AS "toast options",
            quote_ident(s.spcname) AS tablespace,
            CASE WHEN c.relkind <> 'f' THEN CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' END END AS "replica identity",
            NULLIF(concat_ws(', ', CASE WHEN c.relrowsecurity THEN 'ENABLE' END, CASE WHEN c.relforcerowsecurity THEN 'FORCE' END), '') AS "row security",
            CASE WHEN c.relkind = 'f' THEN (SELECT quote_ident(fs.srvname) FROM pg_foreign_server fs WHERE fs.oid = f.ftserver) END AS server,
            {ForeignOptions("f.ftoptions")} AS "foreign options",
            {WithheldOptions("f.ftoptions")},
            (SELECT string_agg(o.objid::regclass::text, ', ' ORDER BY o.objid::regclass::text) FROM pg_depend o JOIN pg_sequence q ON q.seqrelid = o.objid
                WHERE o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid AND o.refobjsubid > 0 AND o.classid = 'pg_class'::regclass AND o.deptype = 'a') AS owns,
            {Owner("c.relowner")}, {Comment("pg_class", "c.oid")}, {Permissions("c.relacl", "r", "c.relowner")}
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
        WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND {OfUsers("n.nspname")} AND {Own("pg_class", "c.oid")}{scope.Only("c.oid")}
        """;

    public static string Views(CatalogScope scope) => $"""
        SELECT 'class:' || c.oid AS id, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END AS kind, n.nspname AS schema, c.relname AS name,
            pg_get_viewdef(c.oid) AS definition,
            (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation ELSE '' END, ', ' ORDER BY a.attnum)
                FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS "column list",
            {Options("c.reloptions")} AS options,
            CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'no' END AS populated,
            NULLIF(am.amname, 'heap') AS "access method",
            quote_ident(s.spcname) AS tablespace,
            {Owner("c.relowner")}, {Comment("pg_class", "c.oid")}, {Permissions("c.relacl", "r", "c.relowner")}
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
        WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND {OfUsers("n.nspname")} AND {Own("pg_class", "c.oid")}{scope.Only("c.oid")}
        """;

    /// <summary>Sequences of identity columns are part of their columns.</summary>
    public static string Sequences(CatalogScope scope) => $"""
        SELECT 'class:' || c.oid AS id, 'sequence' AS kind, n.nspname AS schema, c.relname AS name,
            {SequenceOptions("s")} AS options,
            CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' END AS persistence,
            (SELECT o.refobjid::regclass || '.' || quote_ident(a.attname) FROM pg_depend o JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
                WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.refclassid = 'pg_class'::regclass AND o.deptype = 'a' AND o.refobjsubid > 0) AS "owned by",
            {Owner("c.relowner")}, {Comment("pg_class", "c.oid")}, {Permissions("c.relacl", "s", "c.relowner")}
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
        WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND {OfUsers("n.nspname")} AND {Own("pg_class", "c.oid")}{scope.Only("c.oid")}
        """;

    public static string Columns(CatalogScope scope)
    {
        // A partition has its identity from the table that it belongs to since version 17.
        var inheritsIdentity = scope.Since(17) ? "c.relispartition" : "false";
        return $"""
            SELECT 'class:' || a.attrelid || ':' || a.attnum AS id, 'column' AS kind, a.attname AS name, 'class:' || a.attrelid AS parent,
                (row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum))::int AS position,
                format_type(a.atttypid, a.atttypmod) AS type,
                CASE WHEN a.attnotnull THEN 'no' END AS nullable,
                CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
                CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) || CASE a.attgenerated WHEN 'v' THEN ' VIRTUAL' ELSE '' END END AS generated,
                CASE WHEN a.attidentity <> '' AND NOT {inheritsIdentity} THEN CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || (
                    SELECT ' (SEQUENCE NAME ' || q.seqrelid::regclass || ' ' || {SequenceOptions("q", isIdentity: true)} || ')'
                    FROM pg_depend i JOIN pg_sequence q ON q.seqrelid = i.objid
                    WHERE i.refclassid = 'pg_class'::regclass AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.classid = 'pg_class'::regclass AND i.deptype = 'i') END AS identity,
                CASE WHEN a.attcollation <> t.typcollation THEN {Name("cn.nspname", "co.collname")} END AS collation,
                CASE WHEN a.attstorage <> t.typstorage AND c.relkind <> 'v' THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END END AS storage,
                {(scope.Since(14) ? "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END" : "NULL::text")} AS compression,
                CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END AS statistics,
                CASE WHEN a.attoptions IS NOT NULL THEN {Options("a.attoptions")} END AS options,
                CASE WHEN a.attfdwoptions IS NOT NULL THEN {ForeignOptions("a.attfdwoptions")} END AS "foreign options",
                CASE WHEN a.attinhcount > 0 OR c.reloftype <> 0 THEN 'yes' END AS inherited,
                owned.sequences AS owns,
                {Comment("pg_class", "a.attrelid", "a.attnum")},
                {Permissions("a.attacl", "c", "c.relowner")}
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
                LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef
                LEFT JOIN pg_collation co ON co.oid = a.attcollation LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
                LEFT JOIN (
                    SELECT o.refobjid, o.refobjsubid, string_agg(o.objid::regclass::text, ', ' ORDER BY o.objid::regclass::text) AS sequences
                    FROM pg_depend o JOIN pg_sequence s ON s.seqrelid = o.objid
                    WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.deptype = 'a' AND o.refobjsubid > 0{scope.Only("o.refobjid")}
                    GROUP BY o.refobjid, o.refobjsubid) owned ON owned.refobjid = a.attrelid AND owned.refobjsubid = a.attnum
            WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
                AND {OfUsers("n.nspname")} AND c.oid >= {FirstOfUsers}{scope.Only("a.attrelid")}
            """;
    }

    /// <summary>Table by table, what each inherits from or is a partition of.</summary>
    public static string Partitions(CatalogScope scope) => $"""
        SELECT 'partition:' || c.oid AS id, 'partition' AS kind, 'attached' AS name, 'class:' || c.oid AS parent,
            i.inhparent::regclass::text AS "of", 'class:' || i.inhparent AS needs, pg_get_expr(c.relpartbound, c.oid) AS bound
        FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
        WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f') AND c.oid >= {FirstOfUsers}{scope.Only("c.oid")}
        """;

    private static string SequenceOptions(string s, bool isIdentity = false) =>
        (isIdentity ? "" : $"'AS ' || format_type({s}.seqtypid, NULL) || ' ' || ")
        + $"format('START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', {s}.seqstart, {s}.seqincrement, {s}.seqmin, {s}.seqmax, {s}.seqcache, CASE WHEN {s}.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END)";
}
