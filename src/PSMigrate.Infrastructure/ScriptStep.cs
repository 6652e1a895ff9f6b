using System.Globalization;
using System.Text.Json;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Infrastructure;

/// <summary>
/// A change that the author's own scripts make. <c>check</c> says with true or false whether it has been made: with it, what is
/// done already is not done again, and after a crash nobody has to guess. An <c>undo</c> may be run after a <c>do</c> that came only part
/// of the way, and must cope with that.
/// </summary>
public sealed class ScriptStep(StepDefinition definition, Target target, PlanScope scope) : Step(definition, target)
{
    public const string NoUndo = "PSM201";
    public const string NoCheck = "PSM202";

    /// <summary>How long a script that only looks may take, unless the plan says otherwise: one that hangs must not hold everything up.</summary>
    public static readonly TimeSpan DefaultCheckTimeout = TimeSpan.FromMinutes(1);

    public override string UndoRecordIfFoundApplied => JsonSerializer.Serialize(Definition, PlanDocument.LineOptions);

    public override bool HasVerification => Has("check") || Has("verify");

    public override Task<string?> NotRehearsableBecauseAsync(CancellationToken cancel) => Task.FromResult(
        Definition.Settings.GetValueOrDefault("rehearse") == "true" ? null : "it acts beyond the copy; 'rehearse: true' says that it acts only on the target it is given");

    /// <summary>A check or verify that was mended does not make another change of it.</summary>
    public override bool CanGoOnFrom(HistoryEntry begun) => base.CanGoOnFrom(begun)
        || (TryRead(begun.UndoRecord) is { } former && Acting(former).SequenceEqual(Acting(Definition)));

    public override IReadOnlyList<StepFile> FilesToKeep => Definition.Files;

    public override void RequireFilesUnchanged()
    {
        foreach (var file in Definition.Files)
        {
            PlanFiles.RequireUnchanged(file, scope.BaseFolder);
        }
    }

    public override Task<StepInspection> InspectAsync(InspectionContext context, CancellationToken cancel)
    {
        var findings = new List<Finding>();
        if (!Has("undo"))
        {
            findings.Add(new Finding(NoUndo, RiskLevel.High, Definition.Id, "The script has no undo, so that nothing takes it back",
                "Write a script that takes it back, and name it under 'undo'.", FindingSource.Text));
        }

        if (!Has("check"))
        {
            findings.Add(new Finding(NoCheck, RiskLevel.Medium, Definition.Id, "The script has no check: after a crash nobody can tell whether it was done",
                "Write a script that returns $true when it is done, and name it under 'check'.", FindingSource.Text));
        }

        return Task.FromResult(new StepInspection
        {
            Changes = [new Change(Definition.Id, $"run {File("do")!.Path}", "", "", RiskLevel.Medium)],
            Findings = findings,
            Rollback = File("undo") is { } undo
                ? new RollbackStep(Definition.Id, Reversibility.Inverse, "author", false, $"run {undo.Path}")
                : new RollbackStep(Definition.Id, Reversibility.Irreversible, "none", false, ""),
            EstimatedDuration = TimeSpan.FromSeconds(1),
            Touches = [PlannedStep.Anything],
            Types = [MigrationType.Infrastructure],
        });
    }

    public override async Task<AppliedStep> ApplyAsync(StepContext context, CancellationToken cancel)
    {
        if (Has("check") && await AskAsync("check", context, cancel).ConfigureAwait(false))
        {
            context.Observer.Decision($"'{Definition.Id}' is done already, says its check.");
        }
        else
        {
            await RunAsync("do", context, cancel).ConfigureAwait(false);
        }

        return new AppliedStep(UndoRecordIfFoundApplied, 0, []);
    }

    public override async Task VerifyAsync(StepContext context, CancellationToken cancel)
    {
        foreach (var role in new[] { "check", "verify" }.Where(Has))
        {
            if (!await AskAsync(role, context, cancel).ConfigureAwait(false))
            {
                throw new MigrationException("VerificationFailed", ErrorKind.Failed, $"'{File(role)!.Path}' says that '{Definition.Id}' is not done.")
                {
                    Offender = Definition.Id,
                    RecommendedAction = "Look at what the script left, and mend it or the check.",
                };
            }
        }
    }

    public override async Task<UndoneStep> UndoAsync(StepContext context, HistoryEntry entry, CancellationToken cancel)
    {
        if (!Has("undo"))
        {
            if (context.Found == ProbeResult.NotApplied)
            {
                return new UndoneStep(true, "its check says that it was not applied");
            }

            throw new MigrationException("UndoNotPossible", ErrorKind.NotSupported, $"'{Definition.Id}' has no undo script.")
            {
                Offender = Definition.Id,
                RecommendedAction = "Take it back by hand, or restore a backup with Restore-MigrationTarget.",
            };
        }

        try
        {
            await RunAsync("undo", context, cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.ErrorId == "ScriptFailed" && context.Found == ProbeResult.NotApplied)
        {
            // It was tried in case the step had come part of the way. Where there was nothing to take back, the check has the word.
            if (await AskAsync("check", context, cancel).ConfigureAwait(false))
            {
                throw;
            }

            var note = $"its check says that it is not applied; its undo, which was tried all the same, failed: {e.Message}";
            context.Observer.Warning($"'{Definition.Id}': {note}");
            return new UndoneStep(true, note);
        }

        if (context is { Force: true, Found: ProbeResult.Unknown })
        {
            return new UndoneStep(true, "its check could not tell before, and was not asked again");
        }

        if (Has("check") && await AskAsync("check", context, cancel).ConfigureAwait(false))
        {
            throw new MigrationException("UndoIncomplete", ErrorKind.Failed, $"After its undo, '{File("check")!.Path}' says that '{Definition.Id}' is still done.")
            {
                Offender = Definition.Id,
                RecommendedAction = "Look at what the undo script left.",
            };
        }

        return new UndoneStep(true, null);
    }

    public override string? CannotUndoBecause(HistoryEntry entry) => Has("undo") ? null : "it has no undo script";

    public override async Task<ProbeResult> ProbeAsync(StepContext context, CancellationToken cancel) =>
        !Has("check") ? ProbeResult.Unknown
        : await AskAsync("check", context, cancel).ConfigureAwait(false) ? ProbeResult.Applied
        : ProbeResult.NotApplied;

    private static IEnumerable<string> Acting(StepDefinition definition) =>
        definition.Files.Where(f => f.Role is "do" or "undo").SelectMany(f => new[] { f.Role, f.Path, f.Checksum });

    private static StepDefinition? TryRead(string undoRecord)
    {
        try
        {
            return JsonSerializer.Deserialize<StepDefinition>(undoRecord, PlanDocument.LineOptions);
        }
        catch (JsonException)
        {
            // What cannot be read is certainly not the same; undo says what is wrong with it.
            return null;
        }
    }

    private bool Has(string role) => File(role) is not null;

    private StepFile? File(string role) => Definition.Files.FirstOrDefault(f => f.Role == role);

    /// <summary>The last thing that the script puts out must be true or false.</summary>
    private async Task<bool> AskAsync(string role, StepContext context, CancellationToken cancel)
    {
        var output = await RunAsync(role, context, cancel).ConfigureAwait(false);
        return output.Count > 0 && output[^1] is bool answer
            ? answer
            : throw new MigrationException("ScriptAnswerInvalid", ErrorKind.Failed, $"'{File(role)!.Path}' must end by putting out $true or $false.")
            {
                Offender = File(role)!.Path,
                RecommendedAction = "Let the script's last output be a Boolean.",
            };
    }

    private async Task<IReadOnlyList<object?>> RunAsync(string role, StepContext context, CancellationToken cancel)
    {
        var file = File(role)!;
        var path = PlanFiles.RequireUnchanged(file, scope.BaseFolder);
        var runner = scope.Services.Scripts
            ?? throw new MigrationException("ScriptsNotAvailable", ErrorKind.NotSupported, $"'{Definition.Id}' is a PowerShell script, and there is no PowerShell here to run it.");
        return await runner.RunAsync(new ScriptCall(path, new Dictionary<string, object?>
        {
            ["Step"] = Definition.Id,
            ["Plan"] = context.PlanName,
            ["RunId"] = context.RunId,
            ["IsRehearsal"] = context.IsRehearsal,
            ["IsPartial"] = context.Begun is not null || context.Found is not null,
            ["Target"] = Target.Address.ToString(),
            ["Variables"] = scope.Variables,
        })
        {
            Timeout = Definition.Settings.TryGetValue("timeout", out var given) ? TimeSpan.Parse(given, CultureInfo.InvariantCulture)
                : role is "check" or "verify" ? DefaultCheckTimeout
                : null,
        }, cancel).ConfigureAwait(false);
    }
}
