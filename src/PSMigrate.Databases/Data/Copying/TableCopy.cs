using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>One table's way from its source to its target.</summary>
/// <param name="Source">The table at the source.</param>
/// <param name="Key">The columns that tell its rows apart and give them an order; none where nothing does.</param>
/// <param name="Columns">Its columns' ways.</param>
/// <param name="Target">The table at the target, as it is or will be.</param>
internal sealed record TableCopy(DbObject Source, IReadOnlyList<DbObject> Key, IReadOnlyList<ColumnCopy> Columns, DbObject Target)
{
    /// <summary>A condition in the source's SQL; null for every row.</summary>
    public string? Where { get; init; }

    /// <summary>What is to be made, where the target is not there; null where it is.</summary>
    public TableDesign? Design { get; init; }

    /// <summary>The written columns that tell the target's rows apart; none where nothing that is written does.</summary>
    public IReadOnlyList<string> TargetKey { get; init; } = [];

    /// <summary>Columns of the target that give their values by themselves, and must go on after those that came.</summary>
    public IReadOnlyList<string> Numbered { get; init; } = [];

    /// <summary>The foreign keys of a table that is there.</summary>
    public IReadOnlyList<DbObject> ForeignKeys { get; init; } = [];

    /// <summary>Tables of the target that this one's rows refer to, by key.</summary>
    public IReadOnlyList<string> RefersTo { get; init; } = [];
}

/// <summary>One column's way.</summary>
internal sealed record ColumnCopy(ReadColumn Read, WrittenColumn Write, FieldRoute Route);
