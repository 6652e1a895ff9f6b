using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>One direction of a script, ready to be run.</summary>
/// <param name="Prelude">
/// The pragmas to set on the connection before the transaction begins, because they have no effect inside it. Whoever runs the
/// part puts them back afterwards.
/// </param>
/// <param name="Statements">What to run, one by one, without the script's own BEGIN and COMMIT unless <paramref name="InTransaction"/> is false.</param>
/// <param name="Postlude">The pragmas with which the script itself puts the connection back: for showing, not for running.</param>
/// <param name="InTransaction">True when all statements belong into one transaction; false for <c>Transaction: none</c>.</param>
public sealed record ScriptPart(
    IReadOnlyList<SqlStatement> Prelude,
    IReadOnlyList<SqlStatement> Statements,
    IReadOnlyList<SqlStatement> Postlude,
    bool InTransaction)
{
    public bool IsEmpty => Prelude.Count == 0 && Statements.Count == 0;

    /// <summary>Reads SQL that is no script file, such as a rollback that was kept elsewhere.</summary>
    /// <param name="sql">The text, not commented.</param>
    /// <param name="origin">What places should name.</param>
    /// <param name="dialect">The SQL of the engine that will run it.</param>
    /// <param name="variables">What stands for <c>${name}</c>.</param>
    /// <param name="transactionNone">True to leave BEGIN and COMMIT where they are.</param>
    /// <exception cref="MigrationException">
    /// UnclosedString, UnclosedIdentifier, UnclosedComment, TransactionUnbalanced, PragmaInTransaction, UnknownVariable,
    /// VariableInvalid, VariableNotQuotable, SecretNotFound.
    /// </exception>
    public static ScriptPart Read(
        string sql, string origin, SqlDialect dialect, ScriptVariables? variables = null, bool transactionNone = false) =>
        ScriptPartReader.Read(MappedText.Of(sql, origin), dialect, variables ?? ScriptVariables.None, transactionNone);
}
