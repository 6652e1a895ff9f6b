namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>The kinds of objects that SQL Server has besides those of all servers.</summary>
internal static class SqlServerKinds
{
    /// <summary>
    /// The two columns that say from when to when a row was true. An object of its own, as it can be put on a table that is there and
    /// taken off again, and its columns are ordinary ones without it.
    /// </summary>
    public const string Period = "period";

    /// <summary>
    /// The tie between a temporal table and its history table, which is a table by itself. Both tables change freely only while it
    /// is off, so that it comes last and goes first; the history stays in its table in between.
    /// </summary>
    public const string SystemVersioning = "system versioning";

    /// <summary>Needs the table's primary key, and so comes after it.</summary>
    public const string ChangeTracking = "change tracking";

    public const string EdgeConstraint = "edge constraint";
    public const string Statistics = "statistics";
    public const string FullTextIndex = "full-text index";
    public const string FullTextCatalog = "full-text catalog";
    public const string FullTextStoplist = "full-text stoplist";
    public const string Synonym = "synonym";
    public const string Type = "type";
    public const string TableType = "table type";
    public const string XmlSchemaCollection = "xml schema collection";

    /// <summary>A default or rule that stands by itself and is bound to columns, as SQL Server had them before constraints.</summary>
    public const string BoundDefault = "default";
    public const string BoundRule = "rule";
    public const string PartitionFunction = "partition function";
    public const string PartitionScheme = "partition scheme";
    public const string User = "user";
    public const string Role = "role";
    public const string ApplicationRole = "application role";
    public const string DatabaseTrigger = "database trigger";
    public const string SecurityPolicy = "security policy";
    public const string Assembly = "assembly";
    public const string MessageType = "message type";
    public const string Contract = "contract";
    public const string Queue = "queue";
    public const string Service = "service";
    public const string Route = "route";
    public const string ExternalDataSource = "external data source";
    public const string ExternalFileFormat = "external file format";
    public const string Credential = "database scoped credential";
    public const string MasterKey = "column master key";
    public const string EncryptionKey = "column encryption key";

    /// <summary>A setting of the database itself, which can be changed but never be missing.</summary>
    public const string Setting = "database setting";
}
