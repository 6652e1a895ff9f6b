namespace PSMigrate.Plans;

/// <summary>What kind of thing a migration changes.</summary>
public enum MigrationType { Schema, Data, Code, Infrastructure }

/// <summary>How risky a change or a plan is. High needs an approval for the plan's hash, or force.</summary>
public enum RiskLevel { Low, Medium, High }

/// <summary>How a step can be taken back, best first.</summary>
public enum Reversibility
{
    /// <summary>Its inverse needs nothing that the target does not still hold.</summary>
    Inverse,

    /// <summary>Its inverse needs what was captured before the change.</summary>
    InverseWithCapture,

    /// <summary>Only a restored backup takes it back.</summary>
    RestoreOnly,

    /// <summary>Nothing that PSMigrate knows of takes it back.</summary>
    Irreversible,
}

/// <summary>Whether a finding was read from the text of a step or seen to happen.</summary>
public enum FindingSource { Text, Observed }

/// <summary>How often a step is applied.</summary>
public enum RepeatMode { Once, OnChange, Always }

/// <summary>What to do when a step fails.</summary>
public enum OnFailure
{
    /// <summary>Undo by itself where every applied step's undo was proved in rehearsal; otherwise stop.</summary>
    Default,
    Undo,
    Stop,
}

/// <summary>Where a step stands on its target.</summary>
public enum StepState
{
    Pending,
    Applied,

    /// <summary>Applied earlier, and its content has changed since: an error for steps that are applied once.</summary>
    ChangedSinceApplied,
}

/// <summary>One row of the plan's table.</summary>
/// <param name="Step">The step that makes the change.</param>
/// <param name="Description">The change, for example "drop column customers.email".</param>
/// <param name="Before">What is there now; empty where nothing is.</param>
/// <param name="After">What will be there; empty where nothing will be.</param>
public sealed record Change(string Step, string Description, string Before, string After, RiskLevel Risk)
{
    /// <summary>Rows that lose values or go away, where that was counted.</summary>
    public long? RowsLost { get; init; }
}

/// <summary>One risk: which rule saw it, where, why it matters and what would be safer.</summary>
public sealed record Finding(string RuleId, RiskLevel Risk, string Step, string Reason, string SaferWay, FindingSource Source)
{
    public SourcePlace? Place { get; init; }
}

/// <summary>How one step is taken back.</summary>
/// <param name="Origin">Who gives the way back: "author", "generated", "backup" or "none".</param>
/// <param name="Proved">True once a rehearsal undid the step and compared everything equal.</param>
/// <param name="Text">The SQL or the script that is run, for people to read.</param>
public sealed record RollbackStep(string Step, Reversibility Reversibility, string Origin, bool Proved, string Text)
{
    public string? Note { get; init; }
}

/// <summary>The plan's risk, with the reasons that made it so.</summary>
public sealed record RiskAssessment(RiskLevel Level, IReadOnlyList<string> Reasons);

/// <summary>An estimated duration and where it comes from.</summary>
/// <param name="Basis">"rehearsal" or "statements and table sizes".</param>
public sealed record DurationEstimate(TimeSpan Duration, string Basis)
{
    public const string FromRehearsal = "rehearsal";
    public const string FromStatements = "statements and table sizes";
}
