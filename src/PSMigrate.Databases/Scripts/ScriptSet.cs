namespace PSMigrate.Databases.Scripts;

/// <summary>Scripts in the order in which they are to be applied.</summary>
/// <param name="Scripts">Each after all that it requires.</param>
/// <param name="Skipped">The scripts that are not for this environment.</param>
public sealed record ScriptSet(IReadOnlyList<SqlScript> Scripts, IReadOnlyList<SkippedScript> Skipped);

/// <summary>A script that is left out, and why, in words for the operator.</summary>
public sealed record SkippedScript(SqlScript Script, string Reason);
