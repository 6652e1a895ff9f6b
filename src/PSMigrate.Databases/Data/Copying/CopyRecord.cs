using System.Text.Json;
using System.Text.Json.Serialization;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>What a copy is about to do, and has done, in the words that its undo needs: announced before anything is written.</summary>
internal sealed record CopyRecord
{
    public IReadOnlyList<CopiedTable> Tables { get; init; } = [];

    /// <summary>Foreign keys that are taken away while rows come, and made again afterwards.</summary>
    public IReadOnlyList<KeySetAside> SetAside { get; init; } = [];

    /// <summary>What it keeps, by the names that the database has for it: whoever clears away what nobody needs looks for these.</summary>
    public IReadOnlyList<string> Captures { get; init; } = [];

    /// <summary>Lists of chunks that were removed by force: what they told is lost.</summary>
    public IReadOnlyList<string> RemovedCaptures { get; init; } = [];

    public string? RemovedNote { get; init; }

    private static readonly JsonSerializerOptions Options = new(PlanDocument.LineOptions) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>The record of a step, also of one that was only begun; null where nothing had been announced.</summary>
    /// <exception cref="MigrationException">UndoRecordInvalid.</exception>
    public static CopyRecord? Of(HistoryEntry entry)
    {
        var text = entry.UndoRecord.Length > 0 ? entry.UndoRecord : entry.Progress.FirstOrDefault(p => p.UndoPart.Length > 0)?.UndoPart ?? "";
        try
        {
            return text.Length == 0 ? null : JsonSerializer.Deserialize<CopyRecord>(text, Options)!;
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

/// <summary>A foreign key that rows could not keep to while they come, because they refer to rows that come later.</summary>
/// <param name="Key">By which it is found in the structure.</param>
internal sealed record KeySetAside(string Key, IReadOnlyList<string> Off, IReadOnlyList<string> On);

/// <summary>One table that rows were copied into. It had none before.</summary>
/// <param name="Source">Its name where the rows came from.</param>
/// <param name="Columns">The columns that were written, in their order.</param>
/// <param name="Chunks">The list of its chunks, among PSMigrate's own tables.</param>
internal sealed record CopiedTable(string Source, string Schema, string Name, IReadOnlyList<string> Columns, string Chunks)
{
    /// <summary>The forms in which they were written: what was written is told apart by how it is read again.</summary>
    public required IReadOnlyList<DataForm> Forms { get; init; }

    /// <summary>The columns that tell its rows apart; none where nothing does.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>True where the copy made it.</summary>
    public bool IsMade { get; init; }

    /// <summary>The columns that were written, as they are now, in the forms in which they were written; null where one of them is gone.</summary>
    public IReadOnlyList<ReadColumn>? Read(DbObject table, DbStructure structure, DataDoor door)
    {
        var present = structure.ColumnsOf(table.Key);
        var columns = Columns.Zip(Forms, (name, form) => present.FirstOrDefault(c => c.Name == name) is { } column ? new ReadColumn(name, door.TypeOf(column, structure) with { Form = form }) : null).ToList();
        return columns.Contains(null) ? null : [.. columns.Select(c => c!)];
    }

    [JsonIgnore]
    public string FullName => Schema.Length > 0 ? $"{Schema}.{Name}" : Name;
}
