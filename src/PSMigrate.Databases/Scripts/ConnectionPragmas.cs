using System.Collections.Frozen;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>SQLite's pragmas that set up a connection or file rather than change what is in it.</summary>
internal static class ConnectionPragmas
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "automatic_index", "auto_vacuum", "busy_timeout", "cache_size", "cache_spill", "case_sensitive_like", "cell_size_check",
        "checkpoint_fullfsync", "foreign_keys", "fullfsync", "ignore_check_constraints", "journal_mode", "journal_size_limit",
        "legacy_alter_table", "locking_mode", "mmap_size", "page_size", "query_only", "read_uncommitted", "recursive_triggers",
        "reverse_unordered_selects", "secure_delete", "synchronous", "temp_store", "threads", "trusted_schema",
        "wal_autocheckpoint", "writable_schema",
    }.ToFrozenSet();

    /// <summary>What these set is ignored, refused or postponed inside a transaction.</summary>
    private static readonly FrozenSet<string> OutsideTransactionOnly = new[]
    {
        "auto_vacuum", "foreign_keys", "journal_mode", "page_size", "synchronous", "temp_store",
    }.ToFrozenSet();

    /// <summary>What these set stays with the file when the connection is closed.</summary>
    private static readonly FrozenSet<string> KeptByFile = new[] { "auto_vacuum", "journal_mode", "page_size" }.ToFrozenSet();

    /// <summary>True for a statement that sets up the connection; one that only asks is a query like any other.</summary>
    public static bool Sets(StatementFacts facts) =>
        facts is { Kind: StatementKind.Pragma, PragmaArgument: not null, PragmaName: { } name } && Names.Contains(name);

    public static bool NeedsNoTransaction(StatementFacts pragma) => OutsideTransactionOnly.Contains(pragma.PragmaName!);

    public static bool IsKeptByFile(StatementFacts pragma) => KeptByFile.Contains(pragma.PragmaName!);

    /// <summary>The value in one spelling: <c>off</c>, <c>FALSE</c> and <c>0</c> are the same.</summary>
    public static string Value(StatementFacts pragma) => pragma.PragmaArgument!.Trim().ToLowerInvariant() switch
    {
        "on" or "yes" or "true" or "1" => "1",
        "off" or "no" or "false" or "0" => "0",
        var other => other,
    };
}
