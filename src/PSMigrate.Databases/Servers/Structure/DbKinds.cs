namespace PSMigrate.Databases.Servers.Structure;

/// <summary>The kinds of objects that the code for all servers knows; engines have more, which are only made, compared and dropped.</summary>
public static class DbKinds
{
    public const string Schema = "schema";
    public const string Table = "table";

    /// <summary>A part of a table, which is made with it and shown as part of it.</summary>
    public const string Column = "column";
    public const string PrimaryKey = "primary key";

    /// <summary>A unique constraint; a unique index that is no constraint is an index with the facet <c>unique</c>.</summary>
    public const string UniqueKey = "unique key";
    public const string ForeignKey = "foreign key";
    public const string Check = "check";
    public const string Index = "index";
    public const string Trigger = "trigger";
    public const string View = "view";
    public const string MaterializedView = "materialized view";
    public const string Sequence = "sequence";
    public const string Function = "function";
    public const string Procedure = "procedure";
}

/// <summary>The names of facets that the code for all servers reads.</summary>
public static class DbFacets
{
    /// <summary>Columns: the data type as it is written in a definition.</summary>
    public const string Type = "type";

    /// <summary>Columns: <c>no</c> where NULL is not allowed, else left out.</summary>
    public const string Nullable = "nullable";

    /// <summary>Columns: the default as an expression; left out where there is none.</summary>
    public const string Default = "default";

    /// <summary>Columns: the expression of a computed column; such columns are never written.</summary>
    public const string Generated = "generated";

    /// <summary>Columns: present where the engine gives the value by itself unless told otherwise (identity, AUTO_INCREMENT); in the engine's words.</summary>
    public const string Identity = "identity";

    /// <summary>Columns: present where the engine alone writes the value (rowversion, system period).</summary>
    public const string WrittenByEngine = "written by engine";

    /// <summary>Indexes: <c>yes</c> where no two rows may be equal.</summary>
    public const string Unique = "unique";

    /// <summary>Indexes: the condition of a filtered index.</summary>
    public const string Filter = "filter";

    /// <summary>Tables: present where it is no ordinary table: partitioned, foreign, temporary, temporal, memory-optimised, …</summary>
    public const string TableKind = "kind";

    /// <summary>Anything: who owns it, and who may do what with it; set apart because a copy may not be allowed to give them away.</summary>
    public const string Owner = "owner";
    public const string Permissions = "permissions";
    public const string Comment = "comment";
}
