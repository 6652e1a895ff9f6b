using PSMigrate.Benchmarks.Scripts;

namespace PSMigrate.Benchmarks.Contenders;

/// <summary>One way of bringing a database up to date with a folder of scripts.</summary>
internal interface IContender
{
    /// <summary>What the tables call it; unique.</summary>
    string Name { get; }

    /// <summary>What shares a transaction: "each script", "all scripts", ...</summary>
    string Transactions { get; }

    /// <summary>What a second run compares for scripts that were applied before: "names", "checksums", ...</summary>
    string Rechecks { get; }

    /// <summary>The form in which it wants the scripts.</summary>
    ScriptForm Form { get; }

    /// <summary>A query whose only value is the number of scripts that its history says were applied.</summary>
    string HistoryCountSql(BenchmarkDatabase database);

    /// <summary>
    /// Applies the scripts of the folder that the database has not had; everything from cold objects to closed
    /// connections is timed. Called a second time on the same database, it is the re-run.
    /// </summary>
    Task ApplyAsync(string folder, BenchmarkDatabase database);
}
