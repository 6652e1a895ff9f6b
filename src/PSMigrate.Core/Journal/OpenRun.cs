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
            var id = Path.GetFileName(folder);
            try
            {
                var records = RunJournal.Read(folder);
                if (records.Count > 0 && records[^1].Act != JournalAct.End && records[0].Targets?.Contains(target.Identity) == true)
                {
                    open.Add(new OpenRun(records[0].Run ?? id, records[0].PlanHash, null));
                }
            }
            catch (MigrationException e)
            {
                open.Add(new OpenRun(id, null, e.Message));
            }
        }

        return open;
    }
}
