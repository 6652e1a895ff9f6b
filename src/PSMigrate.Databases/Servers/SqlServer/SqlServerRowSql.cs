using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>How T-SQL says what is done to rows, from SQL Server 2016 on.</summary>
internal sealed class SqlServerRowSql : RowSql
{
    private static readonly HashSet<string> OldTexts = new(["text", "ntext", "image"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> NotComparable = new(["text", "ntext", "image", "xml", "geometry", "geography", "hierarchyid", "sql_variant", "json", "vector"], StringComparer.OrdinalIgnoreCase);

    public override string Quote(string name) => SqlServerName.Quote(name);

    public override string Literal(string text) => SqlServerName.Text(text);

    /// <summary>By their bytes: collations find equal what is not the same, and so do trailing spaces.</summary>
    public override string Same(string one, string other) =>
        $"EXISTS (SELECT CONVERT(varbinary(max), {one}) INTERSECT SELECT CONVERT(varbinary(max), {other}))";

    public override string Hash(IReadOnlyList<(string Expression, DbObject Column)> values) =>
        $"LOWER(CONVERT(varchar(64), HASHBYTES('SHA2_256', CONCAT({string.Join(", ", values.Select(v => $"ISNULL(CONVERT(varchar(max), CONVERT(varbinary(max), {Bytes(v.Expression, v.Column)}), 2), '~'), '|'"))}, '')), 2))";

    public override string HashType => "varchar(64)";

    /// <summary>Two sums of 56 bits of each hash; a sum of so many fits decimal(38).</summary>
    public override string CountAndSum(string hash)
    {
        string Part(int at) => $"CAST(COALESCE(SUM(CAST(CONVERT(bigint, CONVERT(binary(8), '00' + SUBSTRING({hash}, {at}, 14), 2)) AS decimal(38, 0))), 0) AS varchar(40))";
        return $"COUNT_BIG(*), {Part(1)} + ':' + {Part(15)}";
    }

    public override string CaptureType(DbObject column)
    {
        var type = column.Facet(DbFacets.Type) ?? "nvarchar(max)";
        return type.StartsWith('[') ? Collated("nvarchar(max)", column)
            : type switch { "text" => Collated("varchar(max)", column), "ntext" => Collated("nvarchar(max)", column), "image" => "varbinary(max)", "timestamp" or "rowversion" => "binary(8)", _ => Collated(type, column) };
    }

    public override string ToCapture(string expression, DbObject column) => column.Facet(DbFacets.Type) is { } type && (type.StartsWith('[') || OldTexts.Contains(type))
        ? $"CONVERT({CaptureType(column).Split(" COLLATE ")[0]}, {expression})" : expression;

    /// <summary>What the user's own type is an alias for comes back by itself.</summary>
    public override string FromCapture(string expression, DbObject column) => expression;

    public override bool CanBeKey(DbObject column) => column.Facet(DbFacets.Type) is { } type && !NotComparable.Contains(type) && !type.EndsWith("(max)", StringComparison.OrdinalIgnoreCase) && !type.StartsWith('[');

    /// <summary>The value of an identity is given once.</summary>
    public override bool CanBeSet(DbObject column) => column.Facet(DbFacets.Identity) is null;

    public override IReadOnlyList<string> BeginCapture(CaptureShape capture)
    {
        var keys = string.Join(", ", capture.Key.Select((_, i) => $"k{i}"));
        var values = string.Concat(capture.Kept.Select((_, i) => $", c{i}"));
        string Key(string row) => string.Join(", ", capture.Key.Select(k => ToCapture($"{row}.{Quote(k.Name)}", k)));
        string Missing(string row) => $"NOT EXISTS (SELECT 1 FROM {capture.Store} s WHERE {RowMatch.Of(this, capture.Key, "s", row, capture.Key)})";
        return
        [
            $"""
            CREATE TRIGGER {Trigger(capture)} ON {Name(capture.Table)} AFTER INSERT, UPDATE, DELETE AS
            BEGIN
              SET NOCOUNT ON;
              INSERT INTO {capture.Store} ({keys}, i{values}) SELECT {Key("d")}, 1{string.Concat(capture.Kept.Select(c => $", {ToCapture($"d.{Quote(c.Name)}", c)}"))} FROM deleted d WHERE {Missing("d")};
              INSERT INTO {capture.Store} ({keys}, i) SELECT {Key("n")}, 0 FROM inserted n WHERE {Missing("n")};
            END
            """,
        ];
    }

    public override IReadOnlyList<string> EndCapture(CaptureShape capture) => [$"DROP TRIGGER IF EXISTS {Trigger(capture)}"];

    public override string DeleteJoined(string table, string from, string on) => $"DELETE t FROM {table} AS t JOIN {from} ON {on}";

    public override string UpdateJoined(string table, IReadOnlyList<(string Column, string Value)> set, string from, string on) =>
        $"UPDATE t SET {string.Join(", ", set.Select(s => $"{Quote(s.Column)} = {s.Value}"))} FROM {table} AS t JOIN {from} ON {on}";

    public override IReadOnlyList<string> InsertExactly(DbObject table, IReadOnlyList<DbObject> columns, string select)
    {
        var insert = $"INSERT INTO {Name(table)} ({string.Join(", ", columns.Select(c => Quote(c.Name)))}) {select}";
        return columns.Any(c => c.Facet(DbFacets.Identity) is not null)
            ? [$"SET IDENTITY_INSERT {Name(table)} ON", insert, $"SET IDENTITY_INSERT {Name(table)} OFF"]
            : [insert];
    }

    public override string Limit(string query, int most) => $"SELECT TOP ({most.ToString(System.Globalization.CultureInfo.InvariantCulture)}) {query["SELECT ".Length..]}";

    public override (IReadOnlyList<string> Off, IReadOnlyList<string> On) SuspendTriggers(DbObject table, IReadOnlyList<DbObject> triggers)
    {
        var running = triggers.Where(t => t.Facet(SqlServerFacets.Disabled) is null).ToList();
        return (
            [.. running.Select(t => $"ALTER TABLE {Name(table)} DISABLE TRIGGER {Quote(t.Name)}")],
            [.. running.Select(t => $"ALTER TABLE {Name(table)} ENABLE TRIGGER {Quote(t.Name)}")]);
    }

    public override string AsText(string expression, DbObject column) => Bare(column) switch
    {
        "binary" or "varbinary" or "timestamp" or "rowversion" => $"CONVERT(nvarchar(max), {expression}, 1)",
        "image" => $"CONVERT(nvarchar(max), CONVERT(varbinary(max), {expression}), 1)",
        "float" or "real" => $"CONVERT(nvarchar(max), {expression}, 3)",
        "date" or "datetime" or "datetime2" or "smalldatetime" or "datetimeoffset" or "time" => $"CONVERT(nvarchar(max), {expression}, 121)",
        "geometry" or "geography" or "hierarchyid" => $"{expression}.ToString()",
        _ => $"CONVERT(nvarchar(max), {expression})",
    };

    private static string Bytes(string expression, DbObject column) => Bare(column) switch
    {
        "text" => $"CONVERT(varchar(max), {expression})",
        "ntext" => $"CONVERT(nvarchar(max), {expression})",
        _ => expression,
    };

    private static string Collated(string type, DbObject column) =>
        column.Facet(SqlServerFacets.Collation) is { } collation && type.Contains("char", StringComparison.OrdinalIgnoreCase) ? $"{type} COLLATE {collation}" : type;

    private static string Bare(DbObject column) => (column.Facet(DbFacets.Type) ?? "").Split('(')[0].ToLowerInvariant();

    private string Trigger(CaptureShape capture) => $"{Quote(capture.Table.Schema)}.{Quote($"psmigrate_{capture.Name}")}";
}
