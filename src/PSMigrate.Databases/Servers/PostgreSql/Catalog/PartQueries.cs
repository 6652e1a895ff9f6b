using static PSMigrate.Databases.Servers.PostgreSql.Catalog.CatalogScope;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>What belongs to tables and views beside their columns.</summary>
internal static class PartQueries
{
    /// <summary>
    /// Constraints of tables. That a foreign key refers to a partitioned table is written once for each partition; only the first is
    /// the user's.
    /// </summary>
    public static string Constraints(CatalogScope scope) => $"""
        SELECT 'constraint:' || k.oid AS id,
            CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique key' WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check' ELSE 'exclusion' END AS kind,
            k.conname AS name, 'class:' || k.conrelid AS parent,
            CASE WHEN k.contype <> 'f' THEN regexp_replace(pg_get_constraintdef(k.oid), '( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT VALID)?$', '') END AS definition,
            CASE WHEN k.contype IN ('p', 'u', 'f', 'x') THEN (SELECT array_agg(coalesce(a.attname, '') ORDER BY u.place) FROM unnest(k.conkey) WITH ORDINALITY u(num, place) LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num)::text[] END AS columns,
            CASE WHEN k.contype = 'f' THEN 'class:' || k.confrelid END AS "refers to",
            CASE WHEN k.contype = 'f' THEN (SELECT array_agg(a.attname ORDER BY u.place) FROM unnest(k.confkey) WITH ORDINALITY u(num, place) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num)::text[] END AS "referred columns",
            CASE WHEN k.contype = 'f' THEN k.confrelid::regclass::text END AS "references",
            CASE k.confmatchtype WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL' END AS match,
            {Action("k.confupdtype")} AS "on update", {Action("k.confdeltype")} AS "on delete",
            {(scope.Since(15) ? "CASE WHEN k.confdelsetcols IS NOT NULL THEN (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.place) FROM unnest(k.confdelsetcols) WITH ORDINALITY u(num, place) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num) END" : "NULL::text")} AS "on delete of",
            CASE WHEN k.condeferrable THEN 'DEFERRABLE' || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END END AS deferrable,
            CASE WHEN NOT k.convalidated THEN 'no' END AS valid,
            CASE WHEN k.coninhcount > 0 THEN coalesce((SELECT quote_ident(w.conname) FROM pg_constraint w WHERE w.oid = k.conparentid), 'yes') END AS inherited,
            CASE WHEN k.contype IN ('p', 'u', 'x') THEN {Options("ic.reloptions")} END AS options,
            CASE WHEN k.contype IN ('p', 'u', 'x') THEN quote_ident(s.spcname) END AS tablespace,
            CASE WHEN k.contype IN ('p', 'u', 'x') AND i.indisclustered THEN 'yes' END AS clustered,
            CASE WHEN k.contype IN ('p', 'u', 'x') AND i.indisreplident THEN 'yes' END AS "replica identity",
            CASE WHEN k.contype IN ('p', 'u', 'x') THEN (SELECT d.description FROM pg_description d WHERE d.classoid = 'pg_class'::regclass AND d.objoid = k.conindid AND d.objsubid = 0) END AS "comment on index",
            {Comment("pg_constraint", "k.oid")}
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_class ic ON ic.oid = k.conindid LEFT JOIN pg_index i ON i.indexrelid = k.conindid LEFT JOIN pg_tablespace s ON s.oid = ic.reltablespace
        WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND c.relpersistence <> 't' AND {OfUsers("n.nspname")} AND c.oid >= {FirstOfUsers}
            AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.oid = k.conparentid AND o.conrelid = k.conrelid){scope.Only("k.conrelid")}
        """;

    public static string Indexes(CatalogScope scope) => $"""
        SELECT 'class:' || i.indexrelid AS id, 'index' AS kind, x.relname AS name, 'class:' || i.indrelid AS parent,
            CASE WHEN i.indisunique THEN 'yes' END AS "unique",
            replace(substr(pg_get_indexdef(i.indexrelid), length(format('CREATE %sINDEX %I ON %s%s USING ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, x.relname,
                CASE WHEN c.relkind = 'p' THEN 'ONLY ' ELSE '' END, i.indrelid::regclass)) + 1), coalesce(' WITH (' || {Options("x.reloptions")} || ')', ' WITH ()'), '') AS definition,
            (SELECT array_agg(coalesce(a.attname, '') ORDER BY u.place) FROM unnest(i.indkey::int2[]) WITH ORDINALITY u(num, place) LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.num WHERE u.place <= i.indnkeyatts)::text[] AS columns,
            pg_get_expr(i.indpred, i.indrelid) AS filter,
            {Options("x.reloptions")} AS options,
            quote_ident(s.spcname) AS tablespace,
            CASE WHEN NOT (i.indisvalid AND i.indisready) THEN 'no' END AS valid,
            CASE WHEN i.indisclustered THEN 'yes' END AS clustered,
            CASE WHEN i.indisreplident THEN 'yes' END AS "replica identity",
            CASE WHEN x.relispartition THEN (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = i.indexrelid) END AS inherited,
            (SELECT string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) AS statistics,
            {Comment("pg_class", "i.indexrelid")}
        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
        WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't' AND {OfUsers("n.nspname")} AND i.indexrelid >= {FirstOfUsers}
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')){scope.Only("i.indrelid")}
        """;

    /// <summary>Triggers, without those that foreign keys work by, the copies that partitions get, and PSMigrate's own.</summary>
    public static string Triggers(CatalogScope scope) => $"""
        SELECT 'trigger:' || t.oid AS id, 'trigger' AS kind, t.tgname AS name, 'class:' || t.tgrelid AS parent,
            CASE WHEN t.tgconstraint <> 0 THEN 'yes' END AS "constraint",
            left(t.text, t.at - 1) AS fires, substr(t.text, t.at + length(t.tgrelid::regclass::text) + 5) AS does,
            {Enabled("t.tgenabled")} AS enabled,
            {Comment("pg_trigger", "t.oid")}
        FROM (SELECT t.*, d.text, strpos(d.text, ' ON ' || t.tgrelid::regclass || ' ') AS at
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace pn ON pn.oid = p.pronamespace,
                LATERAL (SELECT substr(pg_get_triggerdef(t.oid), length(format('CREATE %sTRIGGER %I ', CASE WHEN t.tgconstraint <> 0 THEN 'CONSTRAINT ' ELSE '' END, t.tgname)) + 1) AS text) d
            WHERE NOT t.tgisinternal{(scope.Since(13) ? " AND t.tgparentid = 0" : "")} AND c.relpersistence <> 't' AND {OfUsers("n.nspname")} AND pn.nspname <> 'psmigrate'
                AND {Own("pg_trigger", "t.oid")}{scope.Only("t.tgrelid")}) t
        """;

    public static string Rules(CatalogScope scope) => $"""
        SELECT 'rewrite:' || r.oid AS id, 'rule' AS kind, r.rulename AS name, 'class:' || r.ev_class AS parent,
            substr(pg_get_ruledef(r.oid), length(format('CREATE RULE %I AS', r.rulename)) + 1) AS definition,
            {Enabled("r.ev_enabled")} AS enabled,
            {Comment("pg_rewrite", "r.oid")}
        FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE r.rulename <> '_RETURN' AND c.relpersistence <> 't' AND {OfUsers("n.nspname")} AND {Own("pg_rewrite", "r.oid")}{scope.Only("r.ev_class")}
        """;

    public static string Policies(CatalogScope scope) => $"""
        SELECT 'policy:' || p.oid AS id, 'policy' AS kind, p.polname AS name, 'class:' || p.polrelid AS parent,
            CASE WHEN NOT p.polpermissive THEN 'no' END AS permissive,
            CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
            (SELECT string_agg(r.name, ', ' ORDER BY r.name) FROM (SELECT CASE u.role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(u.role)) END AS name FROM unnest(p.polroles) u(role)) r) AS roles,
            pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS "with check",
            {Comment("pg_policy", "p.oid")}
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OfUsers("n.nspname")} AND p.oid >= {FirstOfUsers}{scope.Only("p.polrelid")}
        """;

    private static string Action(string column) =>
        $"CASE {column} WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END";

    private static string Enabled(string column) => $"CASE {column} WHEN 'D' THEN 'no' WHEN 'R' THEN 'REPLICA' WHEN 'A' THEN 'ALWAYS' END";
}
