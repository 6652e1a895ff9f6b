using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Engine;

/// <summary>What the engine is given by whoever hosts it.</summary>
public sealed class MigrationServices
{
    public required MigrationCatalog Catalog { get; init; }

    /// <summary>Runs script steps, in the caller's session when there is one.</summary>
    public IScriptRunner? Scripts { get; init; }

    /// <summary>Resolves <c>${secret:NAME}</c>; null where no vault is at hand.</summary>
    public Func<string, string?>? ResolveSecret { get; init; }

    /// <summary>What to log in with where addresses do not say; null where nobody gave anything.</summary>
    public TargetLogin? Login { get; init; }

    /// <summary>Sees every journal record before and after it is written; null where nobody watches.</summary>
    public Journal.IJournalWatch? JournalWatch { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public string Actor { get; init; } = $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>The target at an address, with its references resolved; it is not opened yet.</summary>
    /// <exception cref="MigrationException">TargetKindUnknown, SecretNotFound, SecretMissing, or what the kind says of the address.</exception>
    public Target NewTarget(TargetAddress address) => Catalog.Target(address.Scheme).Open(References.Resolve(address, this));

    public DateTimeOffset Now()
    {
        var now = Clock.GetUtcNow();
        return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}

/// <summary>The kinds of targets, steps and checks that are known.</summary>
public sealed class MigrationCatalog
{
    private readonly Dictionary<string, ITargetKind> targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IStepKind> steps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ICheckKind> checks = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> StepKeys => steps.Keys;

    public IReadOnlyCollection<string> CheckKeys => checks.Keys;

    public MigrationCatalog Add(ITargetKind kind)
    {
        targets.Add(kind.Scheme, kind);
        return this;
    }

    public MigrationCatalog Add(IStepKind kind)
    {
        steps.Add(kind.Key, kind);
        return this;
    }

    public MigrationCatalog Add(ICheckKind kind)
    {
        checks.Add(kind.Key, kind);
        return this;
    }

    public IStepKind Step(string key) => steps.TryGetValue(key, out var kind) ? kind : throw Unknown("StepKindUnknown", "kind of step", key, steps.Keys);

    public ICheckKind Check(string key) => checks.TryGetValue(key, out var kind) ? kind : throw Unknown("CheckKindUnknown", "kind of check", key, checks.Keys);

    public ITargetKind Target(string scheme) => targets.TryGetValue(scheme, out var kind) ? kind : throw Unknown("TargetKindUnknown", "kind of target", scheme, targets.Keys);

    private static MigrationException Unknown(string errorId, string what, string key, IEnumerable<string> known) =>
        new(errorId, ErrorKind.InvalidInput, $"'{key}' is not a {what} that this version knows.")
        {
            Offender = key,
            RecommendedAction = $"Use one of: {string.Join(", ", known.Order(StringComparer.Ordinal))}.",
        };
}

/// <summary>Runs PowerShell scripts for steps, checks and tests.</summary>
public interface IScriptRunner
{
    /// <summary>
    /// Runs a script file to its end. Anything it writes as an error, throws, or ends with a non-zero exit code is a failure and
    /// is thrown as <c>ScriptFailed</c>. Returns what it put out.
    /// </summary>
    Task<IReadOnlyList<object?>> RunAsync(ScriptCall call, CancellationToken cancel);
}

/// <param name="Path">Full path of the script.</param>
/// <param name="Context">What the script sees as <c>$Migration</c>.</param>
public sealed record ScriptCall(string Path, IReadOnlyDictionary<string, object?> Context)
{
    /// <summary>How long it may take; null for as long as it takes. One that takes longer is stopped and is a failure, <c>ScriptTimedOut</c>.</summary>
    public TimeSpan? Timeout { get; init; }
}
