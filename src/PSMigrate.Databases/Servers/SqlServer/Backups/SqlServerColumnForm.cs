using System.Data.SqlTypes;
using System.Globalization;
using System.Text;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Backups;

/// <summary>
/// How a column's values are written as bytes and given back, so that each comes back as it was: characters as UTF-8, what has no better form
/// as it is stored, numbers and times as text that no setting changes, and a sql_variant with its type before it.
/// </summary>
internal sealed class SqlServerColumnForm(DbObject column)
{
    public const string Characters = "text";
    public const string Stored = "bytes";
    public const string Plain = "plain";
    public const string Variant = "variant";

    /// <summary>Between the type and the value of a sql_variant.</summary>
    private const char Separator = '|';

    private readonly string type = column.Notes.GetValueOrDefault(SqlServerFacets.BaseType) ?? column.Facet(DbFacets.Type) ?? "nvarchar(max)";

    public string Name => column.Name;

    private string Bare => type.Split('(')[0].ToLowerInvariant();

    private bool IsOfAssembly => type.StartsWith('[') || Bare is "geometry" or "geography" or "hierarchyid";

    /// <summary>One of the words above.</summary>
    public string Form => Bare switch
    {
        "char" or "varchar" or "nchar" or "nvarchar" or "text" or "ntext" or "sysname" or "xml" or "json" or "vector" => Characters,
        "sql_variant" => Variant,
        _ when IsOfAssembly => Stored,
        "binary" or "varbinary" or "image" => Stored,
        _ => Plain,
    };

    /// <summary>What is selected; of a sql_variant its type comes first.</summary>
    public IReadOnlyList<string> Read()
    {
        var name = SqlServerName.Quote(column.Name);
        return Form switch
        {
            Stored when IsOfAssembly => [$"CONVERT(varbinary(max), {name})"],
            Characters when Bare is "xml" or "json" or "vector" => [$"CONVERT(nvarchar(max), {name})"],
            Variant => [TypeOfVariant(name), name],
            _ => [name],
        };
    }

    /// <param name="value">As the driver's own types have it.</param>
    /// <param name="variantType">The first of what was selected of a sql_variant.</param>
    public byte[] Encode(object value, string? variantType) => Form switch
    {
        Stored => value is SqlBinary binary ? binary.Value : (byte[])value,
        Variant => Encoding.UTF8.GetBytes(variantType + Separator + Shown(value)),
        _ => Encoding.UTF8.GetBytes(Shown(value)),
    };

    /// <summary>The value in a statement that inserts it, by a parameter, and what the parameter is given.</summary>
    public (string Expression, object Value) Write(byte[] bytes, string parameter)
    {
        if (Form == Stored)
        {
            return (IsOfAssembly ? $"CONVERT({type}, {parameter})" : parameter, bytes);
        }

        var text = Encoding.UTF8.GetString(bytes);
        if (Form == Variant)
        {
            var at = text.IndexOf(Separator, StringComparison.Ordinal);
            var variantType = text[..at];
            return variantType.Contains("binary", StringComparison.Ordinal)
                ? ($"CONVERT({variantType}, {parameter})", Convert.FromHexString(text[(at + 1)..]))
                : ($"CONVERT({variantType}, {parameter})", text[(at + 1)..]);
        }

        return (Form == Plain ? $"CONVERT({type}, {parameter})" : parameter, text);
    }

    /// <summary>What a bulk copy sends; null where the server must convert it.</summary>
    public Type? BulkType => IsOfAssembly || Form == Variant ? null : Form switch
    {
        Characters => typeof(string),
        Stored => typeof(byte[]),
        _ => Bare switch
        {
            "bit" => typeof(bool),
            "tinyint" => typeof(byte),
            "smallint" => typeof(short),
            "int" => typeof(int),
            "bigint" => typeof(long),
            "decimal" or "numeric" => typeof(SqlDecimal),
            "money" or "smallmoney" => typeof(decimal),
            "float" => typeof(double),
            "real" => typeof(float),
            "date" or "datetime" or "datetime2" or "smalldatetime" => typeof(DateTime),
            "datetimeoffset" => typeof(DateTimeOffset),
            "time" => typeof(TimeSpan),
            "uniqueidentifier" => typeof(Guid),
            _ => null,
        },
    };

    public object Decode(byte[] bytes)
    {
        if (Form == Stored)
        {
            return bytes;
        }

        var text = Encoding.UTF8.GetString(bytes);
        return Form == Characters ? text : Bare switch
        {
            "bit" => text == "1",
            "decimal" or "numeric" => SqlDecimal.Parse(text),
            "date" or "datetime" or "datetime2" or "smalldatetime" => DateTime.Parse(text, CultureInfo.InvariantCulture),
            "datetimeoffset" => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture),
            "time" => TimeSpan.Parse(text, CultureInfo.InvariantCulture),
            "uniqueidentifier" => Guid.Parse(text),
            _ => Convert.ChangeType(text, BulkType!, CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The type of a value as a definition has it.</summary>
    private static string TypeOfVariant(string name)
    {
        string Property(string what) => $"CONVERT(nvarchar(128), SQL_VARIANT_PROPERTY({name}, '{what}'))";
        var bare = Property("BaseType");
        return $"{bare} + CASE WHEN {bare} IN ('char', 'varchar', 'binary', 'varbinary') THEN '(' + {Property("MaxLength")} + ')' WHEN {bare} IN ('nchar', 'nvarchar') THEN '(' + CONVERT(nvarchar(10), CONVERT(int, SQL_VARIANT_PROPERTY({name}, 'MaxLength')) / 2) + ')' "
            + $"WHEN {bare} IN ('decimal', 'numeric') THEN '(' + {Property("Precision")} + ',' + {Property("Scale")} + ')' WHEN {bare} IN ('datetime2', 'datetimeoffset', 'time') THEN '(' + {Property("Scale")} + ')' ELSE '' END";
    }

    /// <summary>datetime takes three digits of a second and no more.</summary>
    private static string Shown(object value) => value switch
    {
        string text => text,
        SqlString text => text.Value,
        SqlBoolean flag => flag.Value ? "1" : "0",
        bool flag => flag ? "1" : "0",
        SqlDecimal number => number.ToString(),
        SqlMoney number => number.ToDecimal().ToString(CultureInfo.InvariantCulture),
        SqlDouble number => number.Value.ToString("R", CultureInfo.InvariantCulture),
        SqlSingle number => number.Value.ToString("R", CultureInfo.InvariantCulture),
        SqlDateTime time => time.Value.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture),
        SqlGuid guid => guid.Value.ToString("D"),
        SqlBinary binary => Convert.ToHexString(binary.Value),
        DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexString(bytes),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
