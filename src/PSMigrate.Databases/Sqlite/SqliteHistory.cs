using System.Globalization;
using System.Text.Json;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The history in the database itself, in the tables psmigrate_history and psmigrate_state, and psmigrate_progress for steps without
/// a transaction. They are created with the first record, in the same unit of work as the step that it records.
/// </summary>
internal sealed class SqliteHistory(Func<SqliteSession> session) : IHistory
{
    private const string HistoryTable = "psmigrate_history";
    private const string StateTable = "psmigrate_state";
    private const string ProgressTable = "psmigrate_progress";

    /// <summary>Raised whenever an older version could misread what this one writes. Format 1 was never released.</summary>
    private const int Format = 2;

    private const string CreateHistory = $"""
        CREATE TABLE IF NOT EXISTS main.{HistoryTable} (
          sequence INTEGER PRIMARY KEY,
          run_id TEXT NOT NULL,
          plan_name TEXT NOT NULL,
          plan_hash TEXT NOT NULL,
          step TEXT NOT NULL,
          kind TEXT NOT NULL,
          checksum TEXT NOT NULL,
          applied_at TEXT NOT NULL,
          duration_ms INTEGER NOT NULL,
          applied_by TEXT NOT NULL,
          state_path TEXT NOT NULL,
          undo_record TEXT NOT NULL,
          undo_proved INTEGER NOT NULL,
          position INTEGER NOT NULL,
          is_begun INTEGER NOT NULL,
          undone_by_run TEXT,
          undone_at TEXT
        )
        """;

    private const string CreateState = $"CREATE TABLE IF NOT EXISTS main.{StateTable} (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID";

    private const string CreateProgress = $"""
        CREATE TABLE IF NOT EXISTS main.{ProgressTable} (
          id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, came_to TEXT NOT NULL, undo_part TEXT NOT NULL)
        """;

    private const string Insert = $"""
        INSERT OR REPLACE INTO main.{HistoryTable} (sequence, run_id, plan_name, plan_hash, step, kind, checksum, applied_at, duration_ms,
          applied_by, state_path, undo_record, undo_proved, position, is_begun, undone_by_run, undone_at)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
        """;

    private bool created;

    public Task<IReadOnlyList<HistoryEntry>> ReadAsync(CancellationToken cancel)
    {
        if (!Exists())
        {
            return Task.FromResult<IReadOnlyList<HistoryEntry>>([]);
        }

        return Task.FromResult<IReadOnlyList<HistoryEntry>>(session().List(
            $"""
            SELECT sequence, run_id, plan_name, plan_hash, step, kind, checksum, applied_at, duration_ms, applied_by, state_path,
              undo_proved, position, is_begun, undone_by_run, undone_at FROM main.{HistoryTable} ORDER BY sequence
            """,
            row => new HistoryEntry
            {
                Sequence = row.Long(0),
                RunId = row.RequiredText(1),
                PlanName = row.RequiredText(2),
                PlanHash = row.RequiredText(3),
                Step = row.RequiredText(4),
                Kind = row.RequiredText(5),
                Checksum = row.RequiredText(6),
                AppliedAt = ParseTime(row.RequiredText(7)),
                Duration = TimeSpan.FromMilliseconds(row.Long(8)),
                AppliedBy = row.RequiredText(9),
                StatePath = row.RequiredText(10),
                UndoProved = row.Long(11) != 0,
                Position = (int)row.Long(12),
                IsBegun = row.Long(13) != 0,
                UndoneByRun = row.Text(14),
                UndoneAt = row.Text(15) is { } at ? ParseTime(at) : null,
            }));
    }

    public Task<HistoryEntry> ReadUndoRecordAsync(HistoryEntry entry, CancellationToken cancel) => Task.FromResult(entry with
    {
        UndoRecord = session().Text($"SELECT undo_record FROM main.{HistoryTable} WHERE sequence = ?1", entry.Sequence) ?? "",
        Progress = entry.IsBegun && HasTable(ProgressTable)
            ? session().List($"SELECT came_to, undo_part FROM main.{ProgressTable} WHERE entry = ?1 ORDER BY id",
                row => new StepProgress(row.RequiredText(0), row.RequiredText(1)), entry.Sequence)
            : [],
    });

    public Task<HistoryEntry> RecordAsync(HistoryEntry entry, CancellationToken cancel)
    {
        Create();
        session().Execute(Insert, entry.Sequence > 0 ? entry.Sequence : null, entry.RunId, entry.PlanName, entry.PlanHash, entry.Step, entry.Kind,
            entry.Checksum, TimeText(entry.AppliedAt), (long)entry.Duration.TotalMilliseconds, entry.AppliedBy, entry.StatePath, entry.UndoRecord,
            entry.UndoProved, entry.Position, entry.IsBegun, entry.UndoneByRun, entry.UndoneAt is { } at ? TimeText(at) : null);
        if (entry.Sequence > 0)
        {
            if (!entry.IsBegun)
            {
                ForgetProgress(entry);
            }

            return Task.FromResult(entry);
        }

        return Task.FromResult(entry with { Sequence = session().Long("SELECT last_insert_rowid()") });
    }

    public Task KeepProgressAsync(HistoryEntry entry, StepProgress progress, CancellationToken cancel)
    {
        session().Execute(CreateProgress);
        session().Execute($"INSERT INTO main.{ProgressTable} (entry, came_to, undo_part) VALUES (?1, ?2, ?3)", entry.Sequence, progress.At, progress.UndoPart);
        return Task.CompletedTask;
    }

    public Task MarkUndoneAsync(HistoryEntry entry, string byRun, DateTimeOffset at, CancellationToken cancel)
    {
        session().Execute($"UPDATE main.{HistoryTable} SET undone_by_run = ?1, undone_at = ?2 WHERE sequence = ?3", byRun, TimeText(at), entry.Sequence);
        ForgetProgress(entry);
        return Task.CompletedTask;
    }

    public Task RecordBaselineAsync(Baseline baseline, string runId, CancellationToken cancel)
    {
        if (!Exists())
        {
            // Nothing has ever been recorded here (a run failed at its first step): there is nothing to compare with later.
            return Task.CompletedTask;
        }

        var last = session().Long($"SELECT max(sequence) FROM main.{HistoryTable}");
        session().Execute($"INSERT OR REPLACE INTO main.{StateTable} (key, value) VALUES ('baseline', ?1)",
            JsonSerializer.Serialize(new RecordedBaseline(baseline, runId, last), PlanDocument.LineOptions));
        return Task.CompletedTask;
    }

    public Task<RecordedBaseline?> ReadBaselineAsync(CancellationToken cancel) => Task.FromResult(
        Exists() && session().Text($"SELECT value FROM main.{StateTable} WHERE key = 'baseline'") is { } text
            ? JsonSerializer.Deserialize<RecordedBaseline>(text, PlanDocument.LineOptions)
            : null);

    /// <summary>After a rollback the tables may be gone again.</summary>
    public void Forget() => created = false;

    private void Create()
    {
        if (created)
        {
            return;
        }

        RequireFormat();
        session().Execute(CreateHistory);
        session().Execute(CreateState);
        session().Execute($"INSERT OR IGNORE INTO main.{StateTable} (key, value) VALUES ('format', ?1)", Format.ToString(CultureInfo.InvariantCulture));
        created = true;
    }

    private void ForgetProgress(HistoryEntry entry)
    {
        if (HasTable(ProgressTable))
        {
            session().Execute($"DELETE FROM main.{ProgressTable} WHERE entry = ?1", entry.Sequence);
        }
    }

    private bool HasTable(string name) => session().Long("SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?1", name) > 0;

    private bool Exists()
    {
        if (!HasTable(HistoryTable))
        {
            return false;
        }

        RequireFormat();
        return true;
    }

    private void RequireFormat()
    {
        if (!HasTable(StateTable))
        {
            return;
        }

        var found = session().Text($"SELECT value FROM main.{StateTable} WHERE key = 'format'");
        if (!int.TryParse(found, NumberStyles.None, CultureInfo.InvariantCulture, out var format) || format > Format)
        {
            throw new MigrationException("HistoryNewer", ErrorKind.NotSupported,
                $"The history in {session().File} has the format '{found}'; this version knows up to '{Format}'.")
            {
                Offender = session().File,
                RecommendedAction = "Use the version of PSMigrate that wrote it, or a later one.",
            };
        }

        if (format < Format)
        {
            throw new MigrationException("HistoryOlder", ErrorKind.NotSupported,
                $"The history in {session().File} has the format '{found}', which was never released; this version reads '{Format}'.")
            {
                Offender = session().File,
                RecommendedAction = "Undo with the version that wrote it, or restore a backup of before it, and begin again.",
            };
        }
    }

    private static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset ParseTime(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
