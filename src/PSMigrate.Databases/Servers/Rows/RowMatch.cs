using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Rows;

/// <summary>Conditions over the rows of a capture and of its table.</summary>
internal static class RowMatch
{
    /// <summary>True where both are the same row by key.</summary>
    /// <param name="names">The key's columns as the table has them now.</param>
    public static string Of(RowSql sql, IReadOnlyList<DbObject> key, string captured, string present, IReadOnlyList<DbObject> names) =>
        string.Join(" AND ", key.Select((k, i) => $"{captured}.k{i} = {sql.ToCapture($"{present}.{sql.Quote(names[i].Name)}", k)}"));
}
