using System.Text;
using System.Text.Json;
using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Targets;

/// <summary>
/// The history of a target that has no place of its own for one: a file with one JSON line a record, flushed to disk.
/// A torn last line was never finished and is passed over.
/// </summary>
public sealed class FileHistory(string file) : IHistory
{
    private sealed record Line
    {
        public HistoryEntry? Applied { get; init; }

        public long? Undone { get; init; }

        public string? ByRun { get; init; }

        public DateTimeOffset? At { get; init; }

        public RecordedBaseline? Baseline { get; init; }

        /// <summary>The entry that <see cref="Progress"/> is about.</summary>
        public long? Of { get; init; }

        public StepProgress? Progress { get; init; }
    }

    public Task<IReadOnlyList<HistoryEntry>> ReadAsync(CancellationToken cancel)
    {
        var entries = new List<HistoryEntry>();
        foreach (var line in Lines())
        {
            if (line.Applied is { } applied)
            {
                if (applied.Sequence > 0 && applied.Sequence <= entries.Count)
                {
                    entries[(int)applied.Sequence - 1] = applied;
                }
                else
                {
                    entries.Add(applied with { Sequence = entries.Count + 1 });
                }
            }
            else if (line.Undone is { } sequence && sequence > 0 && sequence <= entries.Count)
            {
                entries[(int)sequence - 1] = entries[(int)sequence - 1] with { UndoneByRun = line.ByRun, UndoneAt = line.At };
            }
        }

        return Task.FromResult<IReadOnlyList<HistoryEntry>>(entries);
    }

    public Task<HistoryEntry> ReadUndoRecordAsync(HistoryEntry entry, CancellationToken cancel) => Task.FromResult(
        entry.IsBegun ? entry with { Progress = [.. Lines().Where(line => line.Of == entry.Sequence).Select(line => line.Progress!)] } : entry);

    public async Task<HistoryEntry> RecordAsync(HistoryEntry entry, CancellationToken cancel)
    {
        await Write(new Line { Applied = entry }).ConfigureAwait(false);
        return entry.Sequence > 0 ? entry : entry with { Sequence = (await ReadAsync(cancel).ConfigureAwait(false)).Count };
    }

    public Task KeepProgressAsync(HistoryEntry entry, StepProgress progress, CancellationToken cancel) =>
        Write(new Line { Of = entry.Sequence, Progress = progress });

    public Task MarkUndoneAsync(HistoryEntry entry, string byRun, DateTimeOffset at, CancellationToken cancel) =>
        Write(new Line { Undone = entry.Sequence, ByRun = byRun, At = at });

    public async Task RecordBaselineAsync(Baseline baseline, string runId, CancellationToken cancel)
    {
        var entries = await ReadAsync(cancel).ConfigureAwait(false);
        if (entries.Count > 0)
        {
            await Write(new Line { Baseline = new RecordedBaseline(baseline, runId, entries.Count) }).ConfigureAwait(false);
        }
    }

    public Task<RecordedBaseline?> ReadBaselineAsync(CancellationToken cancel) =>
        Task.FromResult(Lines().Select(line => line.Baseline).LastOrDefault(baseline => baseline is not null));

    private IEnumerable<Line> Lines()
    {
        if (!File.Exists(file))
        {
            yield break;
        }

        foreach (var text in File.ReadLines(file))
        {
            Line? line;
            try
            {
                line = JsonSerializer.Deserialize<Line>(text, PlanDocument.LineOptions);
            }
            catch (JsonException)
            {
                continue;
            }

            if (line is not null)
            {
                yield return line;
            }
        }
    }

    private Task Write(Line line)
    {
        try
        {
            StateFolder.CreatePrivate(Path.GetDirectoryName(file)!);
            using var stream = StateFolder.OpenPrivate(file, FileMode.Append);
            stream.Write(Encoding.UTF8.GetBytes("\n" + JsonSerializer.Serialize(line, PlanDocument.LineOptions) + "\n"));
            stream.Flush(flushToDisk: true);
            return Task.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigrationException("HistoryNotWritten", ErrorKind.Failed, $"The history {file} cannot be written: {e.Message}", e)
            {
                Offender = file,
                RecommendedAction = "Make room on that disk, or make the file writable for this user.",
            };
        }
    }
}
