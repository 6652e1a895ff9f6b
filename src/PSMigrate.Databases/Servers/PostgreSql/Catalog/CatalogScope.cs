namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>What is read of a catalog, of which version, and the pieces of SQL that all queries of the catalog share.</summary>
/// <param name="Version">The server's version number, as in <c>150004</c>.</param>
/// <param name="Relations">Object ids of the relations that are read; null for the whole database.</param>
internal sealed record CatalogScope(int Version, uint[]? Relations)
{
    /// <summary>The relations' ids as a parameter of every query that is about some relations only.</summary>
    public const string Parameter = "$1";

    /// <summary>The first object id that is given to what users make.</summary>
    public const int FirstOfUsers = 16384;

    /// <summary>Options whose values are not read, as they are meant to be secret.</summary>
    public const string SecretOptions = "(pass(word|wd|phrase|code)|secret|token|credential|(api|access|private).?key)";

    private const string Role = "CASE {0} WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid({0})) END";

    public bool IsWhole => Relations is null;

    public bool Since(int major) => Version >= major * 10000;

    /// <summary>A condition that leaves only the relations that are asked for.</summary>
    public string Only(string oid) => Relations is null ? "" : $" AND {oid} = ANY ({Parameter})";

    /// <summary>A setting of the session: where it is on, PSMigrate's own objects are read as well, because they are about to be backed up.</summary>
    public const string ReadsOwn = "psmigrate.reads_own";

    /// <summary>A condition on the schema: not PSMigrate's own, no session's temporary objects, no overflow storage.</summary>
    public static string OfUsers(string schema) => $"{schema} <> CASE WHEN current_setting('{ReadsOwn}', true) = 'on' THEN '' ELSE 'psmigrate' END AND {schema} !~ '^pg_(temp|toast)'";

    /// <summary>A condition on an object: made by users, and not made together with another object or by an extension.</summary>
    public static string Own(string catalog, string oid) =>
        $"{oid} >= {FirstOfUsers} AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid} AND (e.deptype = 'e' OR (e.deptype = 'i' AND e.refobjid <> e.objid)))";

    public static string Owner(string role) => $"quote_ident(pg_get_userbyid({role})) AS owner";

    public static string Comment(string catalog, string oid, string column = "0") =>
        $"(SELECT about.description FROM pg_description about WHERE about.classoid = '{catalog}'::regclass AND about.objoid = {oid} AND about.objsubid = {column}) AS comment";

    /// <summary>A name of a relation, type or the like, quoted and with its schema.</summary>
    public static string Name(string schema, string name) => $"quote_ident({schema}) || '.' || quote_ident({name})";

    /// <summary>Storage parameters as they stand in WITH (…): in the server's own spelling and order.</summary>
    public static string Options(string options) =>
        $"(SELECT string_agg(quote_ident(o.option_name) || '=' || CASE WHEN quote_ident(o.option_value) = o.option_value THEN o.option_value ELSE quote_literal(o.option_value) END, ', ' ORDER BY o.ordinality) FROM pg_options_to_table({options}) WITH ORDINALITY o)";

    /// <summary>Options of foreign things as they stand in OPTIONS (…), without those that are meant to be secret.</summary>
    public static string ForeignOptions(string options) =>
        $"(SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ' ORDER BY o.option_name) FROM pg_options_to_table({options}) o WHERE o.option_name !~* '{SecretOptions}')";

    /// <summary>The names of the options that <see cref="ForeignOptions"/> leaves out.</summary>
    public static string WithheldOptions(string options) =>
        $"(SELECT string_agg(quote_ident(o.option_name), ', ' ORDER BY o.option_name) FROM pg_options_to_table({options}) o WHERE o.option_name ~* '{SecretOptions}') AS withheld";

    /// <summary>
    /// What an access list gives and takes in comparison with what everything of its type has from the beginning: one GRANT or REVOKE
    /// a line, without the object's name.
    /// </summary>
    /// <param name="type">As acldefault() has it.</param>
    public static string Permissions(string acl, string type, string owner) => Permissions(acl, $"acldefault('{type}', {owner})", owner, "permissions");

    public static string Permissions(string acl, string usual, string owner, string alias) => $"""
        CASE WHEN {acl} IS NOT NULL THEN (SELECT string_agg(given.line, E'\n' ORDER BY given.line) FROM (
            SELECT 'GRANT ' || string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) || ' TO ' || {string.Format(null, Role, "a.grantee")}
                || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                || CASE WHEN a.grantor <> {owner} THEN ' GRANTED BY ' || quote_ident(pg_get_userbyid(a.grantor)) ELSE '' END AS line
            FROM (SELECT grantor, grantee, privilege_type, is_grantable FROM aclexplode({acl}) EXCEPT SELECT grantor, grantee, privilege_type, is_grantable FROM aclexplode({usual})) a
            GROUP BY a.grantor, a.grantee, a.is_grantable
            UNION ALL
            SELECT 'REVOKE ' || string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) || ' FROM ' || {string.Format(null, Role, "a.grantee")}
            FROM (SELECT grantee, privilege_type FROM aclexplode({usual}) EXCEPT SELECT grantee, privilege_type FROM aclexplode({acl})) a
            GROUP BY a.grantee) given) END AS {alias}
        """;
}
