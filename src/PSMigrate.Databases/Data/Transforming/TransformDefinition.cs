using System.Text.Json;
using System.Text.Json.Serialization;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Data.Transforming;

/// <summary>What an author wrote under <c>transform:</c>, as data.</summary>
public sealed record TransformDefinition
{
    /// <summary>With or without a schema.</summary>
    public required string Table { get; init; }

    /// <summary>Expressions in the target's SQL, by the column that they give a new value.</summary>
    public required IReadOnlyDictionary<string, string> Set { get; init; }

    /// <summary>A condition in the target's SQL: only these rows; null for all. It should be false once a row is done.</summary>
    public string? Where { get; init; }

    /// <summary>How many rows are changed together at first; after that it is what can be done in about a second.</summary>
    public int BatchRows { get; init; } = 5_000;

    private static readonly JsonSerializerOptions Options = new(PlanDocument.LineOptions) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static TransformDefinition Parse(string json) => JsonSerializer.Deserialize<TransformDefinition>(json, Options)!;
}
