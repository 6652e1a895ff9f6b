using System.Text.Json;
using System.Text.Json.Serialization;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>What a SQL step on a server needs to undo itself; kept in its history row, committed with the change where the engine can.</summary>
internal sealed record ServerUndoRecord
{
    private static readonly JsonSerializerOptions Options = new(PlanDocument.LineOptions)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public IReadOnlyList<ServerOp> Ops { get; init; } = [];

    /// <summary>The author's rollback as text, before variables are replaced; null where the author gave none.</summary>
    public string? Rollback { get; init; }

    /// <summary>Where the author's rollback stands, for the places in errors.</summary>
    public string? RollbackOrigin { get; init; }

    /// <summary>Only announced: what this part of a script's progress tells is not done yet.</summary>
    public Intent? Intent { get; init; }

    /// <summary>How many statements of a script are done that was only begun, where that had to be found out.</summary>
    [JsonIgnore]
    public int? DoneStatements { get; init; }

    /// <summary>Captures that were removed by force while the step was applied.</summary>
    public IReadOnlyList<string> RemovedCaptures { get; init; } = [];

    /// <summary>When and by whom the last of them was removed.</summary>
    public string? RemovedNote { get; init; }

    [JsonIgnore]
    public IEnumerable<RowImage> Images => Ops.SelectMany(op => op switch
    {
        ServerOp.Rows rows => [rows.Image],
        ServerOp.Changed changed => changed.Images,
        ServerOp.Created { Left: { } left } => [left],
        _ => Enumerable.Empty<RowImage>(),
    });

    /// <summary>What several pieces of a script noted, each committed by itself, in order.</summary>
    public static ServerUndoRecord Merge(IEnumerable<ServerUndoRecord> pieces)
    {
        var all = pieces.ToList();
        return new ServerUndoRecord
        {
            Ops = [.. all.SelectMany(p => p.Ops)],
            RemovedCaptures = [.. all.SelectMany(p => p.RemovedCaptures)],
            RemovedNote = all.Select(p => p.RemovedNote).LastOrDefault(note => note is not null),
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>The record of a step that is about to be undone.</summary>
    /// <exception cref="MigrationException">UndoRecordInvalid; CaptureRemoved, where no rollback of the author's leads back either.</exception>
    public static ServerUndoRecord Parse(string text, string step)
    {
        var record = Read(text, step);
        return record.RemovedCaptures.Count == 0 || record.Rollback is not null
            ? record
            : throw new MigrationException("CaptureRemoved", ErrorKind.Refused, $"'{step}' can no longer be undone: {record.RemovedNote}.")
            {
                Offender = step,
                RecommendedAction = "Restore a backup with Restore-MigrationTarget, or take the step back by hand.",
            };
    }

    /// <summary>Why an applied step cannot be undone, or null where it can; of the author's rollback it is not known before it is tried.</summary>
    public static string? CannotUndoBecause(HistoryEntry entry)
    {
        try
        {
            var record = Read(entry.UndoRecord, entry.Step);
            return record.Rollback is not null ? null
                : record.RemovedCaptures.Count > 0 ? record.RemovedNote
                : record.Ops.OfType<ServerOp.NotCaptured>().FirstOrDefault() is { } missing ? $"it changed {missing.What} ({missing.Why})"
                : null;
        }
        catch (MigrationException e)
        {
            return e.Message;
        }
    }

    /// <exception cref="MigrationException">UndoRecordInvalid.</exception>
    public static ServerUndoRecord Read(string text, string step)
    {
        try
        {
            return text.Length == 0 ? new ServerUndoRecord() : JsonSerializer.Deserialize<ServerUndoRecord>(text, Options)!;
        }
        catch (JsonException e)
        {
            throw new MigrationException("UndoRecordInvalid", ErrorKind.Conflict, $"The history's undo record of '{step}' cannot be read: {e.Message}", e)
            {
                Offender = step,
                RecommendedAction = "Restore a backup with Restore-MigrationTarget.",
            };
        }
    }
}
