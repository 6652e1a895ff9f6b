namespace PSMigrate.Benchmarks.Contenders;

/// <summary>A contender and the measurements it takes part in.</summary>
/// <param name="Contender">The contender.</param>
/// <param name="Parts">The measurements it takes part in.</param>
/// <param name="IsReference">Whether the others are compared with it.</param>
/// <param name="Preparer">
/// Who applies the scripts, untimed, before the re-run is timed; null for the contender itself. It must leave the
/// same history: a faster transaction mode of the same tool.
/// </param>
internal sealed record Entrant(IContender Contender, Part Parts, bool IsReference = true, IContender? Preparer = null);
