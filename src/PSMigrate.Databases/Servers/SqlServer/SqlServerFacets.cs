namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>The names of facets that only SQL Server's objects have; those of all servers are in <c>DbFacets</c>.</summary>
internal static class SqlServerFacets
{
    public const string Yes = "yes";
    public const string No = "no";

    /// <summary>Begins the facets that are extended properties other than the comment: <c>property [name]</c>, <c>property COLUMN [c] [name]</c>.</summary>
    public const string Property = "property ";

    /// <summary>Begins the facets that are permissions on a column of what has no columns among its parts: <c>permissions of [c]</c>.</summary>
    public const string PermissionsOf = "permissions of ";

    // Where and how rows are stored
    public const string DataSpace = "data space";
    public const string LobDataSpace = "lob data space";
    public const string FileStreamDataSpace = "filestream data space";
    public const string Compression = "compression";
    public const string XmlCompression = "xml compression";

    // Tables
    public const string Durability = "durability";
    public const string LockEscalation = "lock escalation";
    public const string LargeValuesOutOfRow = "large values out of row";
    public const string TextInRow = "text in row";
    public const string Ledger = "ledger";
    public const string LedgerView = "ledger view";
    public const string HistoryTable = "history table";
    public const string Retention = "retention";
    public const string Directory = "directory";
    public const string External = "external";

    // Columns
    /// <summary>A note, no facet: what a type of the user's is another name for; left out for types of assemblies.</summary>
    public const string BaseType = "base type";
    public const string Collation = "collation";
    public const string DefaultName = "default name";
    public const string Persisted = "persisted";
    public const string NotForReplication = "not for replication";
    public const string RowGuid = "rowguidcol";
    public const string Sparse = "sparse";
    public const string ColumnSet = "column set";
    public const string Masked = "masked";
    public const string Encrypted = "encrypted";
    public const string FileStream = "filestream";
    public const string Hidden = "hidden";
    public const string BoundDefault = "bound default";
    public const string BoundRule = "bound rule";

    // Keys, indexes, statistics
    public const string Method = "method";
    public const string Descending = "descending";
    public const string Included = "included";
    public const string Order = "order";
    public const string FillFactor = "fill factor";
    public const string Padded = "padded";
    public const string IgnoreDuplicates = "ignore duplicate keys";
    public const string RowLocks = "row locks";
    public const string PageLocks = "page locks";
    public const string NoRecompute = "statistics norecompute";
    public const string SequentialKey = "optimize for sequential key";
    public const string CompressionDelay = "compression delay";
    public const string BucketCount = "bucket count";
    public const string Disabled = "disabled";
    public const string PrimaryXmlIndex = "primary xml index";
    public const string Grid = "grid";
    public const string Incremental = "incremental";
    public const string KeyIndex = "key index";
    public const string Catalog = "catalog";
    public const string Stoplist = "stoplist";
    public const string ChangeTracking = "change tracking";
    public const string IndexedColumns = "indexed columns";

    // Constraints
    public const string OnDelete = "on delete";
    public const string OnUpdate = "on update";
    public const string Trusted = "trusted";
    public const string ReferredSchema = "referred schema";
    public const string Expression = "expression";

    // Modules
    public const string Text = "text";
    public const string AnsiNulls = "ansi nulls";
    public const string QuotedIdentifier = "quoted identifier";
    public const string SchemaBound = "schema bound";
    public const string Returns = "returns";
    public const string Fires = "fires";

    // Sequences, synonyms, types, principals and the rest
    public const string Start = "start";
    public const string Increment = "increment";
    public const string Minimum = "minimum";
    public const string Maximum = "maximum";
    public const string Cycle = "cycle";
    public const string Cache = "cache";
    public const string For = "for";
    public const string Body = "body";
    public const string MemoryOptimized = "memory-optimized";
    public const string Values = "values";
    public const string Range = "range";
    public const string Schemes = "schemes";
    public const string Function = "function";
    public const string FileGroups = "file groups";
    public const string Login = "login";
    public const string DefaultSchema = "default schema";
    public const string Roles = "roles";
    public const string DatabasePermissions = "database permissions";
    public const string State = "state";
    public const string Predicates = "predicates";
    public const string PermissionSet = "permission set";
    public const string Files = "files";
    public const string Words = "words";
    public const string Options = "options";
    public const string Value = "value";
    public const string SecondaryValue = "value for secondary";
}
