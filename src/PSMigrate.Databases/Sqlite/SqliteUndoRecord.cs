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
        /// <summary>The rows that the script left in a new table, where there are any: what others wrote since is told by them.</summary>
        public SqliteLeftRows? Left { get; init; }

        /// <summary>What a table was called when the script ended, where that is known.</summary>
        public string? NameInTheEnd { get; init; }

        /// <summary>True for a table that stands in another's place, where a key means the same row in both.</summary>
        public bool HasFormerKeys { get; init; }
    }

    /// <summary>An index, view or trigger was dropped.</summary>
    public sealed record Dropped(string Kind, string Name, string Sql) : SqliteOp;

    /// <summary>Something that left a capture.</summary>
    /// <param name="Table">What the table was called at that time.</param>
    /// <param name="Capture">The table in which the rows are kept.</param>
    public abstract record Capturing(string Table, string Capture) : SqliteOp
    {
        /// <summary>The columns whose values are kept, in order.</summary>
        public IReadOnlyList<string> Kept { get; init; } = [];

        /// <summary>The columns that tell the rows apart, k0, k1, … in the capture.</summary>
        public IReadOnlyList<string> By { get; init; } = [];

        /// <summary>True where these are the row id and no column of the table.</summary>
        public bool ByRowId { get; init; }

        /// <summary>How many rows are kept, and the sum of their hashes: a capture that was altered gives others.</summary>
        public long Rows { get; init; }

        public string? Sum { get; init; }

        /// <summary>The columns of the table in the end, over which the capture has a hash of each row as the script left it; null where it has none.</summary>
        public IReadOnlyList<string>? Left { get; init; }
    }

    /// <summary>A table was dropped; its rows are in the capture, its indexes and triggers in the definitions.</summary>
    public sealed record DroppedTable(string Table, string Sql, string Capture, IReadOnlyList<string> Definitions) : Capturing(Table, Capture)
    {
        public long Sequence { get; init; }

        /// <summary>The key that it declared, where it tells every row apart.</summary>
        public IReadOnlyList<string> Key { get; init; } = [];
    }

    /// <param name="Sql">The table as it was before.</param>
    /// <param name="Former">The columns that it had before.</param>
    public sealed record AddedColumn(string Table, string Column, string Sql, IReadOnlyList<string> Former) : SqliteOp;

    /// <summary>A column was dropped; its values are in the capture, by row.</summary>
    /// <param name="Former">The columns with values of their own that the table had before.</param>
    public sealed record DroppedColumn(string Table, string Column, string Sql, string Capture, IReadOnlyList<string> Former) : Capturing(Table, Capture);

    public sealed record RenamedColumn(string Table, string From, string To) : SqliteOp;

    /// <param name="Rewrote">True when the rename changed other objects, such as foreign keys and views, so that renaming back must.</param>
    public sealed record RenamedTable(string From, string To, bool Rewrote) : SqliteOp;

    /// <summary>A table was altered in a way that has no inverse of its own; all of it is in the capture.</summary>
    public sealed record RebuiltTable(string Table, string Sql, string Capture) : Capturing(Table, Capture);

    /// <summary>Rows were inserted, updated or deleted; the capture has the former values by row, and which rows are new.</summary>
    /// <param name="Kinds">insert, update, delete.</param>
    public sealed record ChangedRows(string Table, string Capture, IReadOnlyList<string> Kinds) : Capturing(Table, Capture)
    {
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

/// <summary>The rows of a new table as the script left them, by their hashes.</summary>
/// <param name="Columns">The columns over which each row has its hash.</param>
internal sealed record SqliteLeftRows(IReadOnlyList<string> Columns)
{
    /// <summary>By row id, where there are few.</summary>
    public IReadOnlyDictionary<long, string>? Few { get; init; }

    /// <summary>The table that keeps them, where there are many or the key is not the row id.</summary>
    public string? Capture { get; init; }

    /// <summary>Number and sum of what the table keeps; of the rows themselves where they cannot be told apart.</summary>
    public long Rows { get; init; }

    public string? Sum { get; init; }
}

/// <summary>What a SQL step on SQLite needs to undo itself; kept in its history row, committed with the change.</summary>
internal sealed record SqliteUndoRecord
{
    public IReadOnlyList<SqliteOp> Ops { get; init; } = [];

    /// <summary>What each piece noted, where a script was committed in pieces.</summary>
    public IReadOnlyList<SqliteUndoRecord> Pieces { get; init; } = [];

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

    /// <summary>
    /// What several pieces of a script noted, each committed by itself, in order; an object was before what it was before the first
    /// that touched it. They are taken back one after the other, because each knows the rows as it left them itself.
    /// </summary>
    public static SqliteUndoRecord Merge(IReadOnlyList<SqliteUndoRecord> pieces)
    {
        var before = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, sql) in pieces.SelectMany(p => p.Before))
        {
            before.TryAdd(name, sql);
        }

        return new SqliteUndoRecord
        {
            Pieces = [.. pieces.Where(p => p.Ops.Count > 0)],
            Before = before,
            RemovedCaptures = [.. pieces.SelectMany(p => p.RemovedCaptures)],
            RemovedNote = pieces.Select(p => p.RemovedNote).LastOrDefault(note => note is not null),
        };
    }

    /// <summary>The record itself where it is of one piece.</summary>
    [JsonIgnore]
    public IReadOnlyList<SqliteUndoRecord> AllPieces => Pieces.Count > 0 ? Pieces : [this];

    [JsonIgnore]
    public IEnumerable<SqliteOp> AllOps => AllPieces.SelectMany(p => p.Ops);

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
                : record.AllOps.OfType<SqliteOp.NotCaptured>().FirstOrDefault() is { } missing ? $"it changed {missing.What} ({missing.Why})"
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
