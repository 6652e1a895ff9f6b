namespace PSMigrate.Host.Hosting;

/// <summary>How a script ended.</summary>
internal enum ScriptOutcome
{
    Succeeded,
    Failed,
    Stopped,
}
