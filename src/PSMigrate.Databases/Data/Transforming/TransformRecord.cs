using System.Text.Json;
using System.Text.Json.Serialization;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Transforming;

/// <summary>What a transform is about to do, and has done, in the words that its undo needs: announced before anything is written.</summary>
/// <param name="Values">Where the values before and after are kept, among PSMigrate's own tables.</param>
/// <param name="Batches">The list of its batches, there as well.</param>
internal sealed record TransformRecord(string Schema, string Name, IReadOnlyList<string> Key, IReadOnlyList<string> Columns, string Values, string Batches)
{
    /// <summary>What it keeps, by the names that the database has for it: whoever clears away what nobody needs looks for these.</summary>
    public IReadOnlyList<string> Captures { get; init; } = [];

    public IReadOnlyList<string> RemovedCaptures { get; init; } = [];

    public string? RemovedNote { get; init; }

    [JsonIgnore]
    public string FullName => Schema.Length > 0 ? $"{Schema}.{Name}" : Name;

    private static readonly JsonSerializerOptions Options = new(PlanDocument.LineOptions) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>The record of a step, also of one that was only begun; null where nothing had been announced.</summary>
    /// <exception cref="MigrationException">UndoRecordInvalid.</exception>
    public static TransformRecord? Of(HistoryEntry entry)
    {
        var text = entry.UndoRecord.Length > 0 ? entry.UndoRecord : entry.Progress.FirstOrDefault(p => p.UndoPart.Length > 0)?.UndoPart ?? "";
        try
        {
            return text.Length == 0 ? null : JsonSerializer.Deserialize<TransformRecord>(text, Options)!;
        }
        catch (JsonException e)
        {
            throw new MigrationException("UndoRecordInvalid", ErrorKind.Conflict, $"The history's undo record of '{entry.Step}' cannot be read: {e.Message}", e)
            {
                Offender = entry.Step,
                RecommendedAction = "Restore a backup with Restore-MigrationTarget.",
            };
        }
    }
}
