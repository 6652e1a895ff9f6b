using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>
/// A script that makes its own database anew may run where there is nothing that this would lose: then it need not be done. PSMigrate never
/// drops a database.
/// </summary>
internal sealed class EmptyDatabase(ServerTarget target, string step, ScriptHead head)
{
    private const int Named = 5;

    /// <exception cref="MigrationException">DatabaseNotEmpty.</exception>
    public async Task RequireAsync(HistoryEntry? begun, CancellationToken cancel)
    {
        if (begun is not { Progress.Count: > 0 })
        {
            Require(await target.Engine.Reader.ReadAsync(target.Session, null, cancel).ConfigureAwait(false));
        }
    }

    /// <summary>The same while planning: where the script was begun before, what is there may be its own.</summary>
    /// <param name="structure">What is in the database.</param>
    /// <param name="before">The steps of the plan that come before it.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task RequireAsync(DbStructure structure, IReadOnlyList<string> before, CancellationToken cancel)
    {
        if (await BegunAsync(cancel).ConfigureAwait(false) is { Progress.Count: > 0 })
        {
            return;
        }

        Require(structure);
        if (before.Count > 0)
        {
            throw NotEmpty($"by then {target.NameInScripts} has had {(before.Count == 1 ? "the step" : "the steps")} {Listed(before)}");
        }
    }

    private void Require(DbStructure structure)
    {
        var there = structure.Objects.Where(o => o.Parent is null && !target.Engine.ComesWithDatabase(o)).Select(o => $"{o.Kind} {o.FullName}").Concat(structure.NotCovered.Where(target.Engine.IsObject)).ToList();
        if (there.Count > 0)
        {
            throw NotEmpty($"{target.NameInScripts} holds {Listed(there)}");
        }
    }

    private async Task<HistoryEntry?> BegunAsync(CancellationToken cancel)
    {
        var entries = await target.ServerHistory.ReadAsync(cancel).ConfigureAwait(false);
        return entries.LastOrDefault(e => e.Step == step && e.IsBegun && !e.IsUndone) is { } begun
            ? await target.ServerHistory.ReadUndoRecordAsync(begun, cancel).ConfigureAwait(false) : null;
    }

    private MigrationException NotEmpty(string why) =>
        new("DatabaseNotEmpty", ErrorKind.InvalidInput,
            $"{head.First}: '{step}' makes its database anew ({head.Lines}), which PSMigrate leaves out where the database is empty; but {why}.")
        {
            Place = head.First,
            Offender = step,
            RecommendedAction = $"Make an empty database for the script, or take {head.Lines} out of it, so that it only adds to what is there.",
        };

    private static string Listed(IReadOnlyList<string> all) =>
        all.Count > Named ? $"{string.Join(", ", all.Take(Named))} and {all.Count - Named} more" : string.Join(", ", all);
}
