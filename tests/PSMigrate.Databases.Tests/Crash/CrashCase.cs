using PSMigrate.Databases.Crash;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>One process, and what ends it before it comes to its end.</summary>
internal sealed record Kill(OperatorAct Act)
{
    /// <summary>Which of its moments it dies at, from 1.</summary>
    public int Moment { get; init; }

    /// <summary>Or what the moment is called: it dies at the first of that name.</summary>
    public string? MomentCalled { get; init; }

    /// <summary>Before which system call it is killed, where it is traced.</summary>
    public SystemCall? Call { get; init; }

    /// <summary>When it is killed from outside.</summary>
    public TimeSpan? After { get; init; }

    public override string ToString() => (this switch
    {
        { Moment: > 0 } => $"{Act} killed at moment {Moment}",
        { MomentCalled: { } moment } => $"{Act} killed at '{moment}'",
        { Call: { } call } => $"{Act} killed before {call}",
        { After: { } after } => $"{Act} killed after {after.TotalMilliseconds:0} ms",
        _ => $"{Act}",
    });
}

/// <summary>The n-th call of its kind.</summary>
internal sealed record SystemCall(string Name, int Number)
{
    public override string ToString() => $"{Name} number {Number}";
}

/// <summary>Processes that are killed one after the other, and what the operator does in the end.</summary>
internal sealed record CrashCase(IReadOnlyList<Kill> Kills, OperatorAct WayOn)
{
    /// <summary>Whether the run came to its end before anything was killed.</summary>
    public bool AfterWholeRun { get; init; }

    /// <summary>Each step in a transaction of its own.</summary>
    public bool OneByOne { get; init; }

    /// <summary>
    /// How many bytes of a record are lost when a process dies right after it wrote it, as if it had died while it wrote it.
    /// </summary>
    public int TornBytes { get; init; }

    public override string ToString() =>
        $"{(AfterWholeRun ? "whole run, " : "")}{string.Join(", ", Kills)}{(TornBytes > 0 ? $", records torn by {TornBytes} bytes" : "")}, then {WayOn}{(OneByOne ? " (one by one)" : "")}";
}
