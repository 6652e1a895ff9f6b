namespace PSMigrate.Databases.Sql;

/// <summary>How a statement goes together with a transaction.</summary>
public enum TransactionNeed
{
    /// <summary>It can be in one, and is taken back with it.</summary>
    Any,

    /// <summary>The engine refuses it in a transaction.</summary>
    CannotBeInTransaction,

    /// <summary>The engine commits what is open before it, and it commits by itself.</summary>
    CommitsImplicitly,

    /// <summary>It may end the transaction it is in; only running it tells: a procedure that commits.</summary>
    MayCommit,
}
