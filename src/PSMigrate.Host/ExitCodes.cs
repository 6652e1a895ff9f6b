namespace PSMigrate.Host;

/// <summary>The exit codes that are not a script's own; the same as those of pwsh.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 64;
    public const int CannotStart = 70;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
