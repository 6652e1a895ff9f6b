namespace PSMigrate.Databases.Sql;

/// <summary>What can be read off a statement without asking an engine. Names are without their quotes.</summary>
public sealed record StatementFacts(StatementKind Kind)
{
    /// <summary>The schema that qualifies the object, such as <c>main</c> or <c>temp</c>; null where none is written.</summary>
    public string? Schema { get; init; }

    /// <summary>
    /// The object that the statement makes, changes or drops: a table, index, view, trigger or savepoint; the schema name of
    /// ATTACH and DETACH; the pragma's name.
    /// </summary>
    public string? ObjectName { get; init; }

    /// <summary>The table that an index or trigger is on.</summary>
    public string? OnTable { get; init; }

    /// <summary>What a table or column is renamed to.</summary>
    public string? NewName { get; init; }

    /// <summary>The column that ALTER TABLE adds, drops or renames.</summary>
    public string? ColumnName { get; init; }

    /// <summary>The definition that ADD COLUMN gives, from the column's name to the end, as written.</summary>
    public string? ColumnDefinition { get; init; }

    /// <summary>The default that ADD COLUMN gives, as written; null where it gives none.</summary>
    public string? DefaultText { get; init; }

    public bool IfExists { get; init; }

    public bool IfNotExists { get; init; }

    /// <summary>CREATE TEMP, or an object in the schema <c>temp</c>.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>UPDATE or DELETE has a WHERE of its own; one inside a subquery does not count.</summary>
    public bool HasWhere { get; init; }

    /// <summary>UPDATE, DELETE or SELECT has a LIMIT of its own.</summary>
    public bool HasLimit { get; init; }

    public bool HasReturning { get; init; }

    /// <summary>ADD COLUMN … NOT NULL.</summary>
    public bool NotNull { get; init; }

    public bool HasDefault => DefaultText is not null;

    /// <summary>ADD COLUMN … REFERENCES.</summary>
    public bool HasReferences { get; init; }

    /// <summary>ADD COLUMN … PRIMARY KEY.</summary>
    public bool IsPrimaryKey { get; init; }

    /// <summary>ADD COLUMN … UNIQUE, or CREATE UNIQUE INDEX.</summary>
    public bool IsUnique { get; init; }

    /// <summary>ADD COLUMN … CHECK.</summary>
    public bool HasCheck { get; init; }

    /// <summary>ADD COLUMN … AS (expression).</summary>
    public bool IsGenerated { get; init; }

    /// <summary>CREATE TABLE … AS SELECT.</summary>
    public bool AsSelect { get; init; }

    /// <summary>CREATE TRIGGER with BEGIN … END.</summary>
    public bool HasTriggerBody { get; init; }

    /// <summary>The value that PRAGMA sets or passes, without quotes; null where it only asks.</summary>
    public string? PragmaArgument { get; init; }

    /// <summary>VACUUM INTO: the expression that names the file, as written.</summary>
    public string? VacuumInto { get; init; }

    /// <summary>ATTACH: the expression that names the file, as written.</summary>
    public string? AttachedFile { get; init; }

    /// <summary>The pragma's name, in lower case; null for other statements.</summary>
    public string? PragmaName => Kind == StatementKind.Pragma ? ObjectName?.ToLowerInvariant() : null;
}
