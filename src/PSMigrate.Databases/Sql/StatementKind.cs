namespace PSMigrate.Databases.Sql;

/// <summary>What a statement does.</summary>
public enum StatementKind
{
    Other,
    CreateTable,
    CreateVirtualTable,
    CreateIndex,
    CreateView,
    CreateTrigger,
    DropTable,
    DropIndex,
    DropView,
    DropTrigger,
    AlterTableAddColumn,
    AlterTableDropColumn,
    AlterTableRenameColumn,
    AlterTableRename,
    AlterTableOther,
    Insert,

    /// <summary>REPLACE, INSERT OR REPLACE or UPDATE OR REPLACE: rows that are in the way are deleted.</summary>
    Replace,
    Update,
    Delete,

    /// <summary>SELECT or VALUES, with or without WITH.</summary>
    Select,
    Pragma,
    Vacuum,
    Attach,
    Detach,
    Analyze,
    Reindex,
    Begin,

    /// <summary>COMMIT or END.</summary>
    Commit,

    /// <summary>ROLLBACK of the whole transaction.</summary>
    Rollback,
    Savepoint,
    Release,

    /// <summary>ROLLBACK TO a savepoint.</summary>
    RollbackTo,

    /// <summary>EXPLAIN of anything: what it explains is not run.</summary>
    Explain,
}
