using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Writing;

/// <summary>
/// What SQL Server holds in place: a column by everything that is built on it, a key by what refers to it, and whatever is bound to a
/// schema by those that bound it. Other texts may name what is not there, and stay.
/// </summary>
internal static class StandingAside
{
    public static bool Must(DbObject dependent, DbObject changed) => changed.Kind switch
    {
        DbKinds.Column => HoldsColumn(dependent, changed),
        DbKinds.PrimaryKey or DbKinds.UniqueKey => dependent.Kind is DbKinds.ForeignKey or SqlServerKinds.SystemVersioning or SqlServerKinds.ChangeTracking or SqlServerKinds.FullTextIndex
            || IsXmlOrSpatial(dependent),
        DbKinds.Index => dependent.Kind is DbKinds.ForeignKey or SqlServerKinds.FullTextIndex || IsXmlOrSpatial(dependent) || IsOnViewWith(dependent, changed),
        DbKinds.Table => HoldsTable(dependent, changed),

        // ALTER VIEW drops the indexes of a view, so that they are made anew after it.
        DbKinds.View => dependent.Kind is DbKinds.Index or SqlServerKinds.Statistics or SqlServerKinds.FullTextIndex || IsBound(dependent),
        DbKinds.Function => dependent.Kind is DbKinds.Check or DbKinds.Column or SqlServerKinds.SecurityPolicy || IsBound(dependent),
        SqlServerKinds.Period => dependent.Kind is SqlServerKinds.SystemVersioning,
        SqlServerKinds.Setting => dependent.Kind is SqlServerKinds.ChangeTracking,
        SqlServerKinds.FullTextCatalog or SqlServerKinds.FullTextStoplist => dependent.Kind is SqlServerKinds.FullTextIndex,
        DbKinds.Procedure or DbKinds.Trigger => false,

        // Types, sequences, defaults, partition schemes, sources, keys and collections cannot go while something is made of them;
        // what names them only in a text that is not bound can stay, except the parameters of a type.
        DbKinds.Sequence => dependent.Kind is DbKinds.Column or DbKinds.Table || IsBound(dependent),
        SqlServerKinds.Synonym => IsBound(dependent),
        _ => true,
    };

    private static bool HoldsColumn(DbObject dependent, DbObject column) => dependent.Kind switch
    {
        DbKinds.View or DbKinds.Function or DbKinds.Procedure => IsBound(dependent),
        DbKinds.Trigger or SqlServerKinds.DatabaseTrigger => false,

        // A computed column holds the columns that it is computed from.
        DbKinds.Column => dependent.Facet(DbFacets.Generated) is not null && dependent.Key != column.Key,
        DbKinds.Table => false,
        _ => true,
    };

    private static bool HoldsTable(DbObject dependent, DbObject table) => dependent.Kind switch
    {
        // Parts go with their table; keys of others that refer to it, and what is bound to it, do not.
        DbKinds.ForeignKey or SqlServerKinds.EdgeConstraint => dependent.Parent != table.Key,
        SqlServerKinds.SystemVersioning or SqlServerKinds.SecurityPolicy => true,
        DbKinds.View or DbKinds.Function or DbKinds.Procedure => IsBound(dependent),
        DbKinds.Check or DbKinds.Column => dependent.Parent != table.Key,
        _ => false,
    };

    private static bool IsBound(DbObject dependent) => dependent.Facet(SqlServerFacets.SchemaBound) == SqlServerFacets.Yes;

    private static bool IsXmlOrSpatial(DbObject dependent) => dependent.Facet(SqlServerFacets.Method) is "XML" or "SPATIAL";

    /// <summary>The clustered index of a view carries all others.</summary>
    private static bool IsOnViewWith(DbObject dependent, DbObject index) => dependent.Parent == index.Parent && index.Parent?.StartsWith("view ", StringComparison.Ordinal) == true
        && index.Facet(SqlServerFacets.Method) == "CLUSTERED";
}
