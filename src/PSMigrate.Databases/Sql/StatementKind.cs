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

    /// <summary>ALTER TABLE with several actions: see <see cref="StatementFacts.Actions"/>.</summary>
    AlterTable,

    /// <summary>Makes an object that has no kind of its own here: see <see cref="StatementFacts.ObjectKind"/>.</summary>
    Create,

    /// <summary>Changes an object other than a table.</summary>
    Alter,

    /// <summary>Drops an object that has no kind of its own here.</summary>
    Drop,
    Insert,

    /// <summary>REPLACE, INSERT OR REPLACE or UPDATE OR REPLACE: rows that are in the way are deleted.</summary>
    Replace,
    Update,
    Delete,

    /// <summary>SELECT or VALUES, with or without WITH.</summary>
    Select,
    Truncate,
    Merge,

    /// <summary>COPY, BULK INSERT and LOAD DATA: rows from or to a file or the client.</summary>
    Copy,
    RefreshMaterializedView,
    EnableTrigger,
    DisableTrigger,

    /// <summary>CALL, EXEC, EXECUTE: what it does cannot be read off it.</summary>
    Call,

    /// <summary>DO: a block of code that runs at once.</summary>
    Do,
    Grant,
    Revoke,
    Comment,

    /// <summary>Sets a variable or a setting of the connection: see <see cref="StatementFacts.SettingName"/>.</summary>
    Set,

    /// <summary>Gives a setting its own value back.</summary>
    Reset,

    /// <summary>Makes another database the current one.</summary>
    Use,
    LockTables,
    UnlockTables,
    Backup,
    Restore,

    /// <summary>Steers, computes or tells something without changing the database: DECLARE, PRINT, IF, FETCH and the like.</summary>
    Control,

    /// <summary>Several statements that are sent as one: see <see cref="StatementFacts.Parts"/>.</summary>
    Batch,
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
