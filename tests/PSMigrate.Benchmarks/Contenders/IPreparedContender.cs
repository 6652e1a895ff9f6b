namespace PSMigrate.Benchmarks.Contenders;

/// <summary>A contender with something to do before the work that is timed.</summary>
internal interface IPreparedContender : IContender
{
    /// <summary>Called before each first application to a new database; not timed.</summary>
    Task PrepareAsync(string folder, BenchmarkDatabase database);
}
