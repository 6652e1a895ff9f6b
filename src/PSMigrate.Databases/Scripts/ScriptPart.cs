using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// One direction of a script, ready to be run. The statements of a large script are read from its file whenever they are walked over, so
/// that memory does not grow with it.
/// </summary>
/// <param name="Prelude">
/// The pragmas and settings to set on the connection before the transaction begins, because they have no effect inside it. Whoever runs the
/// part puts them back afterwards.
/// </param>
/// <param name="Statements">What to run, one by one, without the script's own BEGIN and COMMIT unless <paramref name="InTransaction"/> is false.</param>
/// <param name="Postlude">The pragmas and settings with which the script itself puts the connection back: for showing, not for running.</param>
/// <param name="InTransaction">True when all statements belong into one transaction; false for <c>Transaction: none</c>.</param>
public sealed record ScriptPart(
    IReadOnlyList<SqlStatement> Prelude,
    IReadOnlyList<SqlStatement> Statements,
    IReadOnlyList<SqlStatement> Postlude,
    bool InTransaction)
{
    /// <summary>The first statement that the engine refuses in a transaction; null where there is none.</summary>
    public SqlStatement? FirstOutsideTransaction { get; init; }

    /// <summary>The first statement that commits by itself; null where there is none.</summary>
    public SqlStatement? FirstImplicitCommit { get; init; }

    /// <summary>
    /// The first batch that begins or ends transactions in a branch or TRY block: whether it does is only seen when it runs, so that it
    /// was left as it is. Null where there is none.
    /// </summary>
    public SqlStatement? FirstOwnTransaction { get; init; }

    /// <summary>What it begins with to make its own database anew, which is in none of the lists; null where it does not.</summary>
    public ScriptHead? Head { get; init; }

    /// <summary>
    /// The first LOCK TABLES that was left out, with the UNLOCK TABLES: where the engine's locks shut the session out of other tables, it could
    /// not note what it does. Null where there is none.
    /// </summary>
    public SqlStatement? FirstTableLock { get; init; }

    public bool IsEmpty => Prelude.Count == 0 && Statements.Count == 0 && Head is null;

    /// <summary>Reads SQL that is no script file, such as a rollback that was kept elsewhere.</summary>
    /// <param name="sql">The text, not commented.</param>
    /// <param name="origin">What places should name.</param>
    /// <param name="dialect">The SQL of the engine that will run it.</param>
    /// <param name="variables">What stands for <c>${name}</c>.</param>
    /// <param name="transactionNone">True to leave BEGIN and COMMIT where they are.</param>
    /// <exception cref="MigrationException">
    /// UnclosedString, UnclosedIdentifier, UnclosedComment, CopyDataUnclosed, BatchSeparatorInvalid, DelimiterInvalid, ClientCommandRefused,
    /// ClientCommandInvalid, IncludeRefused, TransactionUnbalanced, PragmaInTransaction, UnknownVariable,
    /// VariableInvalid, VariableNotQuotable, SecretNotFound.
    /// </exception>
    public static ScriptPart Read(
        string sql, string origin, SqlDialect dialect, ScriptVariables? variables = null, bool transactionNone = false) =>
        ScriptPartReader.Read(MappedText.Of(sql, origin), dialect, variables ?? ScriptVariables.None, transactionNone);
}
