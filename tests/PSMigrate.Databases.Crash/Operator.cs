using PSMigrate.Backups;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Crash;

/// <summary>What an operator can do with a plan.</summary>
public enum OperatorAct
{
    Run,
    Resume,

    /// <summary>Undo whatever ran last.</summary>
    Undo,

    /// <summary>Undo the run that was begun last, by its id.</summary>
    UndoRun,

    /// <summary>Back the database up.</summary>
    Backup,

    /// <summary>Restore the first backup over the database.</summary>
    Restore,
}

/// <summary>What came of it: an error that a user would see, or none.</summary>
public sealed record OperatorOutcome(string? ErrorId, string Message)
{
    public static readonly OperatorOutcome Success = new(null, "");

    /// <summary>What the user is advised to do.</summary>
    public string Advice { get; init; } = "";

    public static OperatorOutcome Of(MigrationException? failure) =>
        failure is null ? Success : new OperatorOutcome(failure.ErrorId, failure.Message) { Advice = failure.RecommendedAction ?? "" };

    public bool Succeeded => ErrorId is null;

    public override string ToString() => Succeeded ? "succeeded" : $"{ErrorId}: {Message}";
}

/// <summary>Carries out one act as a user's session would: from the exported plan, and with nothing left over from an earlier one.</summary>
public sealed class Operator(CrashRoom room, KillSwitch? kills = null)
{
    public IMigrationObserver Observer { get; init; } = SilentObserver.Instance;

    public RunOptions Options { get; init; } = new();

    /// <summary>Another plan than the room's.</summary>
    public MigrationPlan? Plan { get; init; }

    /// <summary>Sees the journal being written; without one the kill switch does.</summary>
    public IJournalWatch? Watch { get; init; }

    public async Task<OperatorOutcome> ActAsync(OperatorAct act, CancellationToken cancel)
    {
        try
        {
            var plan = Plan ?? room.ReadPlan();
            var services = room.NewServices(kills, Watch);
            if (act is OperatorAct.Backup or OperatorAct.Restore)
            {
                await KeepAsync(act, plan, services, cancel).ConfigureAwait(false);
                return OperatorOutcome.Success;
            }

            var result = act switch
            {
                OperatorAct.Run => await new MigrationRunner(services, Observer).RunAsync(plan, Options, cancel).ConfigureAwait(false),
                OperatorAct.Resume => await new MigrationRunner(services, Observer).RunAsync(plan, Options with { Resume = true }, cancel).ConfigureAwait(false),
                OperatorAct.Undo => await new UndoRunner(services, Observer).UndoAsync(plan, new UndoSelection(), Options, cancel).ConfigureAwait(false),
                _ => await new UndoRunner(services, Observer).UndoAsync(plan, new UndoSelection { RunId = LastRun() }, Options, cancel).ConfigureAwait(false),
            };
            return OperatorOutcome.Of(result.Failure);
        }
        catch (MigrationException e)
        {
            return OperatorOutcome.Of(e);
        }
    }

    private async Task KeepAsync(OperatorAct act, MigrationPlan plan, MigrationServices services, CancellationToken cancel)
    {
        await using var targets = await TargetSet.OpenAsync(plan, services, cancel).ConfigureAwait(false);
        var keeper = new BackupKeeper(services, Observer);
        var target = targets[MigrationPlan.DefaultTargetName];
        await (act == OperatorAct.Backup
            ? keeper.BackupAsync(target, room.State, "", cancel)
            : keeper.RestoreAsync(Backup.Read(room.Backups().First()), target, Options.LockTimeout, cancel)).ConfigureAwait(false);
    }

    private string LastRun() => room.State.Runs()
        .Where(run => RunJournal.Read(run) is [{ Direction: "forward" }, ..])
        .Select(Path.GetFileName)
        .LastOrDefault() ?? "none";
}
