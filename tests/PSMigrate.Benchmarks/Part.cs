namespace PSMigrate.Benchmarks;

/// <summary>What the program can measure.</summary>
[Flags]
internal enum Part
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Scripts applied to a new database.</summary>
    Apply = 1,

    /// <summary>A second run that finds nothing to do.</summary>
    Rerun = 2,

    /// <summary>Time and memory for planning.</summary>
    Plan = 4,

    /// <summary>What importing the module costs a new PowerShell engine.</summary>
    Import = 8,

    /// <summary>A dropped column of a large table brought back, and what capturing costs an update.</summary>
    UndoColumn = 16,

    /// <summary>Large scripts cut into their statements.</summary>
    Split = 32,

    /// <summary>A large table copied from one database into another.</summary>
    Copy = 64,

    /// <summary>Everything but copies, which take by far the longest.</summary>
    All = Apply | Rerun | Plan | Import | UndoColumn | Split,
}
