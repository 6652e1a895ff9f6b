using System.Management.Automation;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>The engine's errors as PowerShell's.</summary>
internal static class Errors
{
    /// <param name="subject">What the cmdlet was working on, for errors that name no offender of their own.</param>
    public static ErrorRecord Record(MigrationException e, object? subject = null) => new(e, e.ErrorId, Category(e.Kind), e.Offender ?? subject)
    {
        ErrorDetails = new ErrorDetails(e.Message) { RecommendedAction = e.RecommendedAction ?? "" },
    };

    private static ErrorCategory Category(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidInput => ErrorCategory.InvalidArgument,
        ErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        ErrorKind.Refused => ErrorCategory.InvalidOperation,
        ErrorKind.Busy => ErrorCategory.ResourceBusy,
        ErrorKind.Denied => ErrorCategory.PermissionDenied,
        ErrorKind.Conflict => ErrorCategory.InvalidData,
        ErrorKind.NotSupported => ErrorCategory.NotImplemented,
        _ => ErrorCategory.InvalidResult,
    };
}
