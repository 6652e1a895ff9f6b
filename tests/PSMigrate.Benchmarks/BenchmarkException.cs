namespace PSMigrate.Benchmarks;

/// <summary>A contender did not do the work it was timed for, or a measurement could not be taken.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
