namespace PSMigrate.Backups;

/// <summary>What may be cleared away.</summary>
public enum RetentionKind
{
    Backup,

    /// <summary>What is left of a backup that was never finished, or only half removed.</summary>
    Leftover,

    /// <summary>What a step saved in the target before it destroyed it.</summary>
    Capture,

    /// <summary>Rows of others that an undo saved in the target.</summary>
    SavedRows,
}

/// <summary>What is to become of it.</summary>
public enum RetentionVerdict
{
    /// <summary>Nobody asked for its removal.</summary>
    Kept,

    /// <summary>It would go, but something needs it.</summary>
    Needed,

    /// <summary>It goes.</summary>
    Removable,
}

/// <summary>One thing that was considered.</summary>
/// <param name="Name">The backup's id, or what the target calls it.</param>
/// <param name="Target">The target's address; empty where it is not known.</param>
public sealed record RetentionItem(RetentionKind Kind, string Name, string Target)
{
    public RetentionVerdict Verdict { get; init; }

    /// <summary>Why it goes or stays.</summary>
    public string Reason { get; init; } = "";

    /// <summary>True once it is gone.</summary>
    public bool Removed { get; init; }

    /// <summary>The run that needs it; null where none does.</summary>
    public string? NeededByRun { get; init; }

    /// <summary>When it was made; null where that is not known.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>On disk; null for what is in the target.</summary>
    public long? Bytes { get; init; }

    public long? Rows { get; init; }

    /// <summary>Its folder; null for what is in the target.</summary>
    public string? Path { get; init; }
}

/// <summary>What became of all that was considered, and what went wrong meanwhile.</summary>
public sealed record RetentionReport(IReadOnlyList<RetentionItem> Items, IReadOnlyList<MigrationException> Failures);

/// <summary>Something that is needed.</summary>
/// <param name="RunId">The run that needs it; null where it is not a run.</param>
/// <param name="Why">Said after "needed: ".</param>
internal sealed record RetentionNeed(string? RunId, string Why);
