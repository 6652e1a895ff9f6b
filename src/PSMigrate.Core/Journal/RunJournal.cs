using System.Text;
using System.Text.Json;
using PSMigrate.Engine;
using PSMigrate.Plans;

namespace PSMigrate.Journal;

/// <summary>What a journal line says.</summary>
public enum JournalAct
{
    Begin,

    /// <summary>Goes on after its process died, or after it failed.</summary>
    Resume,

    /// <summary>The maintenance flag is about to be raised by this run.</summary>
    Maintenance,

    /// <summary>Steps are about to be applied.</summary>
    Intent,
    Done,
    Failed,
    RolledBack,

    /// <summary>Steps are about to be undone.</summary>
    UndoIntent,
    Undone,

    /// <summary>The operator stopped it. As after a crash, it can be resumed or undone.</summary>
    Stopped,
    End,
}

/// <summary>One line of a run's journal.</summary>
public sealed record JournalRecord(JournalAct Act, DateTimeOffset At)
{
    public string? Run { get; init; }

    /// <summary>"forward" or "undo".</summary>
    public string? Direction { get; init; }

    public string? Plan { get; init; }

    public string? PlanHash { get; init; }

    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>The runs that an undo takes back.</summary>
    public IReadOnlyList<string>? Undoes { get; init; }

    public IReadOnlyList<string>? Steps { get; init; }

    /// <summary>With <see cref="JournalAct.Done"/>, what undo needs where no history row commits with the change.</summary>
    public string? UndoRecord { get; init; }

    /// <summary>How it ended; for <see cref="JournalAct.Maintenance"/>, the flag's path.</summary>
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
    /// <param name="undoes">For an undo, the runs that it takes back.</param>
    public static RunJournal Begin(
        StateFolder state, MigrationPlan? plan, string direction, IReadOnlyList<string> targets, MigrationServices services, IReadOnlyList<string>? undoes = null)
    {
        var id = Journal.RunId.New(services.Now());
        var folder = state.Create("runs", id);
        return Open(folder, id, plan, services, new JournalRecord(JournalAct.Begin, services.Now())
        {
            Run = id,
            Direction = direction,
            Plan = plan?.Name,
            PlanHash = plan?.Hash,
            Targets = targets,
            Undoes = undoes,
        });
    }

    /// <summary>Goes on with a journal that was begun before. A record that was torn when its process died goes.</summary>
    public static RunJournal Resume(string folder, MigrationPlan? plan, MigrationServices services)
    {
        CutTornLine(folder);
        return Open(folder, System.IO.Path.GetFileName(folder), plan, services, new JournalRecord(JournalAct.Resume, services.Now()) { PlanHash = plan?.Hash });
    }

    public void Maintenance(string flag) => Write(new JournalRecord(JournalAct.Maintenance, services.Now()) { Outcome = flag }, flush: true);

    public void Intent(IReadOnlyList<string> steps, bool flush) => Write(new JournalRecord(JournalAct.Intent, services.Now()) { Steps = steps }, flush);

    public void Done(IReadOnlyList<string> steps, bool flush, string? undoRecord = null) =>
        Write(new JournalRecord(JournalAct.Done, services.Now()) { Steps = steps, UndoRecord = undoRecord }, flush);

    public void UndoIntent(IReadOnlyList<string> steps, bool flush) => Write(new JournalRecord(JournalAct.UndoIntent, services.Now()) { Steps = steps }, flush);

    public void Undone(IReadOnlyList<string> steps, bool flush) => Write(new JournalRecord(JournalAct.Undone, services.Now()) { Steps = steps }, flush);

    public void RolledBack(IReadOnlyList<string> steps, string error) =>
        Write(new JournalRecord(JournalAct.RolledBack, services.Now()) { Steps = steps, Error = error }, flush: false);

    public void Failed(string step, string error) => Write(new JournalRecord(JournalAct.Failed, services.Now()) { Steps = [step], Error = error }, flush: true);

    public void Stopped() => Write(new JournalRecord(JournalAct.Stopped, services.Now()), flush: true);

    public void End(string outcome) => Write(new JournalRecord(JournalAct.End, services.Now()) { Outcome = outcome }, flush: true);

    /// <summary>Ends the journal of a run that another way was found on from.</summary>
    public static void End(string folder, string outcome, MigrationServices services)
    {
        CutTornLine(folder);
        try
        {
            using var journal = new RunJournal(folder, System.IO.Path.GetFileName(folder), services);
            journal.End(outcome);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(folder, e);
        }
    }

    private static void CutTornLine(string folder)
    {
        try
        {
            StateFolder.CutTornLine(FileIn(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(folder, e);
        }
    }

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

    /// <summary>True where the journal's last record is its end: told from the end of the file alone, because there can be many.</summary>
    public static bool HasEnded(string runFolder)
    {
        const int most = 4096;
        var path = FileIn(runFolder);
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(most, file.Length), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var last = reader.ReadToEnd().TrimEnd('\n').Split('\n')[^1];
        try
        {
            return JsonSerializer.Deserialize<JournalRecord>(last, PlanDocument.LineOptions)?.Act == JournalAct.End;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static RunJournal Open(string folder, string id, MigrationPlan? plan, MigrationServices services, JournalRecord first)
    {
        RunJournal? journal = null;
        try
        {
            if (plan is not null)
            {
                StateFolder.WritePrivate(System.IO.Path.Combine(folder, "plan.json"), PlanDocument.ToCompactJson(plan));
            }

            journal = new RunJournal(folder, id, services);
            journal.Write(first, flush: true);
            StateFolder.FlushFolder(folder);
            return journal;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(folder, e);
        }
        catch
        {
            journal?.Dispose();
            throw;
        }
    }

    private void Write(JournalRecord record, bool flush)
    {
        var before = file.Position;
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
            CutBackTo(before);
            throw NotWritten(Folder, e);
        }
    }

    /// <summary>A record of which only a part found room on the disk was not written.</summary>
    private void CutBackTo(long length)
    {
        try
        {
            file.SetLength(length);
        }
        catch (IOException)
        {
            // Then it stays as a torn last line, which readers pass over; that the record is not written is told in any case.
        }
    }

    private static readonly JsonSerializerOptions JournalJson = new(PlanDocument.LineOptions)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private static MigrationException NotWritten(string folder, Exception e) =>
        new("JournalNotWritten", ErrorKind.Failed, $"The journal in {folder} cannot be written: {e.Message}", e)
        {
            Offender = folder,
            RecommendedAction = "Make room on that disk, or choose another place with -StatePath. What was committed is in the target's history.",
        };
}
