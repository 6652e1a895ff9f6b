namespace PSMigrate.Benchmarks.Contenders;

/// <summary>What shares a transaction.</summary>
internal enum Grouping
{
    /// <summary>Each script has one of its own.</summary>
    EachScript,

    /// <summary>All scripts of the run are in one.</summary>
    AllScripts,
}

/// <summary>How the tables say it.</summary>
internal static class GroupingWords
{
    /// <summary>For the column of transactions.</summary>
    public static string Describe(this Grouping grouping) =>
        grouping == Grouping.EachScript ? "each script" : "all scripts";

    /// <summary>For a contender that comes in both kinds.</summary>
    public static string Suffix(this Grouping grouping) =>
        grouping == Grouping.EachScript ? "" : " (one transaction)";
}
