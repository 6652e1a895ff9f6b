using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql.Backups;

/// <summary>
/// How a column's values are read as bytes and given back, so that each comes back as it was: characters in the column's own character set,
/// numbers with all their digits, what has a text form as that, all else as it is stored.
/// </summary>
internal sealed class MySqlColumnForm(DbObject column, string type)
{
    public const string Bytes = "bytes";
    public const string Plain = "plain";
    public const string Number = "number";

    public string Name => column.Name;

    /// <summary>One of the words above, or a character set.</summary>
    public string Type => type;

    /// <param name="characterSet">The column's; null where it has none.</param>
    public static MySqlColumnForm Of(DbObject column, string dataType, string? characterSet) => new(column, dataType.ToLowerInvariant() switch
    {
        "char" or "varchar" or "tinytext" or "text" or "mediumtext" or "longtext" => characterSet ?? "utf8mb4",
        "json" => "utf8mb4",
        "bit" or "enum" or "set" => Number,
        "binary" or "varbinary" or "tinyblob" or "blob" or "mediumblob" or "longblob" or "vector"
            or "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geometrycollection" or "geomcollection" => Bytes,
        "float" => "float",
        _ => Plain,
    });

    public string Read()
    {
        var name = MySqlName.Quote(column.Name);
        return type switch
        {
            Bytes => name,
            Number => $"CAST(CAST({name} AS UNSIGNED) AS BINARY)",
            // A float is shown with six digits; as a double it has all of them.
            "float" => $"CAST(CAST({name} AS DOUBLE) AS BINARY)",
            Plain => $"CAST(CAST({name} AS CHAR) AS BINARY)",
            _ => $"CAST({name} AS BINARY)",
        };
    }

    /// <param name="parameter">The bytes.</param>
    public static string Write(string type, string parameter) => type switch
    {
        Bytes => parameter,
        Number => $"CAST({parameter} AS UNSIGNED)",
        "float" or Plain => $"CONVERT({parameter} USING utf8mb4)",
        _ => $"CONVERT({parameter} USING {type})",
    };
}
