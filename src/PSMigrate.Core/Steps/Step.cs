using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Steps;

/// <summary>
/// The unit that is applied and undone. It knows one change and how to take it back; it knows nothing of runs or journals.
/// A step captures what it will destroy while it applies itself, because what is destroyed is often known only then.
/// </summary>
public abstract class Step(StepDefinition definition, Target target)
{
    public StepDefinition Definition { get; } = definition;

    protected Target Target { get; } = target;

    /// <summary>
    /// Not null when the step can be applied inside a unit of work of its target: what must be set on the target before the
    /// unit begins. Steps in a row with equal settings may share a unit.
    /// </summary>
    public virtual string? UnitSettings => null;

    /// <summary>
    /// True when the change and the history row that records it commit together: then the history is the truth of it. Otherwise
    /// the run's journal is, and what neither knows is asked of the step.
    /// </summary>
    public virtual bool CommitsWithHistory => UnitSettings is not null;

    /// <summary>Says what the step would change, its risks and its way back. Reads only.</summary>
    public abstract Task<StepInspection> InspectAsync(InspectionContext context, CancellationToken cancel);

    /// <summary>
    /// Makes the change, capturing before it destroys, and returns what <see cref="UndoAsync"/> will need. A step without a
    /// transaction goes on from <see cref="StepContext.Begun"/> where it was begun before, and tells <see cref="StepContext.Keep"/>
    /// how far it has come.
    /// </summary>
    public abstract Task<AppliedStep> ApplyAsync(StepContext context, CancellationToken cancel);

    /// <summary>Checks the change; a failed check throws. In a unit of work it runs before the commit.</summary>
    public abstract Task VerifyAsync(StepContext context, CancellationToken cancel);

    /// <summary>
    /// Takes the change back, from the record that applying it made, or from what was kept of a step that was only begun; see
    /// <see cref="StepContext.Found"/>.
    /// </summary>
    public abstract Task<UndoneStep> UndoAsync(StepContext context, HistoryEntry entry, CancellationToken cancel);

    /// <summary>
    /// After a crash: finds out from the target itself, and from what was kept in <see cref="StepContext.Begun"/>, whether the
    /// step was applied. Changes nothing.
    /// </summary>
    public abstract Task<ProbeResult> ProbeAsync(StepContext context, CancellationToken cancel);

    /// <summary>True where the step, as it is now, can go on with what was begun when it may have been another.</summary>
    public virtual bool CanGoOnFrom(HistoryEntry begun) => begun.Checksum == Definition.Checksum;

    /// <summary>
    /// Why what was applied cannot be taken back by <see cref="UndoAsync"/>, or null where it can. Rows that others wrote since are no
    /// reason: whether there are any shows only when it is undone.
    /// </summary>
    public virtual string? CannotUndoBecause(HistoryEntry entry) => null;

    /// <summary>Reads what the step is made of, so that asking it is quick afterwards. Called for many steps side by side.</summary>
    public virtual void Load()
    {
    }

    /// <summary>What undo needs where the step was found to be applied after a crash; null where that is lost.</summary>
    public virtual string? UndoRecordIfFoundApplied => null;

    /// <summary>True when the step has a check of its own, which may be run again at any time.</summary>
    public virtual bool HasVerification => false;

    /// <summary>Makes sure that the step's files are still what the plan was made from.</summary>
    /// <exception cref="MigrationException">ScriptChanged, naming the file.</exception>
    public abstract void RequireFilesUnchanged();

    /// <summary>Files that undoing needs and that are therefore copied into the run's folder.</summary>
    public virtual IReadOnlyList<StepFile> FilesToKeep => [];

    /// <summary>
    /// Why a rehearsal on a copy cannot run this step, or null where it can: a step that would reach beyond the copy must not
    /// be run in a rehearsal.
    /// </summary>
    public virtual Task<string?> NotRehearsableBecauseAsync(CancellationToken cancel) => Task.FromResult<string?>(null);
}

/// <summary>What looking at a step told.</summary>
public sealed record StepInspection
{
    public IReadOnlyList<Change> Changes { get; init; } = [];

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    public required RollbackStep Rollback { get; init; }

    public TimeSpan EstimatedDuration { get; init; }

    public IReadOnlyList<string> Touches { get; init; } = [];

    public IReadOnlyList<MigrationType> Types { get; init; } = [];
}

/// <summary>What applying a step did.</summary>
/// <param name="UndoRecord">What undo needs, in the step's own form.</param>
/// <param name="Touched">The objects that were changed.</param>
public sealed record AppliedStep(string UndoRecord, long RowsChanged, IReadOnlyList<string> Touched);

/// <summary>What undoing a step did.</summary>
/// <param name="Exact">True when what was captured was compared and is back.</param>
/// <param name="Note">What the operator should know, such as an author's rollback that did not give the data back.</param>
public sealed record UndoneStep(bool Exact, string? Note)
{
    /// <summary>Which way led back, where it was not the one that the plan names.</summary>
    public string? Origin { get; init; }

    /// <summary>What others wrote since, and what became of it.</summary>
    public IReadOnlyList<UndoConflict> Conflicts { get; init; } = [];
}

/// <summary>What a probe found.</summary>
public enum ProbeResult { NotApplied, Applied, Partly, Unknown }

/// <summary>What a step may use while it is looked at.</summary>
/// <param name="Scratch">
/// Shared by the steps of one plan in order, so that a step sees the structure that the steps before it will have made.
/// </param>
public sealed record InspectionContext(IInspectionScratch? Scratch, IMigrationObserver Observer);

/// <summary>A target's private scratch space for looking at steps, for example its empty structure in memory.</summary>
public interface IInspectionScratch : IAsyncDisposable
{
    /// <summary>Called when all steps have been looked at: refuses what all of them together cannot do, such as for want of rights.</summary>
    Task EndAsync(CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>A target that can offer a scratch space for inspections.</summary>
public interface IInspectable
{
    Task<IInspectionScratch> CreateScratchAsync(CancellationToken cancel);
}

/// <summary>What a step may use while it acts.</summary>
public sealed record StepContext(string RunId, IMigrationObserver Observer)
{
    /// <summary>The plan's name, for scripts that want to know.</summary>
    public string PlanName { get; init; } = "";

    /// <summary>True on a rehearsal's copy.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>True when the operator wants it done whatever others wrote since.</summary>
    public bool Force { get; init; }

    /// <summary>The step's entry, with its progress, where it was begun before and has not come to its end.</summary>
    public HistoryEntry? Begun { get; init; }

    /// <summary>Keeps how far a step without a transaction has come; null where nobody keeps it.</summary>
    public Func<StepProgress, CancellationToken, Task>? Keep { get; init; }

    /// <summary>
    /// When undoing a step of which nobody knows whether it was applied, or undone: what a probe found. An undo must then cope with
    /// a change that came only part of the way.
    /// </summary>
    public ProbeResult? Found { get; init; }
}
