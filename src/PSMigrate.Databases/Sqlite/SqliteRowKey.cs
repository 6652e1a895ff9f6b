namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// What tells the rows of a table apart: the row id, or the primary key where there is none or it cannot be named. Tables that
/// PSMigrate keeps rows in have the key in the columns k0, k1, …
/// </summary>
internal sealed class SqliteRowKey(SqliteTableShape shape)
{
    /// <summary>The columns; none where rows cannot be told apart.</summary>
    public IReadOnlyList<string> Columns { get; } = shape.IsVirtual ? []
        : shape.RowId is { } rowId ? [rowId]
        : shape.WithoutRowId || shape.Columns.All(c => c.PrimaryKey == 0 || c.NotNull) ? shape.KeyColumns
        : [];

    /// <summary>The same as the table's definition names them.</summary>
    public IReadOnlyList<string> DeclaredColumns => shape.HasRowIdColumn ? shape.KeyColumns : Columns;

    /// <summary>The same as people know them.</summary>
    public IReadOnlyList<string> Shown => IsHidden ? ["rowid"] : DeclaredColumns;

    public bool IsPossible => Columns.Count > 0;

    /// <summary>True where the key is the row id, whatever it is called.</summary>
    public bool IsRowId => shape.RowId is not null;

    /// <summary>True where the key is no column of the table, so that it must be written besides them.</summary>
    public bool IsHidden => IsRowId && !shape.HasRowIdColumn;

    /// <summary>k0, k1, …</summary>
    public string Names => string.Join(", ", Columns.Select((_, i) => $"k{i}"));

    /// <summary>The columns of a table that keeps rows under this key, and what else it keeps.</summary>
    public string Definition(string more) => IsRowId
        ? $"(k0 INTEGER PRIMARY KEY{more})"
        : $"({string.Join(", ", Columns.Select((k, i) => $"k{i} {Affinity(k)}"))}{more}, PRIMARY KEY ({Names})) WITHOUT ROWID";

    /// <summary>The key of a row of the table.</summary>
    public string Of(string row) => string.Join(", ", Columns.Select(k => $"{row}.{SqliteName.Quote(k)}"));

    /// <summary>True where a kept row is about a row of the table.</summary>
    /// <remarks>
    /// Under a key that takes 'a' for 'A', a row that becomes the other is still two states of it, and what is kept tells them
    /// apart; the first comparison lets SQLite use the table's own index.
    /// </remarks>
    public string Match(string kept, string row) => string.Join(" AND ", Columns.Select((k, i) =>
    {
        var column = $"{row}.{SqliteName.Quote(k)}";
        return IsExact(k) ? $"{column} = {kept}.k{i}" : $"{column} = {kept}.k{i} AND {column} = {kept}.k{i} COLLATE BINARY";
    }));

    /// <summary>True where two states of a row have different keys.</summary>
    public string Differ(string row, string other) => string.Join(" OR ", Columns.Select(k =>
        $"{row}.{SqliteName.Quote(k)} IS NOT {other}.{SqliteName.Quote(k)}{(IsExact(k) ? "" : " COLLATE BINARY")}"));

    /// <summary>False for a joined row that is missing.</summary>
    public string Exists(string row) => $"{row}.{SqliteName.Quote(Columns[0])} IS NOT NULL";

    private bool IsExact(string key) => shape.Columns.FirstOrDefault(c => c.Name == key) is not { Collation: not ("BINARY" or "") };

    /// <summary>
    /// The key's own: between different ones SQLite cannot use the index of what is kept, and would look through all of it for
    /// every row.
    /// </summary>
    private string Affinity(string key) => shape.Columns.FirstOrDefault(c => c.Name == key) is { } column ? shape.AffinityOf(column) : "INTEGER";
}
