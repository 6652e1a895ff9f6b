using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>How MySQL's and MariaDB's SQL says what is done to rows.</summary>
internal sealed class MySqlRowSql : RowSql
{
    /// <summary>Set on the session whose writes are captured; triggers are everybody's.</summary>
    private const string Capturing = "@psmigrate_capturing";

    private static readonly HashSet<string> Floating = new(["float", "double", "real"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> Plain = new(
        ["tinyint", "smallint", "mediumint", "int", "integer", "bigint", "decimal", "numeric", "dec", "fixed", "date", "time", "datetime", "timestamp", "year", "bool", "boolean"],
        StringComparer.OrdinalIgnoreCase);

    public override string Quote(string name) => MySqlName.Quote(name);

    /// <summary>Without backslashes, whose meaning depends on a setting.</summary>
    public override string Literal(string text) => text.Contains('\\', StringComparison.Ordinal)
        ? $"CONVERT(0x{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text))} USING utf8mb4)"
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Texts by their bytes, so that neither a setting nor a character set matters.</summary>
    public override string LiteralOf(string expression, DbObject column) =>
        Bare(column) == "bit" ? $"CAST(({expression}) + 0 AS CHAR)"
        : Floating.Contains(Bare(column)) ? $"CAST(({expression}) + 0E0 AS CHAR)"
        : IsBinary(column) ? $"CONCAT('x''', HEX({expression}), '''')"
        : column.Facet(MySqlFacets.Collation) is not null ? $"CONCAT('_utf8mb4 x''', HEX(CONVERT({expression} USING utf8mb4)), '''')"
        : $"QUOTE(CAST({expression} AS CHAR))";

    /// <summary>The driver puts values in as literals, which have a type.</summary>
    public override string Cast(string parameter, string type) => parameter;

    /// <summary>Texts are compared by their bytes: collations find equal what is not the same.</summary>
    public override string Same(string one, string other) => $"(BINARY {one} <=> BINARY {other})";

    public override string Hash(IReadOnlyList<(string Expression, DbObject Column)> values) =>
        $"CONVERT(SHA2(CONCAT_WS('|', {string.Join(", ", values.Select(v => $"IFNULL({Canonical(v.Expression, v.Column)}, '~')"))}), 256) USING utf8mb4) COLLATE utf8mb4_bin";

    public override string HashType => "char(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

    public override string CountAndSum(string hash) =>
        $"COUNT(*), CONCAT(COALESCE(SUM(CAST(CONV(SUBSTRING({hash}, 1, 15), 16, 10) AS UNSIGNED)), 0), ':', COALESCE(SUM(CAST(CONV(SUBSTRING({hash}, 16, 15), 16, 10) AS UNSIGNED)), 0))";

    public override string CaptureType(DbObject column)
    {
        var type = column.Facet(DbFacets.Type) ?? "longtext";
        return column.Facet(MySqlFacets.Collation) is { } collation ? $"{type} CHARACTER SET {MySqlColumnText.CharacterSetOf(collation)} COLLATE {collation}" : type;
    }

    public override string ToCapture(string expression, DbObject column) => expression;

    public override string FromCapture(string expression, DbObject column) => expression;

    /// <summary>Texts and blobs without a length cannot be a capture's key.</summary>
    public override bool CanBeKey(DbObject column) => column.Facet(DbFacets.Type) is { } type
        && !type.EndsWith("text", StringComparison.OrdinalIgnoreCase) && !type.EndsWith("blob", StringComparison.OrdinalIgnoreCase);

    /// <summary>A collation takes what is written otherwise for the same.</summary>
    public override bool TellsApart(DbObject keyColumn) => keyColumn.Facet(MySqlFacets.Collation) is null;

    public override IReadOnlyList<string> BeginCapture(CaptureShape capture)
    {
        var keys = string.Join(", ", capture.Key.Select((_, i) => $"k{i}"));
        var values = string.Concat(capture.Kept.Select((_, i) => $", c{i}"));
        string Key(string row) => string.Join(", ", capture.Key.Select(k => $"{row}.{Quote(k.Name)}"));
        var image = $"INSERT INTO {capture.Store} ({keys}, i{values}) VALUES ({Key("OLD")}, 1{string.Concat(capture.Kept.Select(c => $", OLD.{Quote(c.Name)}"))}) ON DUPLICATE KEY UPDATE i = i;";
        var fresh = $"INSERT INTO {capture.Store} ({keys}, i) VALUES ({Key("NEW")}, 0) ON DUPLICATE KEY UPDATE i = i;";
        string Trigger(string kind, string act, string body) =>
            $"CREATE TRIGGER {Name(capture, kind)} AFTER {act} ON {Quote(capture.Table.Name)} FOR EACH ROW BEGIN IF {Capturing} = 1 THEN {body} END IF; END";
        return
        [
            Trigger("i", "INSERT", fresh),
            Trigger("u", "UPDATE", $"{image} {fresh}"),
            Trigger("d", "DELETE", image),
            $"SET {Capturing} = 1",
        ];
    }

    public override IReadOnlyList<string> EndCapture(CaptureShape capture) =>
        [.. new[] { "i", "u", "d" }.Select(kind => $"DROP TRIGGER IF EXISTS {Name(capture, kind)}")];

    public override string DeleteJoined(string table, string from, string on) => $"DELETE t FROM {table} AS t JOIN {from} ON {on}";

    public override string UpdateJoined(string table, IReadOnlyList<(string Column, string Value)> set, string from, string on) =>
        $"UPDATE {table} AS t JOIN {from} ON {on} SET {string.Join(", ", set.Select(s => $"t.{Quote(s.Column)} = {s.Value}"))}";

    /// <summary>A zero in a counting column is a value as any other, and so is a date of zeros; what does not fit is an error.</summary>
    public override IReadOnlyList<string> InsertExactly(DbObject table, IReadOnlyList<DbObject> columns, string select) =>
    [
        "SET @psmigrate_mode = @@SESSION.sql_mode, SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'",
        $"INSERT INTO {Quote(table.Name)} ({string.Join(", ", columns.Select(c => Quote(c.Name)))}) {select}",
        "SET SESSION sql_mode = @psmigrate_mode",
    ];

    /// <summary>Triggers can only be dropped here; see <see cref="ServerEngine.CanSuspendTriggers"/>.</summary>
    public override (IReadOnlyList<string> Off, IReadOnlyList<string> On) SuspendTriggers(DbObject table, IReadOnlyList<DbObject> triggers) => ([], []);

    public override string AsText(string expression, DbObject column) => IsBinary(column) ? $"HEX({expression})" : $"CONVERT({expression} USING utf8mb4)";

    /// <summary>A value as letters and digits: numbers and times as they are written, floating-point numbers with all their digits, and of all else a hash.</summary>
    private static string Canonical(string expression, DbObject column)
    {
        var type = Bare(column);
        return Floating.Contains(type) ? $"CAST(({expression}) + 0E0 AS CHAR)"
            : Plain.Contains(type) ? $"CAST({expression} AS CHAR)"
            : $"SHA2({expression}, 256)";
    }

    private static bool IsBinary(DbObject column) => Bare(column) is "binary" or "varbinary" or "bit" or "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geometrycollection"
        || Bare(column).EndsWith("blob", StringComparison.Ordinal);

    private static string Bare(DbObject column) => (column.Facet(DbFacets.Type) ?? "").Split('(', ' ')[0].ToLowerInvariant();

    private string Name(CaptureShape capture, string kind) => Quote($"psmigrate_{kind}_{capture.Name}");
}
