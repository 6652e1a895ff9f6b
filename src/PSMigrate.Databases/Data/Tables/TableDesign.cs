namespace PSMigrate.Databases.Data;

/// <summary>A table as it is to be made by another engine: what all engines know of tables, and nothing that only one does.</summary>
public sealed record TableDesign(string Schema, string Name)
{
    public IReadOnlyList<ColumnDesign> Columns { get; init; } = [];

    /// <summary>The columns of the primary key; none where there is none.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    public IReadOnlyList<IndexDesign> Indexes { get; init; } = [];

    public IReadOnlyList<ForeignKeyDesign> ForeignKeys { get; init; } = [];

    /// <summary>What the other engine's table has and this one will not have, in words.</summary>
    public IReadOnlyList<string> NotMade { get; init; } = [];

    public string FullName => Schema.Length > 0 ? $"{Schema}.{Name}" : Name;
}

/// <param name="Type">As a definition has it.</param>
/// <param name="Default">An expression that every engine reads the same way; null for none.</param>
/// <param name="IsIdentity">The engine gives the value by itself where none is given.</param>
public sealed record ColumnDesign(string Name, string Type, bool IsNullable, string? Default, bool IsIdentity);

/// <param name="IsKey">A unique constraint rather than an index.</param>
public sealed record IndexDesign(string Name, IReadOnlyList<string> Columns, bool IsUnique, bool IsKey)
{
    /// <summary>The columns of it that go from the greatest value to the least.</summary>
    public IReadOnlySet<string> Descending { get; init; } = new HashSet<string>();
}

/// <param name="OnDelete">NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT.</param>
public sealed record ForeignKeyDesign(string Name, IReadOnlyList<string> Columns, string ReferredSchema, string ReferredTable, IReadOnlyList<string> ReferredColumns, string OnDelete, string OnUpdate);
