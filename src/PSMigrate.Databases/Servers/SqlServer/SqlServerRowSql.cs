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

    /// <summary>Times in the form that no language or date format reads otherwise.</summary>
    public override string LiteralOf(string expression, DbObject column) => Bare(column) switch
    {
        "bit" or "tinyint" or "smallint" or "int" or "bigint" or "decimal" or "numeric" => $"CONVERT(nvarchar(60), {expression})",
        "float" or "real" => $"CONVERT(nvarchar(60), {expression}, 3)",
        "money" or "smallmoney" => $"CONVERT(nvarchar(60), {expression}, 2)",
        "binary" or "varbinary" or "timestamp" or "rowversion" => $"CONVERT(nvarchar(max), CONVERT(varbinary(max), {expression}), 1)",
        "date" or "datetime" or "datetime2" or "smalldatetime" or "datetimeoffset" or "time" => $"N'''' + CONVERT(nvarchar(60), {expression}, 126) + N''''",
        "uniqueidentifier" => $"N'''' + CONVERT(nvarchar(60), {expression}) + N''''",
        _ => $"N'N''' + REPLACE(CONVERT(nvarchar(max), {expression}), N'''', N'''''') + N''''",
    };

    /// <summary>By their bytes: collations find equal what is not the same, and so do trailing spaces.</summary>
    public override string Same(string one, string other) =>
        $"EXISTS (SELECT CONVERT(varbinary(max), {one}) INTERSECT SELECT CONVERT(varbinary(max), {other}))";

    public override string Same(string one, string other, DbObject column) => Same(Text(one, column), Text(other, column));

    public override string Exactly(string expression, DbObject column) => $"CONVERT(varbinary(max), {Text(expression, column)})";

    /// <summary>Each value's text, with its length before it, so that none can be taken for a part of another, and a sign for NULL that is no length.</summary>
    public override string Hash(IReadOnlyList<(string Expression, DbObject Column)> values) =>
        $"CONVERT(binary(32), HASHBYTES('SHA2_256', {string.Join(" + ", values.Select(v => $"ISNULL(CONVERT(nvarchar(20), DATALENGTH({Text(v.Expression, v.Column)})) + N':' + {Text(v.Expression, v.Column)}, N'~')"))}))";

    public override string HashType => "binary(32)";

    public override string HashLiteral(string digits) => "0x" + digits;

    public override string NoHash => "0x00";

    /// <summary>Two sums of 56 bits of each hash; a sum of so many fits decimal(38).</summary>
    public override string CountAndSum(string hash)
    {
        string Part(int at) => $"CAST(COALESCE(SUM(CAST(CONVERT(bigint, SUBSTRING({hash}, {at}, 7)) AS decimal(38, 0))), 0) AS varchar(40))";
        return $"COUNT_BIG(*), {Part(1)} + ':' + {Part(8)}";
    }

    /// <summary>The catalog has every default in parentheses.</summary>
    public override bool IsConstant(string defaultText)
    {
        var text = defaultText.Trim();
        while (text.StartsWith('(') && text.EndsWith(')'))
        {
            text = text[1..^1].Trim();
        }

        return base.IsConstant(text);
    }

    public override string CaptureType(DbObject column) => TypeOf(column) switch
    {
        "text" => Collated("varchar(max)", column),
        "ntext" => Collated("nvarchar(max)", column),
        "image" => "varbinary(max)",
        "timestamp" or "rowversion" => "binary(8)",
        var type when IsOfAssembly(type) => "varbinary(max)",
        var type when type.StartsWith("xml(", StringComparison.OrdinalIgnoreCase) => "xml",
        var type => Collated(type, column),
    };

    public override string ToCapture(string expression, DbObject column) => TypeOf(column) is var type && (IsOfAssembly(type) || OldTexts.Contains(type) || type.StartsWith("xml(", StringComparison.OrdinalIgnoreCase))
        ? $"CONVERT({CaptureType(column).Split(" COLLATE ")[0]}, {expression})" : expression;

    /// <summary>What a user's own type is another name for comes back by itself.</summary>
    public override string FromCapture(string expression, DbObject column) => TypeOf(column) is var type && (IsOfAssembly(type) || type.StartsWith("xml(", StringComparison.OrdinalIgnoreCase))
        ? $"CONVERT({type}, {expression})" : expression;

    public override bool CanBeKey(DbObject column) =>
        TypeOf(column) is var type && !NotComparable.Contains(type) && !type.EndsWith("(max)", StringComparison.OrdinalIgnoreCase) && !type.StartsWith("xml", StringComparison.OrdinalIgnoreCase) && !IsOfAssembly(type);

    /// <summary>The value of an identity is given once.</summary>
    public override bool CanBeSet(DbObject column) => column.Facet(DbFacets.Identity) is null;

    /// <summary>Under a script's ANSI_PADDING OFF, values would lose the blanks and zeros at their end; the setting ends with the batch it is in.</summary>
    public override string CreateTable(string name, IReadOnlyList<(string Column, string Definition)> columns, IReadOnlyList<string> key) =>
        $"EXEC(N'SET ANSI_PADDING ON; {base.CreateTable(name, columns, key).Replace("'", "''", StringComparison.Ordinal)}')";

    public override IReadOnlyList<string> BeginCapture(CaptureShape capture)
    {
        var keys = string.Join(", ", capture.Key.Select((_, i) => $"k{i}"));
        var values = string.Concat(capture.Kept.Select((_, i) => $", c{i}"));
        string Key(string row) => string.Join(", ", capture.Key.Select(k => ToCapture($"{row}.{Quote(k.Name)}", k)));
        string Missing(string row) => $"NOT EXISTS (SELECT 1 FROM {capture.Store} s WHERE {RowMatch.Of(this, capture.Key, "s", row, capture.Key)})";
        var image = $"\n  INSERT INTO {capture.Store} ({keys}, i{values}) SELECT {Key("d")}, 1{string.Concat(capture.Kept.Select(c => $", {ToCapture($"d.{Quote(c.Name)}", c)}"))} FROM deleted d WHERE {Missing("d")};";
        return
        [
            $"""
            CREATE TRIGGER {Trigger(capture)} ON {Name(capture.Table)} AFTER INSERT, UPDATE, DELETE AS
            BEGIN
              SET NOCOUNT ON; SET ROWCOUNT 0;{(capture.KeysOnly ? "" : image)}
              INSERT INTO {capture.Store} ({keys}, i) SELECT {Key("n")}, 0 FROM inserted n WHERE {Missing("n")};
            END
            """,
            .. capture.KeysOnly ? Array.Empty<string>() : [First(capture)],
        ];
    }

    public override IReadOnlyList<string> EndCapture(CaptureShape capture) => [$"DROP TRIGGER IF EXISTS {Trigger(capture)}"];

    public override string DeleteJoined(string table, string from, string on) => $"DELETE t FROM {table} AS t JOIN {from} ON {on}";

    public override string UpdateJoined(string table, IReadOnlyList<(string Column, string Value)> set, string from, string on) =>
        $"UPDATE t SET {string.Join(", ", set.Select(s => $"{Quote(s.Column)} = {s.Value}"))} FROM {table} AS t JOIN {from} ON {on}";

    public override IReadOnlyList<string> InsertExactly(DbObject table, IReadOnlyList<DbObject> columns, string select)
    {
        var insert = $"INSERT INTO {Name(table)} ({string.Join(", ", columns.Select(c => Quote(c.Name)))}) {select}";
        // One batch: after a row that is refused the setting goes off all the same, and one table at a time may have it.
        return columns.Any(c => c.Facet(DbFacets.Identity) is not null)
            ? [$"SET IDENTITY_INSERT {Name(table)} ON; {insert}; SET IDENTITY_INSERT {Name(table)} OFF"]
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
        "money" or "smallmoney" => $"CONVERT(nvarchar(max), {expression}, 2)",
        "date" or "datetime" or "datetime2" or "smalldatetime" or "datetimeoffset" or "time" => $"CONVERT(nvarchar(max), {expression}, 121)",
        "geometry" or "geography" or "hierarchyid" => $"{expression}.ToString()",
        _ => $"CONVERT(nvarchar(max), {expression})",
    };

    /// <summary>A value as text from which it can be told from every other of its type, whatever the session has set.</summary>
    private static string Text(string expression, DbObject column) => Bare(column) switch
    {
        _ when column.Facet(SqlServerFacets.Encrypted) is not null => $"CASE WHEN {expression} IS NULL THEN NULL ELSE N'1' END",
        "binary" or "varbinary" or "image" or "timestamp" or "rowversion" or "geometry" or "geography" or "hierarchyid" => Bytes($"CONVERT(varbinary(max), {expression})", expression),
        var type when IsOfAssembly(type) => Bytes($"CONVERT(varbinary(max), {expression})", expression),
        // The same bytes are another value of another type.
        "sql_variant" => $"CONVERT(nvarchar(128), SQL_VARIANT_PROPERTY({expression}, 'BaseType')) + N' ' + {Bytes($"CONVERT(varbinary(8000), {expression})", expression)}",
        "float" or "real" => $"CONVERT(nvarchar(60), {expression}, 3)",
        "money" or "smallmoney" => $"CONVERT(nvarchar(60), {expression}, 2)",
        "date" or "datetime" or "datetime2" or "smalldatetime" or "datetimeoffset" or "time" => $"CONVERT(nvarchar(60), {expression}, 121)",
        "bit" or "tinyint" or "smallint" or "int" or "bigint" or "decimal" or "numeric" or "uniqueidentifier" => $"CONVERT(nvarchar(60), {expression})",
        _ => $"CONVERT(nvarchar(max), {expression})",
    };

    /// <summary>128 bits of a hash of bytes, as two numbers: not every server that speaks T-SQL writes bytes as digits.</summary>
    private static string Bytes(string bytes, string expression)
    {
        string Half(int at) => $"CONVERT(nvarchar(20), CONVERT(bigint, SUBSTRING(HASHBYTES('SHA2_256', {bytes}), {at}, 8)))";
        return $"CASE WHEN {expression} IS NULL THEN NULL ELSE {Half(1)} + N',' + {Half(9)} END";
    }

    private static string Collated(string type, DbObject column) =>
        column.Facet(SqlServerFacets.Collation) is { } collation && type.Contains("char", StringComparison.OrdinalIgnoreCase) ? $"{type} COLLATE {collation}" : type;

    /// <summary>The type that the server stores: what a user's own type is another name for.</summary>
    private static string TypeOf(DbObject column) => column.Notes.GetValueOrDefault(SqlServerFacets.BaseType) ?? column.Facet(DbFacets.Type) ?? "nvarchar(max)";

    private static bool IsOfAssembly(string type) => type.StartsWith('[');

    private static string Bare(DbObject column) => TypeOf(column).Split('(')[0].ToLowerInvariant();

    private string Trigger(CaptureShape capture) => $"{Quote(capture.Table.Schema)}.{Quote($"psmigrate_{capture.Name}")}";

    /// <summary>
    /// Before other triggers, which may write to the same rows again: of these the first values are wanted. Servers that only speak
    /// T-SQL may not have the procedure.
    /// </summary>
    private string First(CaptureShape capture)
    {
        var trigger = Literal(Trigger(capture));
        return $"IF OBJECT_ID(N'sys.sp_settriggerorder') IS NOT NULL AND (SELECT COUNT(*) FROM sys.triggers WHERE parent_id = OBJECT_ID({Literal(Name(capture.Table))})) > 1 "
            + $"BEGIN {string.Join(" ", new[] { "INSERT", "UPDATE", "DELETE" }.Select(act => $"EXEC sys.sp_settriggerorder @triggername = {trigger}, @order = 'First', @stmttype = '{act}';"))} END";
    }
}
