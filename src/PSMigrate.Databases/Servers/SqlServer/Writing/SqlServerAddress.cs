using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>What SQL calls an object where it is spoken of: as an object, as something to secure, as a level of extended properties.</summary>
internal static class SqlServerAddress
{
    /// <summary>The object itself, with its schema where it has one; constraints and triggers too are objects of a schema.</summary>
    public static string Of(DbObject one) => one.Schema.Length > 0 ? SqlServerName.Quote(one.Schema, one.Name) : SqlServerName.Quote(one.Name);

    /// <summary>The table or view that a part belongs to.</summary>
    public static string TableOf(DbObject part) => SqlServerName.Quote(part.Schema, TableNameOf(part));

    public static string TableNameOf(DbObject part) => NameIn(part.Parent!)[(part.Schema.Length + 1)..];

    /// <summary>The table that a foreign key refers to.</summary>
    public static string ReferredTable(DbObject key)
    {
        var name = NameIn(key.RefersTo!);
        var schema = key.Facet(SqlServerFacets.ReferredSchema) ?? name[..name.IndexOf('.', StringComparison.Ordinal)];
        return SqlServerName.Quote(schema, name[(schema.Length + 1)..]);
    }

    /// <summary>With its class, as GRANT and ALTER AUTHORIZATION want it.</summary>
    public static string Securable(DbObject one) => one.Kind switch
    {
        DbKinds.Column => $"OBJECT::{TableOf(one)} ({SqlServerName.Quote(one.Name)})",
        DbKinds.Schema => $"SCHEMA::{Of(one)}",
        SqlServerKinds.Type or SqlServerKinds.TableType => $"TYPE::{Of(one)}",
        SqlServerKinds.XmlSchemaCollection => $"XML SCHEMA COLLECTION::{Of(one)}",
        SqlServerKinds.User => $"USER::{Of(one)}",
        SqlServerKinds.Role => $"ROLE::{Of(one)}",
        SqlServerKinds.ApplicationRole => $"APPLICATION ROLE::{Of(one)}",
        SqlServerKinds.Assembly => $"ASSEMBLY::{Of(one)}",
        SqlServerKinds.MessageType => $"MESSAGE TYPE::{Of(one)}",
        SqlServerKinds.Contract => $"CONTRACT::{Of(one)}",
        SqlServerKinds.Service => $"SERVICE::{Of(one)}",
        SqlServerKinds.Route => $"ROUTE::{Of(one)}",
        SqlServerKinds.FullTextCatalog => $"FULLTEXT CATALOG::{Of(one)}",
        SqlServerKinds.FullTextStoplist => $"FULLTEXT STOPLIST::{Of(one)}",
        SqlServerKinds.Credential => $"DATABASE SCOPED CREDENTIAL::{Of(one)}",
        _ => $"OBJECT::{Of(one)}",
    };

    /// <summary>The levels at which <c>sp_addextendedproperty</c> finds it.</summary>
    public static IReadOnlyList<(string Type, string Name)> Levels(DbObject one) => one.Kind switch
    {
        DbKinds.Column => OfPart("COLUMN", one),
        DbKinds.Index or SqlServerKinds.FullTextIndex => OfPart("INDEX", one),
        DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.ForeignKey or DbKinds.Check or SqlServerKinds.EdgeConstraint => OfPart("CONSTRAINT", one),
        DbKinds.Trigger => OfPart("TRIGGER", one),
        DbKinds.Schema => [("SCHEMA", one.Name)],
        DbKinds.Table => InSchema("TABLE", one),
        DbKinds.View => InSchema("VIEW", one),
        DbKinds.Procedure => InSchema("PROCEDURE", one),
        DbKinds.Function => InSchema("FUNCTION", one),
        DbKinds.Sequence => InSchema("SEQUENCE", one),
        SqlServerKinds.Synonym => InSchema("SYNONYM", one),
        SqlServerKinds.Type => InSchema("TYPE", one),
        SqlServerKinds.TableType => InSchema("TABLE_TYPE", one),
        SqlServerKinds.XmlSchemaCollection => InSchema("XML SCHEMA COLLECTION", one),
        SqlServerKinds.BoundDefault => InSchema("DEFAULT", one),
        SqlServerKinds.BoundRule => InSchema("RULE", one),
        SqlServerKinds.Queue => InSchema("QUEUE", one),
        SqlServerKinds.PartitionFunction => [("PARTITION FUNCTION", one.Name)],
        SqlServerKinds.PartitionScheme => [("PARTITION SCHEME", one.Name)],
        SqlServerKinds.DatabaseTrigger => [("TRIGGER", one.Name)],
        SqlServerKinds.Assembly => [("ASSEMBLY", one.Name)],
        SqlServerKinds.MessageType => [("MESSAGE TYPE", one.Name)],
        SqlServerKinds.Contract => [("CONTRACT", one.Name)],
        SqlServerKinds.Service => [("SERVICE", one.Name)],
        SqlServerKinds.Route => [("ROUTE", one.Name)],
        _ => [("USER", one.Name)],
    };

    /// <summary>Kinds contain no space in keys.</summary>
    private static string NameIn(string key) => key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static IReadOnlyList<(string Type, string Name)> InSchema(string type, DbObject one) => [("SCHEMA", one.Schema), (type, one.Name)];

    private static IReadOnlyList<(string Type, string Name)> OfPart(string type, DbObject part) =>
        [("SCHEMA", part.Schema), (part.Parent!.StartsWith("view ", StringComparison.Ordinal) ? "VIEW" : "TABLE", TableNameOf(part)), (type, part.Name)];
}
