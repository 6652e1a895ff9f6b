using System.Data.Common;
using System.Globalization;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>A row of the catalog, by the names of its columns: numbers of any width, flags of any type.</summary>
internal readonly struct SqlServerRow(DbDataReader reader)
{
    public string? Text(string column) => Value(column) is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    public string Name(string column) => Text(column) ?? throw new InvalidOperationException($"The catalog has no value in {column}.");

    public long Number(string column) => OptionalNumber(column) ?? 0;

    public long? OptionalNumber(string column) => Value(column) is { } value ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null;

    public int Id(string column) => (int)Number(column);

    public bool Flag(string column) => Number(column) != 0;

    public string? YesIf(string column) => Flag(column) ? SqlServerFacets.Yes : null;

    public object? Value(string column) => reader[column] is var value and not DBNull ? value : null;
}
