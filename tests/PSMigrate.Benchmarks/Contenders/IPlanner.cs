using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>One way of finding out what a run would do, without doing it.</summary>
internal interface IPlanner
{
    /// <summary>What the table calls it; unique.</summary>
    string Name { get; }

    /// <summary>What it looks at, in a few words.</summary>
    string LooksAt { get; }

    /// <summary>The form in which it wants the scripts.</summary>
    ScriptForm Form { get; }

    /// <summary>Plans the folder's scripts for a new database and gives the number of scripts in the plan.</summary>
    Task<int> PlanAsync(string folder, BenchmarkDatabase database);
}
