using System.Text.Json;
using System.Text.Json.Serialization;

namespace PSMigrate.Databases.Servers;

/// <summary>What scripts want set for their unit of work; scripts in a row with the same settings may share one.</summary>
internal sealed record UnitSettings
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public TimeSpan? LockTimeout { get; init; }

    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>Statements that must be run before the transaction begins.</summary>
    public IReadOnlyList<string> Outside { get; init; } = [];

    public static UnitSettings Parse(string text) => text.Length == 0 ? new UnitSettings() : JsonSerializer.Deserialize<UnitSettings>(text, Options)!;

    public override string ToString() => LockTimeout is null && StatementTimeout is null && Outside.Count == 0 ? "" : JsonSerializer.Serialize(this, Options);
}
