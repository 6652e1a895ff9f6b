using PSMigrate.Targets;

namespace PSMigrate.Journal;

/// <summary>A run that has begun and not ended: it may be resumed or undone.</summary>
/// <param name="PlanHash">Null where the journal does not tell.</param>
/// <param name="Damage">What keeps the journal from being read; null where it can be.</param>
internal sealed record OpenRun(string RunId, string? PlanHash, string? Damage)
{
    /// <summary>The open runs on a target, as the journals in a state folder tell. A journal that cannot be read may be of any target.</summary>
    public static IReadOnlyList<OpenRun> On(Target target, StateFolder state)
    {
        var open = new List<OpenRun>();
        foreach (var folder in state.Runs())
        {
            if (RunJournal.HasEnded(folder))
            {
                continue;
            }

            try
            {
                if (JournaledRun.Read(folder) is { } run && run.Targets.Contains(target.Identity))
                {
                    open.Add(new OpenRun(run.RunId, run.PlanHash, null));
                }
            }
            catch (MigrationException e)
            {
                open.Add(new OpenRun(Path.GetFileName(folder), null, e.Message));
            }
        }

        return open;
    }
}
