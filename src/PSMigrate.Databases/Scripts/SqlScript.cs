using PSMigrate.Databases.Sql;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// A SQL script as its file name and header describe it. Its statements are read on demand, for the engine that will run them.
/// </summary>
public sealed record SqlScript
{
    /// <summary>The file's name without <c>.sql</c>: the name of the step, and of its row in the history.</summary>
    public required string Name { get; init; }

    /// <summary>The path that the script was read from.</summary>
    public required string FilePath { get; init; }

    /// <summary>The name without version, date or prefix: <c>add_email</c> of <c>V001__add_email</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The version in the file's name, or null where there is none.</summary>
    public ScriptVersion? Version { get; init; }

    /// <summary>How often the script is applied; <c>R__name.sql</c> is applied whenever it changes.</summary>
    public RepeatMode Repeat { get; init; }

    /// <summary>
    /// The scripts that must have been applied before, as the header names them; in a <see cref="ScriptSet"/>, the names of
    /// scripts in the set are their full names.
    /// </summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary><c>Transaction: none</c>: the statements are run one by one, each on its own.</summary>
    public bool TransactionNone { get; init; }

    /// <summary>The environments that the script is for; empty for all.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>How long a lock may be waited for, or null where the script does not say.</summary>
    public TimeSpan? LockTimeout { get; init; }

    /// <summary>How long one of its statements may take, or null where the script does not say.</summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>The queries that must return no rows afterwards, as the header has them.</summary>
    public IReadOnlyList<string> VerifyQueries { get; init; } = [];

    public DateOnly? Date { get; init; }

    public string? Description { get; init; }

    /// <summary>The header's <c>Migration</c>, which agrees with the file's name.</summary>
    public string? MigrationName { get; init; }

    /// <summary>
    /// Lower-case hexadecimal SHA-256 of the text before variables are replaced. Encoding, byte order mark and line ends do not
    /// matter to it; all else does. Files that it reads in with <c>:r</c> are part of it.
    /// </summary>
    public required string Checksum { get; init; }

    /// <summary>The file that undoes the script, <c>add_email.undo.sql</c> or <c>U001__add_email.sql</c>; null where there is none.</summary>
    public string? CompanionUndoPath => Undo?.FilePath;

    /// <summary>The checksum of the undo file, made as <see cref="Checksum"/> is; null where there is none.</summary>
    public string? UndoChecksum => Undo?.Checksum;

    /// <summary>The file's text; of a large one its beginning.</summary>
    public SourceText Source => Text.Head;

    /// <summary>The text, wherever it is.</summary>
    internal ScriptSource Text { get; init; } = null!;

    /// <summary>The files that it reads in with <c>:r</c>.</summary>
    internal ScriptIncludes Includes { get; init; } = ScriptIncludes.None;

    /// <summary>True when what it does may depend on variables.</summary>
    internal bool HasReferences => Text.HasReferences || Undo?.Source.HasReferences == true || Includes.Files.Any(file => file.HasReferences);

    internal UndoScript? Undo { get; init; }

    /// <summary>The file as it was when it was read, to tell cheaply that it has not been touched since.</summary>
    internal FileStamp Stamp { get; init; }

    internal IReadOnlyList<int> RequiresOffsets { get; init; } = [];

    internal IReadOnlyList<TextRange> VerifyRanges { get; init; } = [];

    /// <summary>True when the script is for this environment; a restricted script is for none that is not named.</summary>
    public bool IsFor(string? environment) =>
        Environments.Count == 0 || (environment is not null && Environments.Contains(environment, StringComparer.OrdinalIgnoreCase));

    /// <summary>The script's statements.</summary>
    /// <param name="dialect">The SQL of the engine that will run them.</param>
    /// <param name="variables">What stands for <c>${name}</c>; without it every name is unknown.</param>
    /// <exception cref="MigrationException">
    /// UnclosedString, UnclosedIdentifier, UnclosedComment, CopyDataUnclosed, BatchSeparatorInvalid, DelimiterInvalid, ClientCommandRefused,
    /// ClientCommandInvalid, IncludeRefused, IncludeNotFound, IncludeCycle, ScriptChanged, SectionRepeated, RollbackNotCommented, RollbackNotSql,
    /// RollbackAmbiguous, ScriptEmpty, TransactionUnbalanced, PragmaInTransaction, HeaderValueInvalid, UnknownVariable,
    /// VariableInvalid, VariableNotQuotable, SecretNotFound: each with its place.
    /// </exception>
    public ScriptContent ReadContent(SqlDialect dialect, ScriptVariables? variables = null) =>
        ScriptContentReader.Read(this, dialect, variables ?? ScriptVariables.None);

    public override string ToString() => Name;
}
