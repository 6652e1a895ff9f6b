namespace PSMigrate.Databases.Sql;

/// <summary>One thing that ALTER TABLE does. Names are without their quotes.</summary>
public sealed record TableAction(TableActionKind Kind)
{
    /// <summary>The column, constraint, index, trigger or partition that it is about.</summary>
    public string? Name { get; init; }

    /// <summary>What it is renamed to, or the schema, owner or engine that it gets.</summary>
    public string? NewName { get; init; }

    /// <summary>The definition as written: of a column from its name on, of a constraint from its kind on.</summary>
    public string? Definition { get; init; }

    /// <summary>The data type, as written.</summary>
    public string? TypeText { get; init; }

    /// <summary>The default, as written.</summary>
    public string? DefaultText { get; init; }

    /// <summary>USING of a change of type, as written.</summary>
    public string? UsingText { get; init; }

    public ConstraintKind Constraint { get; init; }

    /// <summary>The columns of a constraint or index; expressions are left out.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The table that a foreign key or a partition's exchange names.</summary>
    public SqlObjectName? OtherTable { get; init; }

    /// <summary>NOT NULL is written; null where the action says neither NULL nor NOT NULL.</summary>
    public bool? NotNull { get; init; }

    public bool IsPrimaryKey { get; init; }

    public bool IsUnique { get; init; }

    public bool HasReferences { get; init; }

    public bool HasCheck { get; init; }

    public bool IsGenerated { get; init; }

    /// <summary>IDENTITY, AUTO_INCREMENT, serial types.</summary>
    public bool IsIdentity { get; init; }

    public bool IfExists { get; init; }

    public bool IfNotExists { get; init; }

    public bool Cascade { get; init; }

    /// <summary>NOT VALID, WITH NOCHECK: rows that are there are not looked at.</summary>
    public bool IsNotChecked { get; init; }

    /// <summary>CONCURRENTLY, ONLINE = ON.</summary>
    public bool IsOnline { get; init; }

    public bool HasDefault => DefaultText is not null;
}

/// <summary>What an action of ALTER TABLE does.</summary>
public enum TableActionKind
{
    Other,
    AddColumn,
    DropColumn,
    RenameColumn,

    /// <summary>Gives a column another type; nullability and default may come along.</summary>
    ChangeColumn,
    SetNotNull,
    DropNotNull,
    SetDefault,
    DropDefault,

    /// <summary>Identity, storage, statistics, masks and other properties of a column.</summary>
    ChangeColumnOption,
    AddConstraint,
    DropConstraint,
    RenameConstraint,
    ValidateConstraint,

    /// <summary>NOCHECK CONSTRAINT, NOT ENFORCED: the constraint stays, and is not checked.</summary>
    DisableConstraint,
    AddIndex,
    DropIndex,
    RenameIndex,
    RenameTable,
    SetSchema,
    SetOwner,
    AttachPartition,
    DetachPartition,
    AddPartition,

    /// <summary>Drops or empties a partition: its rows are lost.</summary>
    DropPartition,
    ExchangePartition,

    /// <summary>Splits, merges, reorganises or moves partitions.</summary>
    ChangePartitions,
    EnableTrigger,
    DisableTrigger,
    RowSecurity,

    /// <summary>Storage parameters, engine, character set, compression, tablespace, …</summary>
    SetOption,

    /// <summary>Writes the table anew: REBUILD, FORCE, SET LOGGED, SET ACCESS METHOD, CONVERT TO CHARACTER SET, ENGINE.</summary>
    Rebuild,
}

/// <summary>What a constraint is.</summary>
public enum ConstraintKind
{
    None,
    PrimaryKey,
    Unique,
    ForeignKey,
    Check,
    Exclusion,
    Default,
    NotNull,
}
