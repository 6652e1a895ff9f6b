using static PSMigrate.Databases.Servers.PostgreSql.Catalog.CatalogScope;

namespace PSMigrate.Databases.Servers.PostgreSql.Catalog;

/// <summary>Full-text search: configurations, dictionaries, parsers and templates; and extended statistics.</summary>
internal static class TextSearchQueries
{
    public static string Configurations { get; } = $"""
        SELECT 'ts_config:' || c.oid AS id, 'text search configuration' AS kind, n.nspname AS schema, c.cfgname AS name,
            'PARSER = ' || {Name("pn.nspname", "p.prsname")} AS definition,
            (SELECT string_agg(m.line, E'\n' ORDER BY m.line) FROM (
                SELECT quote_ident(k.alias) || ' WITH ' || string_agg({Name("dn.nspname", "d.dictname")}, ', ' ORDER BY m.mapseqno) AS line
                FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype JOIN pg_ts_dict d ON d.oid = m.mapdict JOIN pg_namespace dn ON dn.oid = d.dictnamespace
                WHERE m.mapcfg = c.oid GROUP BY k.alias) m) AS mappings,
            {Owner("c.cfgowner")}, {Comment("pg_ts_config", "c.oid")}
        FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace pn ON pn.oid = p.prsnamespace
        WHERE {OfUsers("n.nspname")} AND {Own("pg_ts_config", "c.oid")}
        """;

    public static string Dictionaries { get; } = $"""
        SELECT 'ts_dict:' || d.oid AS id, 'text search dictionary' AS kind, n.nspname AS schema, d.dictname AS name,
            'TEMPLATE = ' || {Name("tn.nspname", "t.tmplname")} || coalesce(', ' || d.dictinitoption, '') AS definition,
            {Owner("d.dictowner")}, {Comment("pg_ts_dict", "d.oid")}
        FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace JOIN pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
        WHERE {OfUsers("n.nspname")} AND {Own("pg_ts_dict", "d.oid")}
        """;

    public static string Parsers { get; } = $"""
        SELECT 'ts_parser:' || p.oid AS id, 'text search parser' AS kind, n.nspname AS schema, p.prsname AS name,
            concat_ws(', ', 'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken, 'END = ' || p.prsend, 'LEXTYPES = ' || p.prslextype, CASE WHEN p.prsheadline <> 0 THEN 'HEADLINE = ' || p.prsheadline END) AS definition,
            {Comment("pg_ts_parser", "p.oid")}
        FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace WHERE {OfUsers("n.nspname")} AND {Own("pg_ts_parser", "p.oid")}
        """;

    public static string Templates { get; } = $"""
        SELECT 'ts_template:' || t.oid AS id, 'text search template' AS kind, n.nspname AS schema, t.tmplname AS name,
            concat_ws(', ', CASE WHEN t.tmplinit <> 0 THEN 'INIT = ' || t.tmplinit END, 'LEXIZE = ' || t.tmpllexize) AS definition,
            {Comment("pg_ts_template", "t.oid")}
        FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace WHERE {OfUsers("n.nspname")} AND {Own("pg_ts_template", "t.oid")}
        """;

    public static string Statistics(CatalogScope scope) => $"""
        SELECT 'statistic_ext:' || s.oid AS id, 'statistics' AS kind, n.nspname AS schema, s.stxname AS name,
            substr(pg_get_statisticsobjdef(s.oid), length(format('CREATE STATISTICS %I.%I', n.nspname, s.stxname)) + 1) AS definition,
            {(scope.Since(13) ? "CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget::text END" : "NULL::text")} AS target,
            {Owner("s.stxowner")}, {Comment("pg_statistic_ext", "s.oid")}
        FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
        WHERE {OfUsers("n.nspname")} AND {Own("pg_statistic_ext", "s.oid")}{scope.Only("s.stxrelid")}
        """;
}
