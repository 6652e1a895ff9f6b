using PSMigrate.Databases.Data;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases;

/// <summary>
/// A database: a target that runs SQL scripts. How a script is applied, captured and undone differs by engine; that it can be
/// looked at, applied, checked and undone does not.
/// </summary>
public abstract class DatabaseTarget(TargetAddress address) : Target(address), IInspectable
{
    public abstract SqlDialect Dialect { get; }

    /// <summary>What must be set before the unit of work in which a script runs begins; null for one that runs in no unit.</summary>
    public abstract string? UnitSettingsFor(SqlScript script, ScriptContent content);

    /// <summary>The same for taking scripts back.</summary>
    public abstract string? UndoUnitSettings { get; }

    public abstract Task<IInspectionScratch> CreateScratchAsync(CancellationToken cancel);

    /// <summary>Says what a script would change. Reads only.</summary>
    public abstract Task<StepInspection> InspectScriptAsync(
        string step, SqlScript script, ScriptContent content, InspectionContext context, CancellationToken cancel);

    public abstract Task<AppliedStep> ApplyScriptAsync(string step, SqlScript script, ScriptContent content, StepContext context, CancellationToken cancel);

    public abstract Task<UndoneStep> UndoScriptAsync(HistoryEntry entry, ScriptVariables variables, StepContext context, CancellationToken cancel);

    /// <summary>Why this database, a copy, must not run a script: it would set off code that acts on what is not copied. Null where it may.</summary>
    public virtual Task<string?> NotRehearsableBecauseAsync(ScriptContent content, CancellationToken cancel) => Task.FromResult<string?>(null);

    /// <summary>Why a script that was applied cannot be taken back; null where it can.</summary>
    public virtual string? CannotUndoBecause(HistoryEntry entry) => null;

    /// <summary>How rows get into the database and out of it.</summary>
    public abstract DataDoor Data { get; }

    /// <summary>Runs a query that reads and returns its first rows, each value as text; null for NULL.</summary>
    public abstract Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, int mostRows, CancellationToken cancel);
}
