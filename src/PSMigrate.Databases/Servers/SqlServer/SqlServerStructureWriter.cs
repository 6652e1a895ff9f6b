using PSMigrate.Databases.Servers.SqlServer.Writing;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>
/// Writes Transact-SQL for SQL Server 2016 and later. Every statement is a batch of its own: modules and schemas must be. Sessions
/// that run them have <c>ANSI_NULLS</c> and <c>QUOTED_IDENTIFIER</c> on, as drivers have.
/// </summary>
public sealed class SqlServerStructureWriter : IStructureWriter
{
    public IReadOnlyList<string> Create(DbObject one, DbStructure of) => one.Kind switch
    {
        DbKinds.Table => TableText.Create(one, of),
        DbKinds.Column => ColumnText.Create(one),
        DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index or SqlServerKinds.Statistics => IndexText.Create(one, of),
        DbKinds.ForeignKey or DbKinds.Check or SqlServerKinds.EdgeConstraint => ConstraintText.Create(one),
        SqlServerKinds.Period or SqlServerKinds.SystemVersioning or SqlServerKinds.ChangeTracking => TemporalText.Create(one, of),
        DbKinds.View or DbKinds.Procedure or DbKinds.Function or DbKinds.Trigger or SqlServerKinds.DatabaseTrigger or SqlServerKinds.BoundDefault or SqlServerKinds.BoundRule => ModuleText.Create(one),
        DbKinds.Schema or SqlServerKinds.User or SqlServerKinds.Role or SqlServerKinds.ApplicationRole => PrincipalText.Create(one),
        SqlServerKinds.PartitionFunction or SqlServerKinds.PartitionScheme => PartitionText.Create(one),
        DbKinds.Sequence or SqlServerKinds.Synonym or SqlServerKinds.Type or SqlServerKinds.TableType or SqlServerKinds.XmlSchemaCollection => TypeText.Create(one),
        SqlServerKinds.FullTextCatalog or SqlServerKinds.FullTextStoplist or SqlServerKinds.FullTextIndex => FullTextText.Create(one),
        _ => RestText.Create(one),
    };

    public IReadOnlyList<string> Drop(DbObject one) => one.Kind switch
    {
        DbKinds.Table => TableText.Drop(one),
        DbKinds.Column => ColumnText.Drop(one),
        DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index or SqlServerKinds.Statistics => IndexText.Drop(one),
        DbKinds.ForeignKey or DbKinds.Check or SqlServerKinds.EdgeConstraint => ConstraintText.Drop(one),
        SqlServerKinds.Period or SqlServerKinds.SystemVersioning or SqlServerKinds.ChangeTracking => TemporalText.Drop(one),
        DbKinds.View or DbKinds.Procedure or DbKinds.Function or DbKinds.Trigger or SqlServerKinds.DatabaseTrigger or SqlServerKinds.BoundDefault or SqlServerKinds.BoundRule => ModuleText.Drop(one),
        DbKinds.Schema or SqlServerKinds.User or SqlServerKinds.Role or SqlServerKinds.ApplicationRole => PrincipalText.Drop(one),
        SqlServerKinds.PartitionFunction or SqlServerKinds.PartitionScheme => PartitionText.Drop(one),
        DbKinds.Sequence or SqlServerKinds.Synonym or SqlServerKinds.Type or SqlServerKinds.TableType or SqlServerKinds.XmlSchemaCollection => TypeText.Drop(one),
        SqlServerKinds.FullTextCatalog or SqlServerKinds.FullTextStoplist or SqlServerKinds.FullTextIndex => FullTextText.Drop(one),
        _ => RestText.Drop(one),
    };

    public IReadOnlyList<string>? Alter(DbObject from, DbObject to) => from.Kind != to.Kind ? null : to.Kind switch
    {
        DbKinds.Table => TableText.Alter(from, to),
        DbKinds.Column => ColumnText.Alter(from, to),
        DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index or SqlServerKinds.Statistics => IndexText.Alter(from, to),
        DbKinds.ForeignKey or DbKinds.Check or SqlServerKinds.EdgeConstraint => ConstraintText.Alter(from, to),
        SqlServerKinds.Period or SqlServerKinds.SystemVersioning or SqlServerKinds.ChangeTracking => TemporalText.Alter(from, to),
        DbKinds.View or DbKinds.Procedure or DbKinds.Function or DbKinds.Trigger or SqlServerKinds.DatabaseTrigger or SqlServerKinds.BoundDefault or SqlServerKinds.BoundRule => ModuleText.Alter(from, to),
        DbKinds.Schema or SqlServerKinds.User or SqlServerKinds.Role or SqlServerKinds.ApplicationRole => PrincipalText.Alter(from, to),
        SqlServerKinds.PartitionFunction or SqlServerKinds.PartitionScheme => PartitionText.Alter(from, to),
        DbKinds.Sequence or SqlServerKinds.Synonym or SqlServerKinds.Type or SqlServerKinds.TableType or SqlServerKinds.XmlSchemaCollection => TypeText.Alter(from, to),
        SqlServerKinds.FullTextCatalog or SqlServerKinds.FullTextStoplist or SqlServerKinds.FullTextIndex => FullTextText.Alter(from, to),
        _ => RestText.Alter(from, to),
    };

    public bool MustStandAside(DbObject dependent, DbObject changed) => StandingAside.Must(dependent, changed);

    /// <summary>A default is a constraint, whose name no other in the schema may have.</summary>
    public DbObject WithoutOwnName(DbObject column)
    {
        var facets = new SortedDictionary<string, string>(column.Facets, StringComparer.Ordinal);
        return facets.Remove(DbFacets.Default) | facets.Remove(SqlServerFacets.DefaultName) ? column with { Facets = facets } : column;
    }
}
