using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>How PostgreSQL's SQL says what is done to rows.</summary>
internal sealed class PostgreSqlRowSql : RowSql
{
    /// <summary>Types whose names are not a user's, up to their parameters; what is not among them is kept as text.</summary>
    private static readonly HashSet<string> BuiltIn = new(StringComparer.Ordinal)
    {
        "bigint", "bit", "bit varying", "boolean", "box", "bytea", "character", "character varying", "cidr", "circle", "date", "double precision", "inet",
        "integer", "interval", "line", "lseg", "macaddr", "macaddr8", "money", "numeric", "path", "point", "polygon", "real", "smallint", "text",
        "time without time zone", "time with time zone", "timestamp without time zone", "timestamp with time zone", "tsquery", "tsvector", "uuid", "jsonb", "json", "xml",
    };

    /// <summary>Types that cannot be compared, and are compared as text.</summary>
    private static readonly HashSet<string> WithoutEquality = new(StringComparer.Ordinal) { "json", "xml", "point", "box", "polygon", "circle", "line", "lseg", "path" };

    public override string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public override string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public override string Only(DbObject table) => $"ONLY {Name(table)}";

    public override string RowsOf(DbObject table) => table.Facet(DbFacets.TableKind)?.Contains("partitioned", StringComparison.Ordinal) == true ? Name(table) : Only(table);

    /// <summary>A literal without a type takes that of what it is compared with.</summary>
    public override string LiteralOf(string expression, DbObject column) => $"quote_literal(({expression})::text)";

    public override string Same(string one, string other) => $"({one} IS NOT DISTINCT FROM {other})";

    /// <summary>
    /// SHA-256 of the text of a record, which quotes what would be ambiguous. What the text of dates and floating-point numbers looks like
    /// is set for the session meanwhile.
    /// </summary>
    public override string Hash(IReadOnlyList<(string Expression, DbObject Column)> values) =>
        HashOf(string.Join(", ", values.Select(v => v.Expression)));

    /// <summary>The same of expressions as they stand in a list.</summary>
    public static string HashOf(string expressions) => $"encode(sha256(convert_to(ROW({expressions})::text, 'UTF8')), 'hex')";

    /// <summary>With a limit, so that the server makes no overflow storage for it.</summary>
    public override string HashType => "varchar(64)";

    /// <summary>By a hash join; every index of a new table is written to the disk at once.</summary>
    public override bool JoinsWithoutIndex => true;

    /// <summary>Two sums of 60 bits of each hash: the sum of a set does not depend on its order, and equal rows do not cancel each other.</summary>
    public override string CountAndSum(string hash) =>
        $"count(*), coalesce(sum(('x0' || substr({hash}, 1, 15))::bit(64)::bigint)::text || ':' || sum(('x0' || substr({hash}, 16, 15))::bit(64)::bigint)::text, '0:0')";

    public override string CaptureType(DbObject column)
    {
        var type = column.Facet(DbFacets.Type) ?? "text";
        return IsBuiltIn(type) && !WithoutEquality.Contains(Bare(type)) ? type : "text";
    }

    public override string ToCapture(string expression, DbObject column) => CaptureType(column) == "text" && column.Facet(DbFacets.Type) != "text" ? $"({expression})::text" : expression;

    public override string FromCapture(string expression, DbObject column) =>
        CaptureType(column) == "text" && column.Facet(DbFacets.Type) is { } type && type != "text" ? $"({expression})::{type}" : expression;

    public override bool CanBeKey(DbObject column) => !WithoutEquality.Contains(Bare(column.Facet(DbFacets.Type) ?? ""));

    public override bool CanBeSet(DbObject column) => column.Facet(DbFacets.Identity)?.Contains("always", StringComparison.OrdinalIgnoreCase) != true;

    public override IReadOnlyList<string> BeginCapture(CaptureShape capture)
    {
        var keys = string.Join(", ", capture.Key.Select((_, i) => $"k{i}"));
        var values = string.Concat(capture.Kept.Select((_, i) => $", c{i}"));
        string Key(string row) => string.Join(", ", capture.Key.Select(k => ToCapture($"{row}.{Quote(k.Name)}", k)));
        string Values(string row) => string.Concat(capture.Kept.Select(c => $", {ToCapture($"{row}.{Quote(c.Name)}", c)}"));
        var (former, present) = capture.ByRow ? ("OLD", "NEW") : ("o", "n");
        var (formerRows, presentRows) = capture.ByRow ? ("", "") : (" FROM psmigrate_old o", " FROM psmigrate_new n");
        var image = $"INSERT INTO {capture.Store} ({keys}, i{values}) SELECT {Key(former)}, 1{Values(former)}{formerRows} ON CONFLICT DO NOTHING;";
        var fresh = $"INSERT INTO {capture.Store} ({keys}, i) SELECT {Key(present)}, 0{presentRows} ON CONFLICT DO NOTHING;";
        string Function(string kind, string body) =>
            $"""
            CREATE FUNCTION {Routine(capture, kind)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS {Body($"BEGIN {body} RETURN NULL; END")}
            """;
        string Trigger(string kind, string act, string tables) =>
            $"CREATE TRIGGER {Quote($"psmigrate_{kind}_{capture.Name}")} AFTER {act} ON {Name(capture.Table)} {(capture.ByRow ? "FOR EACH ROW" : $"REFERENCING {tables} FOR EACH STATEMENT")} EXECUTE FUNCTION {Routine(capture, kind)}()";
        return
        [
            Function("i", fresh), Trigger("i", "INSERT", "NEW TABLE AS psmigrate_new"),
            Function("u", image + " " + fresh), Trigger("u", "UPDATE", "OLD TABLE AS psmigrate_old NEW TABLE AS psmigrate_new"),
            Function("d", image), Trigger("d", "DELETE", "OLD TABLE AS psmigrate_old"),
        ];
    }

    public override IReadOnlyList<string> EndCapture(CaptureShape capture) =>
        // A function goes with the triggers that use it; the table itself may have gone already.
        [$"DROP FUNCTION IF EXISTS {Routine(capture, "i")}(), {Routine(capture, "u")}(), {Routine(capture, "d")}() CASCADE"];

    public override string DeleteJoined(string table, string from, string on) => $"DELETE FROM {table} AS t USING {from} WHERE {on}";

    public override string UpdateJoined(string table, IReadOnlyList<(string Column, string Value)> set, string from, string on) =>
        $"UPDATE {table} AS t SET {string.Join(", ", set.Select(s => $"{Quote(s.Column)} = {s.Value}"))} FROM {from} WHERE {on}";

    public override IReadOnlyList<string> InsertExactly(DbObject table, IReadOnlyList<DbObject> columns, string select) =>
        [$"INSERT INTO {Name(table)} ({string.Join(", ", columns.Select(c => Quote(c.Name)))}) OVERRIDING SYSTEM VALUE {select}"];

    public override (IReadOnlyList<string> Off, IReadOnlyList<string> On) SuspendTriggers(DbObject table, IReadOnlyList<DbObject> triggers)
    {
        var running = triggers.Where(t => t.Facet("enabled") is not { } state || !state.Contains("disabled", StringComparison.OrdinalIgnoreCase)).ToList();
        return (
            [.. running.Select(t => $"ALTER TABLE {Name(table)} DISABLE TRIGGER {Quote(t.Name)}")],
            [.. running.Select(t => $"ALTER TABLE {Name(table)} ENABLE {(t.Facet("enabled") is "always" or "replica" ? t.Facet("enabled")!.ToUpperInvariant() + " " : "")}TRIGGER {Quote(t.Name)}")]);
    }

    public override string AsText(string expression, DbObject column) => $"({expression})::text";

    public override string Except => "EXCEPT ALL";

    private string Routine(CaptureShape capture, string kind) => $"{Quote(PostgreSqlEngine.Schema)}.{Quote($"{capture.Name}_{kind}")}";

    /// <summary>A dollar quote that the text does not close.</summary>
    private static string Body(string text)
    {
        var tag = "$psmigrate$";
        for (var i = 1; text.Contains(tag, StringComparison.Ordinal); i++)
        {
            tag = $"$psmigrate{i}$";
        }

        return tag + text + tag;
    }

    private static bool IsBuiltIn(string type) => BuiltIn.Contains(Bare(type)) || (type.EndsWith("[]", StringComparison.Ordinal) && BuiltIn.Contains(Bare(type[..^2])) && !WithoutEquality.Contains(Bare(type[..^2])));

    /// <summary>A type without its parameters: <c>character varying</c> of <c>character varying(20)</c>.</summary>
    private static string Bare(string type)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        var close = type.IndexOf(')', StringComparison.Ordinal);
        return open < 0 || close < open ? type : (type[..open] + type[(close + 1)..]).Trim();
    }
}
