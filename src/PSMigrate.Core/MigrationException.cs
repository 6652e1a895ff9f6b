namespace PSMigrate;

/// <summary>What sort of trouble an error is: it decides the error category that PowerShell shows.</summary>
public enum ErrorKind
{
    /// <summary>Something the user gave is wrong: a script, a plan file, a parameter.</summary>
    InvalidInput,

    /// <summary>A file, folder, run or target is not there.</summary>
    NotFound,

    /// <summary>The tool could go on but will not: a gate is closed.</summary>
    Refused,

    /// <summary>Someone else holds what is needed.</summary>
    Busy,

    /// <summary>Rights are missing, or the target is read-only.</summary>
    Denied,

    /// <summary>The state of the world is not what was recorded: drift, conflict, an altered backup.</summary>
    Conflict,

    /// <summary>An act was tried and failed.</summary>
    Failed,

    /// <summary>Known, but not to be had in this version or on this target.</summary>
    NotSupported,
}

/// <summary>
/// The one exception that PSMigrate throws for anything a user can act on: what went wrong, where, and what to do.
/// </summary>
/// <param name="errorId">Stable identifier, PascalCase, documented; scripts may depend on it.</param>
/// <param name="kind">Decides the error category.</param>
/// <param name="message">What is wrong, in one or two sentences, without secrets.</param>
/// <param name="inner">The cause, if another exception was it.</param>
public sealed class MigrationException(string errorId, ErrorKind kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public string ErrorId { get; } = errorId;

    public ErrorKind Kind { get; } = kind;

    /// <summary>What to do about it.</summary>
    public string? RecommendedAction { get; init; }

    /// <summary>The thing the error is about: a path, a step, a plan.</summary>
    public object? Offender { get; init; }

    /// <summary>True where nothing of the act was done, so that it may be tried again once its transaction is rolled back: a lock was not to be had.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Where in a file, when the error has a place in one.</summary>
    public SourcePlace? Place { get; init; }
}
