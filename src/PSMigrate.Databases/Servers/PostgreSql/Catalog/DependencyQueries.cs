using static PSMigrate.Databases.Servers.PostgreSql.Catalog.CatalogScope;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>What needs what, and what none of the other queries reads.</summary>
internal static class DependencyQueries
{
    /// <summary>Everything that depends on something, as identities, with the catalog's word for how.</summary>
    public static string Dependencies(CatalogScope scope) => $"""
        SELECT {Identity("d.classid", "d.objid", "d.objsubid")}, {Identity("d.refclassid", "d.refobjid", "d.refobjsubid")}, d.deptype::text
        FROM {(scope.IsWhole ? "pg_depend d" : OfParts(scope))}
        WHERE d.objid >= {FirstOfUsers} AND (d.refobjid >= {FirstOfUsers} OR d.refclassid IN ('pg_namespace'::regclass, 'pg_extension'::regclass, 'pg_language'::regclass))
        """;

    /// <summary>Which index, constraint or column of a table the same part of its partitions and heirs belongs to.</summary>
    public static string Inheritance(CatalogScope scope) => $"""
        SELECT 'class:' || i.inhparent, 'class:' || i.inhrelid FROM pg_inherits i JOIN pg_index x ON x.indexrelid = i.inhrelid WHERE true{scope.Only("x.indrelid")}
        UNION ALL SELECT 'constraint:' || k.conparentid, 'constraint:' || k.oid FROM pg_constraint k WHERE k.conparentid <> 0 AND k.contype = 'f'{scope.Only("k.conrelid")}
        UNION ALL SELECT 'constraint:' || p.oid, 'constraint:' || k.oid
            FROM pg_inherits i JOIN pg_constraint k ON k.conrelid = i.inhrelid AND k.contype = 'c' AND k.coninhcount > 0 JOIN pg_constraint p ON p.conrelid = i.inhparent AND p.contype = 'c' AND p.conname = k.conname
            WHERE true{scope.Only("i.inhrelid")}
        UNION ALL SELECT 'class:' || p.attrelid || ':' || p.attnum, 'class:' || a.attrelid || ':' || a.attnum
            FROM pg_inherits i JOIN pg_attribute a ON a.attrelid = i.inhrelid AND a.attinhcount > 0 AND a.attnum > 0 JOIN pg_attribute p ON p.attrelid = i.inhparent AND p.attname = a.attname
            WHERE NOT a.attisdropped{scope.Only("i.inhrelid")}
        """;

    /// <summary>Objects that have an owner in this database, whatever they are.</summary>
    public static string Owned { get; } = $"""
        SELECT {Identity("d.classid", "d.objid", "d.objsubid")} FROM pg_shdepend d
        WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND d.deptype = 'o' AND d.objid >= {FirstOfUsers} AND d.classid <> 'pg_largeobject'::regclass
        """;

    /// <summary>What is part of the structure and is no object that is found by its dependencies.</summary>
    public static string Beside { get; } = """
        SELECT 'settings of the database' FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) AND setrole = 0
        UNION ALL SELECT 'settings of the role ' || quote_ident(pg_get_userbyid(setrole)) || ' in the database' FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) AND setrole <> 0
        UNION ALL (SELECT 'security labels' FROM pg_seclabel LIMIT 1)
        UNION ALL (SELECT 'large objects' FROM pg_largeobject_metadata LIMIT 1)
        """;

    /// <summary>What people call objects that were not read; PSMigrate's own and temporary ones are left out.</summary>
    public static string Described(IEnumerable<string> identities) => $"""
        SELECT DISTINCT pg_describe_object(o.class, o.oid, 0)
        FROM (VALUES {string.Join(", ", identities.Select(Value))}) o(class, oid), LATERAL pg_identify_object(o.class, o.oid, 0) i
        WHERE i.identity IS NOT NULL AND coalesce(i.schema, '') !~ '^(psmigrate$|pg_temp|pg_toast)' AND i.identity !~ '(^|[ (])(psmigrate|pg_temp_[0-9]+|pg_toast|pg_toast_temp_[0-9]+)[.]'
            AND NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE o.class = 'pg_trigger'::regclass AND t.oid = o.oid AND p.pronamespace = to_regnamespace('psmigrate'))
            AND NOT EXISTS (SELECT FROM pg_event_trigger t JOIN pg_proc p ON p.oid = t.evtfoid WHERE o.class = 'pg_event_trigger'::regclass AND t.oid = o.oid AND p.pronamespace = to_regnamespace('psmigrate'))
        ORDER BY 1
        """;

    private static string Identity(string catalog, string oid, string part) =>
        $"substr({catalog}::regclass::text, 4) || ':' || {oid} || CASE {part} WHEN 0 THEN '' ELSE ':' || {part} END";

    private static string Value(string identity)
    {
        var parts = identity.Split(':');
        return $"('pg_{parts[0]}'::regclass::oid, {parts[1]}::oid)";
    }

    /// <summary>The dependencies of some relations and their parts, looked up by the catalog's index for each of them.</summary>
    private static string OfParts(CatalogScope scope) => $$"""
        (SELECT 'pg_class'::regclass::oid AS class, unnest({{Parameter}}) AS oid
            UNION SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE true{{scope.Only("conrelid")}}
            UNION SELECT 'pg_attrdef'::regclass, oid FROM pg_attrdef WHERE true{{scope.Only("adrelid")}}
            UNION SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE true{{scope.Only("ev_class")}}
            UNION SELECT 'pg_trigger'::regclass, oid FROM pg_trigger WHERE true{{scope.Only("tgrelid")}}
            UNION SELECT 'pg_policy'::regclass, oid FROM pg_policy WHERE true{{scope.Only("polrelid")}}
            UNION SELECT 'pg_class'::regclass, indexrelid FROM pg_index WHERE true{{scope.Only("indrelid")}}
            UNION SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE true{{scope.Only("stxrelid")}}
            UNION SELECT 'pg_type'::regclass, reltype FROM pg_class WHERE true{{scope.Only("oid")}}
            UNION SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_class'::regclass AND deptype = 'i'{{scope.Only("refobjid")}}) o,
            LATERAL (SELECT * FROM pg_depend p WHERE p.classid = o.class AND p.objid = o.oid OFFSET 0) d
        """;
}
