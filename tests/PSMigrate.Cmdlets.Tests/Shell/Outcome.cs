using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests.Shell;

/// <summary>What a script did: its output, its streams, and the error that ended it.</summary>
internal sealed record Outcome
{
    public required IReadOnlyList<PSObject> Output { get; init; }

    /// <summary>The terminating error; null where the script came to its end.</summary>
    public ErrorRecord? Terminating { get; init; }

    /// <summary>Errors that did not end the script.</summary>
    public required IReadOnlyList<ErrorRecord> Errors { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Verbose { get; init; }

    public required IReadOnlyList<string> Debug { get; init; }

    public required IReadOnlyList<InformationRecord> Information { get; init; }

    public required IReadOnlyList<ProgressRecord> Progress { get; init; }

    /// <summary>The one output, as PowerShell would let a script use it.</summary>
    public dynamic Single => Assert.Single(Output).BaseObject;

    /// <summary>All that any stream said, for finding what must not be said.</summary>
    public string Everything => string.Join('\n',
    [
        .. Output.Select(o => o?.ToString() ?? ""), .. Warnings, .. Verbose, .. Debug,
        .. Information.Select(i => i.ToString()), .. Progress.Select(p => $"{p.Activity} {p.StatusDescription} {p.CurrentOperation}"),
        .. Errors.Concat(Terminating is null ? [] : [Terminating]).Select(e => $"{e} {e.Exception} {e.ErrorDetails?.RecommendedAction} {e.TargetObject}"),
    ]);
}
