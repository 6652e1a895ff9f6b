using System.Text;
using System.Text.Json;
using PSMigrate.Engine;
using PSMigrate.Plans;

namespace PSMigrate.Journal;

/// <summary>What a journal line says.</summary>
public enum JournalAct { Begin, Intent, Done, Failed, RolledBack, Undone, End }

/// <summary>One line of a run's journal.</summary>
public sealed record JournalRecord(JournalAct Act, DateTimeOffset At)
{
    public string? Run { get; init; }

    /// <summary>"forward" or "undo".</summary>
    public string? Direction { get; init; }

    public string? PlanHash { get; init; }

    public IReadOnlyList<string>? Targets { get; init; }

    public IReadOnlyList<string>? Steps { get; init; }

    public string? Outcome { get; init; }

    public string? Error { get; init; }
}

/// <summary>Sees a run's journal being written: how far a run has come, to the record.</summary>
public interface IJournalWatch
{
    void Writing(JournalRecord record);

    void Written(JournalRecord record);
}

/// <summary>
/// The durable record of a run, one JSON line an act. Acts whose truth is this journal are flushed to disk before and after; acts
/// that commit together with a history row need not be, because then the row is the truth.
/// </summary>
public sealed class RunJournal : IDisposable
{
    private readonly FileStream file;
    private readonly MigrationServices services;

    private RunJournal(string folder, string runId, MigrationServices services)
    {
        Folder = folder;
        RunId = runId;
        this.services = services;
        file = StateFolder.OpenPrivate(FileIn(folder), FileMode.Append);
    }

    public string Folder { get; }

    public string RunId { get; }

    public static string FileIn(string runFolder) => System.IO.Path.Combine(runFolder, "journal.jsonl");

    /// <summary>Makes the run's folder with the frozen plan and begins the journal.</summary>
    public static RunJournal Begin(StateFolder state, MigrationPlan? plan, string direction, IReadOnlyList<string> targets, MigrationServices services)
    {
        var id = Journal.RunId.New(services.Now());
        var folder = state.Create("runs", id);
        try
        {
            if (plan is not null)
            {
                StateFolder.WritePrivate(System.IO.Path.Combine(folder, "plan.json"), PlanDocument.ToCompactJson(plan));
            }

            var journal = new RunJournal(folder, id, services);
            journal.Write(new JournalRecord(JournalAct.Begin, services.Now())
            {
                Run = id,
                Direction = direction,
                PlanHash = plan?.Hash,
                Targets = targets,
            }, flush: true);
            return journal;
        }
        catch (IOException e)
        {
            throw NotWritten(folder, e);
        }
    }

    public void Intent(IReadOnlyList<string> steps, bool flush) => Write(new JournalRecord(JournalAct.Intent, services.Now()) { Steps = steps }, flush);

    public void Done(IReadOnlyList<string> steps, bool flush) => Write(new JournalRecord(JournalAct.Done, services.Now()) { Steps = steps }, flush);

    public void Undone(IReadOnlyList<string> steps, bool flush) => Write(new JournalRecord(JournalAct.Undone, services.Now()) { Steps = steps }, flush);

    public void RolledBack(IReadOnlyList<string> steps, string error) =>
        Write(new JournalRecord(JournalAct.RolledBack, services.Now()) { Steps = steps, Error = error }, flush: false);

    public void Failed(string step, string error) => Write(new JournalRecord(JournalAct.Failed, services.Now()) { Steps = [step], Error = error }, flush: true);

    public void End(string outcome) => Write(new JournalRecord(JournalAct.End, services.Now()) { Outcome = outcome }, flush: true);

    public void Dispose() => file.Dispose();

    /// <summary>The records of a run's journal. A torn last line was never finished and is passed over.</summary>
    /// <exception cref="MigrationException">JournalDamaged: a line other than the last cannot be read.</exception>
    public static IReadOnlyList<JournalRecord> Read(string runFolder)
    {
        var path = FileIn(runFolder);
        if (!File.Exists(path))
        {
            return [];
        }

        var lines = File.ReadAllText(path).Split('\n');
        var records = new List<JournalRecord>(lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            try
            {
                records.Add(JsonSerializer.Deserialize<JournalRecord>(lines[i], PlanDocument.LineOptions)!);
            }
            catch (JsonException) when (i == lines.Length - 1)
            {
                break;
            }
            catch (JsonException e)
            {
                throw new MigrationException("JournalDamaged", ErrorKind.Conflict, $"{path}:{i + 1}: this line of the journal cannot be read.", e)
                {
                    Offender = path,
                    Place = new SourcePlace(path, i + 1, 1),
                    RecommendedAction = "Look at the target's history (Get-MigrationHistory): it holds what was committed.",
                };
            }
        }

        return records;
    }

    private void Write(JournalRecord record, bool flush)
    {
        try
        {
            services.JournalWatch?.Writing(record);
            file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(record, JournalJson) + "\n"));
            if (flush)
            {
                file.Flush(flushToDisk: true);
            }

            services.JournalWatch?.Written(record);
        }
        catch (IOException e)
        {
            throw NotWritten(Folder, e);
        }
    }

    private static readonly JsonSerializerOptions JournalJson = new(PlanDocument.LineOptions)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private static MigrationException NotWritten(string folder, IOException e) =>
        new("JournalNotWritten", ErrorKind.Failed, $"The journal in {folder} cannot be written: {e.Message}", e)
        {
            Offender = folder,
            RecommendedAction = "Make room on that disk, or choose another place with -StatePath. What was committed is in the target's history.",
        };
}
