using System.Globalization;
using System.Text.Json;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The history in the database itself, in the tables psmigrate_history and psmigrate_state. They are created with the first
/// record, in the same unit of work as the step that it records.
/// </summary>
internal sealed class SqliteHistory(Func<SqliteSession> session) : IHistory
{
    private const string HistoryTable = "psmigrate_history";
    private const string StateTable = "psmigrate_state";

    /// <summary>Raised whenever an older version could misread what this one writes.</summary>
    private const int Format = 1;

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
          undone_by_run TEXT,
          undone_at TEXT
        )
        """;

    private const string CreateState = $"CREATE TABLE IF NOT EXISTS main.{StateTable} (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID";

    private const string Insert = $"""
        INSERT INTO main.{HistoryTable} (run_id, plan_name, plan_hash, step, kind, checksum, applied_at, duration_ms, applied_by,
          state_path, undo_record, undo_proved) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
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
              undo_proved, undone_by_run, undone_at FROM main.{HistoryTable} ORDER BY sequence
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
                UndoneByRun = row.Text(12),
                UndoneAt = row.Text(13) is { } at ? ParseTime(at) : null,
            }));
    }

    public Task<HistoryEntry> ReadUndoRecordAsync(HistoryEntry entry, CancellationToken cancel) => Task.FromResult(
        entry with { UndoRecord = session().Text($"SELECT undo_record FROM main.{HistoryTable} WHERE sequence = ?1", entry.Sequence) ?? "" });

    public Task RecordAsync(HistoryEntry entry, CancellationToken cancel)
    {
        Create();
        session().Execute(Insert, entry.RunId, entry.PlanName, entry.PlanHash, entry.Step, entry.Kind, entry.Checksum, TimeText(entry.AppliedAt),
            (long)entry.Duration.TotalMilliseconds, entry.AppliedBy, entry.StatePath, entry.UndoRecord, entry.UndoProved);
        return Task.CompletedTask;
    }

    public Task MarkUndoneAsync(HistoryEntry entry, string byRun, DateTimeOffset at, CancellationToken cancel)
    {
        session().Execute($"UPDATE main.{HistoryTable} SET undone_by_run = ?1, undone_at = ?2 WHERE sequence = ?3", byRun, TimeText(at), entry.Sequence);
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

    private bool Exists()
    {
        if (session().Long("SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?1", HistoryTable) == 0)
        {
            return false;
        }

        RequireFormat();
        return true;
    }

    private void RequireFormat()
    {
        if (session().Long("SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = ?1", StateTable) == 0)
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
    }

    private static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset ParseTime(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
