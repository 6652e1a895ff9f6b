using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// The history in the database itself: history, state, and progress for steps without a transaction, in the schema psmigrate or with
/// that prefix. They are created with the first record: in the same unit of work where the engine can, before it where it cannot.
/// </summary>
internal sealed class ServerHistory(ServerEngine engine, Func<ServerSession> session) : IHistory
{
    private const string History = "history";
    private const string State = "state";
    private const string Progress = "progress";
    private const string Columns =
        "run_id, plan_name, plan_hash, step, kind, checksum, applied_at, duration_ms, applied_by, state_path, undo_record, undo_proved, step_position, is_begun, undone_by_run, undone_at";

    /// <summary>Raised whenever an older version could misread what this one writes.</summary>
    private const int Format = 1;

    private bool created;

    public async Task<IReadOnlyList<HistoryEntry>> ReadAsync(CancellationToken cancel)
    {
        if (!await ExistsAsync(cancel).ConfigureAwait(false))
        {
            return [];
        }

        return await session().ListAsync(
            $"""
            SELECT sequence, run_id, plan_name, plan_hash, step, kind, checksum, applied_at, duration_ms, applied_by, state_path,
              undo_proved, step_position, is_begun, undone_by_run, undone_at FROM {engine.Own(History)} ORDER BY sequence
            """, Read, cancel).ConfigureAwait(false);
    }

    public async Task<HistoryEntry> ReadUndoRecordAsync(HistoryEntry entry, CancellationToken cancel) => entry with
    {
        UndoRecord = await session().ScalarAsync<string>($"SELECT undo_record FROM {engine.Own(History)} WHERE sequence = @p1", cancel, entry.Sequence).ConfigureAwait(false) ?? "",
        Progress = entry.IsBegun && await engine.HasOwnAsync(session(), Progress, cancel).ConfigureAwait(false)
            ? await session().ListAsync($"SELECT came_to, undo_part FROM {engine.Own(Progress)} WHERE entry = @p1 ORDER BY id",
                row => new StepProgress(row.GetString(0), row.GetString(1)), cancel, entry.Sequence).ConfigureAwait(false)
            : [],
    };

    public async Task<HistoryEntry> RecordAsync(HistoryEntry entry, CancellationToken cancel)
    {
        await CreateAsync(cancel).ConfigureAwait(false);
        object?[] values =
        [
            entry.RunId, entry.PlanName, entry.PlanHash, entry.Step, entry.Kind, entry.Checksum, TimeText(entry.AppliedAt), (long)entry.Duration.TotalMilliseconds,
            entry.AppliedBy, entry.StatePath, entry.UndoRecord, entry.UndoProved ? 1 : 0, entry.Position, entry.IsBegun ? 1 : 0, entry.UndoneByRun,
            entry.UndoneAt is { } at ? TimeText(at) : null,
        ];
        var names = Columns.Split(", ");
        if (entry.Sequence > 0)
        {
            await session().ExecuteAsync(
                $"UPDATE {engine.Own(History)} SET {string.Join(", ", names.Select((n, i) => $"{n} = {Parameter(n, i)}"))} WHERE sequence = @p{names.Length + 1}",
                cancel, [.. values, entry.Sequence]).ConfigureAwait(false);
            if (!entry.IsBegun)
            {
                await ForgetProgressAsync(entry, cancel).ConfigureAwait(false);
            }

            return entry;
        }

        // One runner at a time holds the target, so that nobody else takes the same number.
        var sequence = await session().ScalarAsync<long>(
            $"""
            INSERT INTO {engine.Own(History)} (sequence, {Columns})
              SELECT coalesce(max(sequence), 0) + 1, {string.Join(", ", names.Select(Parameter))} FROM {engine.Own(History)};
            SELECT max(sequence) FROM {engine.Own(History)}
            """, cancel, values).ConfigureAwait(false);
        return entry with { Sequence = sequence };
    }

    public async Task KeepProgressAsync(HistoryEntry entry, StepProgress progress, CancellationToken cancel)
    {
        await CreateAsync(cancel).ConfigureAwait(false);
        await session().ExecuteAsync(
            $"INSERT INTO {engine.Own(Progress)} (id, entry, came_to, undo_part) SELECT coalesce(max(id), 0) + 1, {Cast("@p1", "BIGINT")}, {Cast("@p2", engine.LongText)}, {Cast("@p3", engine.LongText)} FROM {engine.Own(Progress)}",
            cancel, entry.Sequence, progress.At, progress.UndoPart).ConfigureAwait(false);
    }

    /// <summary>The captures whose names begin so and that the record or the progress of a step names.</summary>
    public async Task<IReadOnlySet<string>> MentionedAsync(string prefix, CancellationToken cancel)
    {
        // As they stand in JSON; the names are made by us, of letters, digits and underscores.
        var names = new HashSet<string>(StringComparer.Ordinal);
        var name = new Regex($"(?<=\"){Regex.Escape(prefix)}[a-z0-9_]+(?=\")", RegexOptions.CultureInvariant);
        foreach (var (table, column) in new[] { (History, "undo_record"), (Progress, "undo_part"), (State, "value") })
        {
            if (await engine.HasOwnAsync(session(), table, cancel).ConfigureAwait(false))
            {
                await session().ReadAsync($"SELECT {column} FROM {engine.Own(table)} WHERE {column} LIKE @p1 ESCAPE '!'",
                    row => names.UnionWith(name.Matches(row.GetString(0)).Select(m => m.Value)), cancel, $"%{prefix.Replace("_", "!_", StringComparison.Ordinal)}%").ConfigureAwait(false);
            }
        }

        return names;
    }

    public async Task MarkUndoneAsync(HistoryEntry entry, string byRun, DateTimeOffset at, CancellationToken cancel)
    {
        await session().ExecuteAsync($"UPDATE {engine.Own(History)} SET undone_by_run = @p1, undone_at = @p2 WHERE sequence = @p3", cancel, byRun, TimeText(at), entry.Sequence).ConfigureAwait(false);
        await ForgetProgressAsync(entry, cancel).ConfigureAwait(false);
    }

    public async Task RecordBaselineAsync(Baseline baseline, string runId, CancellationToken cancel)
    {
        if (!await ExistsAsync(cancel).ConfigureAwait(false))
        {
            // Nothing has ever been recorded here (a run failed at its first step): there is nothing to compare with later.
            return;
        }

        var last = await session().ScalarAsync<long?>($"SELECT max(sequence) FROM {engine.Own(History)}", cancel).ConfigureAwait(false) ?? 0;
        await SetAsync("baseline", JsonSerializer.Serialize(new RecordedBaseline(baseline, runId, last), PlanDocument.LineOptions), cancel).ConfigureAwait(false);
    }

    public async Task<RecordedBaseline?> ReadBaselineAsync(CancellationToken cancel) =>
        await ExistsAsync(cancel).ConfigureAwait(false) && await GetAsync("baseline", cancel).ConfigureAwait(false) is { } text
            ? JsonSerializer.Deserialize<RecordedBaseline>(text, PlanDocument.LineOptions)
            : null;

    /// <summary>Makes the tables, where they are not there yet.</summary>
    public async Task CreateAsync(CancellationToken cancel)
    {
        if (created)
        {
            return;
        }

        if (!await ExistsAsync(cancel).ConfigureAwait(false))
        {
            await engine.PrepareOwnAsync(session(), cancel).ConfigureAwait(false);
            var text = engine.LongText;
            var name = engine.ShortText;
            // Where each of them commits by itself, an earlier process may have come only part of the way: the history is the last.
            await MakeAsync(State, $"name {name} NOT NULL PRIMARY KEY, value {text} NOT NULL", cancel).ConfigureAwait(false);
            await SetAsync("format", Format.ToString(CultureInfo.InvariantCulture), cancel).ConfigureAwait(false);
            await MakeAsync(Progress, $"id bigint NOT NULL PRIMARY KEY, entry bigint NOT NULL, came_to {text} NOT NULL, undo_part {text} NOT NULL", cancel).ConfigureAwait(false);
            await session().ExecuteAsync(
                $"""
                CREATE TABLE {engine.Own(History)} (
                  sequence bigint NOT NULL PRIMARY KEY,
                  run_id {text} NOT NULL,
                  plan_name {text} NOT NULL,
                  plan_hash {text} NOT NULL,
                  step {text} NOT NULL,
                  kind {text} NOT NULL,
                  checksum {text} NOT NULL,
                  applied_at {name} NOT NULL,
                  duration_ms bigint NOT NULL,
                  applied_by {text} NOT NULL,
                  state_path {text} NOT NULL,
                  undo_record {text} NOT NULL,
                  undo_proved smallint NOT NULL,
                  step_position int NOT NULL,
                  is_begun smallint NOT NULL,
                  undone_by_run {text},
                  undone_at {name}
                )
                """, cancel).ConfigureAwait(false);
        }

        created = true;
    }

    private async Task MakeAsync(string name, string columns, CancellationToken cancel)
    {
        if (engine.StructureIsTransactional || !await engine.HasOwnAsync(session(), name, cancel).ConfigureAwait(false))
        {
            await session().ExecuteAsync($"CREATE TABLE {engine.Own(name)} ({columns})", cancel).ConfigureAwait(false);
        }
    }

    /// <summary>After a rollback the tables may be gone again.</summary>
    public void Forget() => created = false;

    public async Task SetAsync(string name, string value, CancellationToken cancel)
    {
        if (await session().ExecuteAsync($"UPDATE {engine.Own(State)} SET value = @p1 WHERE name = @p2", cancel, value, name).ConfigureAwait(false) == 0
            && await GetAsync(name, cancel).ConfigureAwait(false) is null)
        {
            await session().ExecuteAsync($"INSERT INTO {engine.Own(State)} (value, name) VALUES (@p1, @p2)", cancel, value, name).ConfigureAwait(false);
        }
    }

    public Task<string?> GetAsync(string name, CancellationToken cancel) =>
        session().ScalarAsync<string>($"SELECT value FROM {engine.Own(State)} WHERE name = @p1", cancel, name);

    /// <summary>Of an entry that was only begun nothing is done any more.</summary>
    public async Task<HistoryEntry> RestartAsync(HistoryEntry begun, CancellationToken cancel)
    {
        await ForgetProgressAsync(begun, cancel).ConfigureAwait(false);
        return await RecordAsync(begun with { UndoRecord = "", Progress = [] }, cancel).ConfigureAwait(false);
    }

    /// <summary>Where it is noted how much of an entry was taken back that nobody has come to the end of taking back.</summary>
    public static string UndoneOf(long entry) => $"undone of {entry.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Where it is noted what an author's rollback of an entry has done, while it is not known yet whether it stays so.</summary>
    public static string AuthorsOf(long entry) => $"author of {entry.ToString(CultureInfo.InvariantCulture)}";

    private async Task ForgetProgressAsync(HistoryEntry entry, CancellationToken cancel) =>
        await session().ExecuteAsync($"DELETE FROM {engine.Own(Progress)} WHERE entry = @p1", cancel, entry.Sequence).ConfigureAwait(false);

    private async Task<bool> ExistsAsync(CancellationToken cancel)
    {
        if (created)
        {
            return true;
        }

        if (!await engine.HasOwnAsync(session(), History, cancel).ConfigureAwait(false))
        {
            return false;
        }

        await RequireFormatAsync(cancel).ConfigureAwait(false);
        return true;
    }

    private async Task RequireFormatAsync(CancellationToken cancel)
    {
        var found = await GetAsync("format", cancel).ConfigureAwait(false);
        if (!int.TryParse(found, NumberStyles.None, CultureInfo.InvariantCulture, out var format) || format > Format)
        {
            throw new MigrationException("HistoryNewer", ErrorKind.NotSupported, $"The history in {session().Connection.Database} has the format '{found}'; this version knows up to '{Format}'.")
            {
                Offender = session().Connection.Database,
                RecommendedAction = "Use the version of PSMigrate that wrote it, or a later one.",
            };
        }
    }

    /// <summary>In a list of what is selected an engine cannot tell by itself what type a parameter is meant to have.</summary>
    private string Parameter(string column, int at) => Cast($"@p{at + 1}", column switch
    {
        "duration_ms" => "BIGINT",
        "undo_proved" or "is_begun" or "step_position" => "INT",
        "applied_at" or "undone_at" => engine.ShortText,
        _ => engine.LongText,
    });

    private string Cast(string parameter, string type) => engine.Rows.Cast(parameter, type);

    private static HistoryEntry Read(DbDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        RunId = row.GetString(1),
        PlanName = row.GetString(2),
        PlanHash = row.GetString(3),
        Step = row.GetString(4),
        Kind = row.GetString(5),
        Checksum = row.GetString(6),
        AppliedAt = ParseTime(row.GetString(7)),
        Duration = TimeSpan.FromMilliseconds(row.GetInt64(8)),
        AppliedBy = row.GetString(9),
        StatePath = row.GetString(10),
        UndoProved = Convert.ToInt32(row.GetValue(11), CultureInfo.InvariantCulture) != 0,
        Position = Convert.ToInt32(row.GetValue(12), CultureInfo.InvariantCulture),
        IsBegun = Convert.ToInt32(row.GetValue(13), CultureInfo.InvariantCulture) != 0,
        UndoneByRun = row.IsDBNull(14) ? null : row.GetString(14),
        UndoneAt = row.IsDBNull(15) ? null : ParseTime(row.GetString(15)),
    };

    private static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset ParseTime(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
