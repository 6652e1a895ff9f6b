using System.Text.Json.Serialization;

namespace PSMigrate.Databases.Servers;

/// <summary>Where a sequence, or a table that numbers its rows, stands.</summary>
/// <param name="IsCalled">False where the value is still to be given out.</param>
internal sealed record SequenceValue(string Schema, string Name, string Value, bool IsCalled)
{
    /// <summary>What stays the same when it is renamed; empty where there is no such thing.</summary>
    [JsonIgnore]
    public string Id { get; init; } = "";

    /// <summary>The step from one value to the next.</summary>
    [JsonIgnore]
    public long Increment { get; init; } = 1;

    [JsonIgnore]
    public string FullName => Schema.Length > 0 ? $"{Schema}.{Name}" : Name;

    /// <summary>How many steps it is ahead of another state of the same sequence.</summary>
    public decimal StepsAhead(SequenceValue other) =>
        ((Number(Value) - Number(other.Value)) / (Increment == 0 ? 1 : Increment)) + (IsCalled ? 1 : 0) - (other.IsCalled ? 1 : 0);

    private static decimal Number(string value) => decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
}
