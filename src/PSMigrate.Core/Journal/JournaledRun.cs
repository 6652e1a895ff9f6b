using PSMigrate.Plans;

namespace PSMigrate.Journal;

/// <summary>The last that a journal says of a step.</summary>
public enum StepMark { Intended, Done, Failed, RolledBack, UndoIntended, Undone }

/// <summary>What the journal of a run says, as far as it was written before its process ended or died.</summary>
public sealed class JournaledRun
{
    private readonly Dictionary<string, StepMark> marks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> undoRecords = new(StringComparer.Ordinal);

    private JournaledRun(string folder, IReadOnlyList<JournalRecord> records)
    {
        Folder = folder;
        var begin = records[0];
        RunId = begin.Run!;
        IsUndo = begin.Direction == "undo";
        PlanName = begin.Plan ?? "";
        PlanHash = begin.PlanHash ?? "";
        Targets = begin.Targets ?? [];
        Undoes = begin.Undoes ?? [];
        Began = begin.At;
        foreach (var record in records)
        {
            Read(record);
        }
    }

    public string Folder { get; }

    public string RunId { get; }

    public bool IsUndo { get; }

    public string PlanName { get; }

    public string PlanHash { get; private set; }

    /// <summary>The identities of its targets.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>The runs that it takes back, where it is an undo.</summary>
    public IReadOnlyList<string> Undoes { get; }

    public DateTimeOffset Began { get; }

    /// <summary>How it ended; null where it has not.</summary>
    public string? Outcome { get; private set; }

    public bool HasEnded => Outcome is not null;

    /// <summary>The maintenance flag that it raised, which may still be there where the run has not ended.</summary>
    public string? MaintenanceFlag { get; private set; }

    /// <summary>The last that was said of each step.</summary>
    public IReadOnlyDictionary<string, StepMark> Steps => marks;

    /// <summary>The plan as it was when the run began.</summary>
    public string PlanFile => Path.Combine(Folder, "plan.json");

    /// <summary>What undo needs of a step that was done, where the journal is the only one to know.</summary>
    public string? UndoRecordOf(string step) => undoRecords.GetValueOrDefault(step);

    /// <summary>Null for a folder in which no run has begun.</summary>
    /// <exception cref="MigrationException">JournalDamaged; JournalMismatch where the journal is another run's.</exception>
    public static JournaledRun? Read(string folder)
    {
        var records = RunJournal.Read(folder);
        if (records.Count == 0)
        {
            return null;
        }

        if (records[0] is not { Act: JournalAct.Begin, Run: { } run } || run != Path.GetFileName(folder))
        {
            throw Mismatch(folder, $"it is of the run {records[0].Run ?? "without a name"}, not of {Path.GetFileName(folder)}");
        }

        return new JournaledRun(folder, records);
    }

    /// <summary>The runs of a state folder that concern any of some targets, the newest first.</summary>
    /// <param name="open">True for those only that have not ended.</param>
    public static IEnumerable<JournaledRun> In(StateFolder state, IReadOnlySet<string> targets, bool open)
    {
        foreach (var folder in state.Runs().Reverse())
        {
            if (open && RunJournal.HasEnded(folder))
            {
                continue;
            }

            if (Read(folder) is { } run && run.Targets.Any(targets.Contains))
            {
                yield return run;
            }
        }
    }

    /// <summary>The plan that the run was carrying out, frozen when it began.</summary>
    /// <exception cref="MigrationException">JournalMismatch where the plan beside the journal is another one.</exception>
    public MigrationPlan? ReadPlan()
    {
        if (!File.Exists(PlanFile))
        {
            return null;
        }

        var plan = PlanStore.Read(Folder);
        // The plan of an undo may have been made from a target's history, without its steps.
        return IsUndo || plan.Hash == PlanHash ? plan : throw Mismatch(Folder, $"it is of the plan {Short(PlanHash)}, and the plan beside it is {Short(plan.Hash)}");
    }

    private void Read(JournalRecord record)
    {
        switch (record.Act)
        {
            case JournalAct.Resume:
                Outcome = null;
                PlanHash = record.PlanHash ?? PlanHash;
                break;
            case JournalAct.End:
                Outcome = record.Outcome ?? "";
                MaintenanceFlag = null;
                break;
            case JournalAct.Maintenance:
                MaintenanceFlag = record.Outcome;
                break;
            case JournalAct.Intent:
                Mark(record, StepMark.Intended);
                break;
            case JournalAct.Done:
                Mark(record, StepMark.Done);
                break;
            case JournalAct.Failed:
                Mark(record, StepMark.Failed);
                break;
            case JournalAct.RolledBack:
                Mark(record, StepMark.RolledBack);
                break;
            case JournalAct.UndoIntent:
                Mark(record, StepMark.UndoIntended);
                break;
            case JournalAct.Undone:
                Mark(record, StepMark.Undone);
                break;
        }
    }

    private void Mark(JournalRecord record, StepMark mark)
    {
        foreach (var step in record.Steps ?? [])
        {
            marks[step] = mark;
            if (record.UndoRecord is { } undo)
            {
                undoRecords[step] = undo;
            }
        }
    }

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static MigrationException Mismatch(string folder, string how) =>
        new("JournalMismatch", ErrorKind.Conflict, $"The journal in {folder} does not belong there: {how}.")
        {
            Offender = folder,
            RecommendedAction = "Somebody has moved or copied files in the state folder: put them back, or take the folder away after looking at the target's history (Get-MigrationHistory).",
        };
}
