namespace PSMigrate.Databases.Sql;

/// <summary>What an object is that a statement names.</summary>
public enum SqlObjectKind
{
    Unknown,
    Database,
    Schema,
    Table,
    Index,
    View,
    MaterializedView,
    Trigger,
    Sequence,
    Type,
    Domain,
    Function,
    Procedure,
    Aggregate,
    Package,
    Event,
    Synonym,
    Extension,
    Policy,
    Rule,
    Role,
    User,
    Login,
    Statistics,
    Publication,
    Subscription,
    Tablespace,
    Server,

    /// <summary>PostgreSQL's trigger on events of the database itself.</summary>
    EventTrigger,

    /// <summary>A table that stands for one on another server.</summary>
    ForeignTable,
    FullTextIndex,
    FullTextCatalog,
    PartitionFunction,
    PartitionScheme,

    /// <summary>The engine or its whole server.</summary>
    System,

    /// <summary>Something that is seldom migrated: operators, casts, collations, certificates, keys, endpoints, …</summary>
    Other,
}

/// <summary>The name of an object as a statement writes it, without quotes; null where a part is left out.</summary>
public sealed record SqlObjectName(string? Database, string? Schema, string Name)
{
    /// <summary>RENAME: what it is called afterwards.</summary>
    public string? NewName { get; init; }

    public override string ToString() => string.Join('.', new[] { Database, Schema, Name }.Where(part => part is not null));
}
