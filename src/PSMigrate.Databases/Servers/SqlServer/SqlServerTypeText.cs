using System.Globalization;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>Writes a data type as a definition has it.</summary>
internal static class SqlServerTypeText
{
    private const int BytesPerCharacter = 2;
    private const int VectorHead = 8;
    private const int BytesPerDimension = 4;

    public static string Of(string name, string? userSchema, int maxLength, int precision, int scale) => userSchema is not null
        ? SqlServerName.Quote(userSchema, name)
        : name switch
        {
            "varchar" or "char" or "binary" or "varbinary" => $"{name}({Length(maxLength, 1)})",
            "nvarchar" or "nchar" => $"{name}({Length(maxLength, BytesPerCharacter)})",
            "decimal" or "numeric" => string.Create(CultureInfo.InvariantCulture, $"{name}({precision},{scale})"),
            "datetime2" or "time" or "datetimeoffset" => string.Create(CultureInfo.InvariantCulture, $"{name}({scale})"),
            "vector" => string.Create(CultureInfo.InvariantCulture, $"{name}({(maxLength - VectorHead) / BytesPerDimension})"),
            _ => name,
        };

    private static string Length(int bytes, int each) => bytes < 0 ? "max" : (bytes / each).ToString(CultureInfo.InvariantCulture);
}
