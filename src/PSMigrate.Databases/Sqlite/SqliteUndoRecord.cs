using System.Text.Json;
using System.Text.Json.Serialization;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary>One thing that a script did, with what is needed to take it back. They are taken back in reverse order.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(Created), "created")]
[JsonDerivedType(typeof(Dropped), "dropped")]
[JsonDerivedType(typeof(DroppedTable), "droppedTable")]
[JsonDerivedType(typeof(AddedColumn), "addedColumn")]
[JsonDerivedType(typeof(DroppedColumn), "droppedColumn")]
[JsonDerivedType(typeof(RenamedColumn), "renamedColumn")]
[JsonDerivedType(typeof(RenamedTable), "renamedTable")]
[JsonDerivedType(typeof(RebuiltTable), "rebuiltTable")]
[JsonDerivedType(typeof(ChangedRows), "changedRows")]
[JsonDerivedType(typeof(SetPragma), "setPragma")]
[JsonDerivedType(typeof(NotCaptured), "notCaptured")]
internal abstract record SqliteOp
{
    /// <summary>A table, index, view or trigger was created.</summary>
    public sealed record Created(string Kind, string Name) : SqliteOp
    {
        /// <summary>For a table, the fingerprint of its rows when the script ended: others' rows are told by it.</summary>
        public string? Content { get; init; }

        /// <summary>What a table was called when the script ended, where that is known.</summary>
        public string? NameInTheEnd { get; init; }
    }

    /// <summary>An index, view or trigger was dropped.</summary>
    public sealed record Dropped(string Kind, string Name, string Sql) : SqliteOp;

    /// <summary>A table was dropped; its rows are in the capture, its indexes and triggers in the definitions.</summary>
    public sealed record DroppedTable(string Name, string Sql, string Capture, IReadOnlyList<string> Definitions) : SqliteOp
    {
        public long Sequence { get; init; }
    }

    /// <param name="Sql">The table as it was before.</param>
    public sealed record AddedColumn(string Table, string Column, string Sql) : SqliteOp;

    /// <summary>A column was dropped; its values are in the capture, by row.</summary>
    public sealed record DroppedColumn(string Table, string Column, string Sql, string Capture) : SqliteOp;

    public sealed record RenamedColumn(string Table, string From, string To) : SqliteOp;

    /// <param name="Rewrote">True when the rename changed other objects, such as foreign keys and views, so that renaming back must.</param>
    public sealed record RenamedTable(string From, string To, bool Rewrote) : SqliteOp;

    /// <summary>A table was altered in a way that has no inverse of its own; all of it is in the capture.</summary>
    public sealed record RebuiltTable(string Table, string Sql, string Capture) : SqliteOp;

    /// <summary>Rows were inserted, updated or deleted; the capture has the former values by row, and which rows are new.</summary>
    /// <param name="Kinds">insert, update, delete.</param>
    public sealed record ChangedRows(string Table, string Capture, IReadOnlyList<string> Kinds) : SqliteOp
    {
        /// <summary>Fingerprint of these rows when the script ended: what others wrote since is told by it.</summary>
        public string? Content { get; init; }

        /// <summary>The table's AUTOINCREMENT counter before; -1 where there was none.</summary>
        public long Sequence { get; init; } = -1;

        /// <summary>The columns that were set by updates.</summary>
        public IReadOnlyList<string> Columns { get; init; } = [];
    }

    /// <summary>A number in the file's header was set.</summary>
    public sealed record SetPragma(string Name, long Value) : SqliteOp;

    /// <summary>Something was changed that cannot be captured.</summary>
    public sealed record NotCaptured(string What, string Why) : SqliteOp;
}

/// <summary>What a SQL step on SQLite needs to undo itself; kept in its history row, committed with the change.</summary>
internal sealed record SqliteUndoRecord
{
    public IReadOnlyList<SqliteOp> Ops { get; init; } = [];

    /// <summary>The author's rollback as text, before variables are replaced; null where the author gave none.</summary>
    public string? Rollback { get; init; }

    /// <summary>Where the author's rollback stands, for the places in errors.</summary>
    public string? RollbackOrigin { get; init; }

    /// <summary>The objects that were touched, as they were before: name to SQL, null where there was none.</summary>
    public IReadOnlyDictionary<string, string?> Before { get; init; } = new Dictionary<string, string?>();

    private static readonly JsonSerializerOptions Options = new(PlanDocument.LineOptions)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>What a run noted.</summary>
    public static SqliteUndoRecord Of(SqliteScriptRun run) => new()
    {
        Ops = [.. run.Ops],
        Before = run.Structure.Before.ToDictionary(b => b.Key, b => b.Value?.Sql),
    };

    /// <summary>What several pieces of a script noted, in order; an object was before what it was before the first that touched it.</summary>
    public static SqliteUndoRecord Merge(IReadOnlyList<SqliteUndoRecord> pieces)
    {
        var before = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, sql) in pieces.SelectMany(p => p.Before))
        {
            before.TryAdd(name, sql);
        }

        return new SqliteUndoRecord
        {
            Ops = [.. pieces.SelectMany(p => p.Ops)],
            Before = before,
            RemovedCaptures = [.. pieces.SelectMany(p => p.RemovedCaptures)],
            RemovedNote = pieces.Select(p => p.RemovedNote).LastOrDefault(note => note is not null),
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Captures that were removed by force while the step was applied.</summary>
    public IReadOnlyList<string> RemovedCaptures { get; init; } = [];

    /// <summary>When and by whom the last of them was removed.</summary>
    public string? RemovedNote { get; init; }

    /// <summary>The record of a step that is about to be undone.</summary>
    /// <exception cref="MigrationException">UndoRecordInvalid; CaptureRemoved, where no rollback of the author's leads back either.</exception>
    public static SqliteUndoRecord Parse(string text, string step)
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
                : record.Ops.OfType<SqliteOp.NotCaptured>().FirstOrDefault() is { } missing ? $"it changed {missing.What} ({missing.Why})"
                : null;
        }
        catch (MigrationException e)
        {
            return e.Message;
        }
    }

    /// <exception cref="MigrationException">UndoRecordInvalid.</exception>
    public static SqliteUndoRecord Read(string text, string step)
    {
        try
        {
            return text.Length == 0 ? new SqliteUndoRecord() : JsonSerializer.Deserialize<SqliteUndoRecord>(text, Options)!;
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
