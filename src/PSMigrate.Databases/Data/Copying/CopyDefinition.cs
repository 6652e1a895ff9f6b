using System.Text.Json;
using System.Text.Json.Serialization;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>What an author wrote under <c>copy:</c>, as data.</summary>
public sealed record CopyDefinition
{
    /// <summary>The name of the target in the plan that rows come from.</summary>
    public required string From { get; init; }

    /// <summary>Names of tables, or patterns with * and ?; with or without a schema.</summary>
    public IReadOnlyList<string> Tables { get; init; } = ["*"];

    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The schema that the tables are in at the target; null for the engine's own.</summary>
    public string? Into { get; init; }

    /// <summary>Makes tables that are missing, with their keys, indexes and foreign keys.</summary>
    public bool Create { get; init; }

    /// <summary>What is different for some tables, by their names at the source.</summary>
    public IReadOnlyDictionary<string, TableMap> Map { get; init; } = new SortedDictionary<string, TableMap>(StringComparer.Ordinal);

    /// <summary>How many rows are committed together at most.</summary>
    public int ChunkRows { get; init; } = 50_000;

    /// <summary>Reads what was written again at the end, and compares.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>How many tables are copied at the same time; null for as many as there are processors.</summary>
    public int? Parallel { get; init; }

    private static readonly JsonSerializerOptions Options = new(PlanDocument.LineOptions) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static CopyDefinition Parse(string json) => JsonSerializer.Deserialize<CopyDefinition>(json, Options)!;
}

/// <summary>How one table is copied.</summary>
public sealed record TableMap
{
    /// <summary>Its name at the target, with or without a schema; null for the same.</summary>
    public string? To { get; init; }

    /// <summary>A condition in the source's SQL: only these rows. The table is <c>t</c>.</summary>
    public string? Where { get; init; }

    /// <summary>Columns at the source, or new ones that have an expression, by name.</summary>
    public IReadOnlyDictionary<string, ColumnMap> Columns { get; init; } = new SortedDictionary<string, ColumnMap>(StringComparer.Ordinal);
}

/// <summary>How one column is copied.</summary>
public sealed record ColumnMap
{
    /// <summary>Its name at the target; null for the same.</summary>
    public string? To { get; init; }

    /// <summary>Left out: the target's default stands.</summary>
    public bool Skip { get; init; }

    /// <summary>What is read instead of the column, in the source's SQL; the table is <c>t</c>.</summary>
    public string? Expression { get; init; }
}
