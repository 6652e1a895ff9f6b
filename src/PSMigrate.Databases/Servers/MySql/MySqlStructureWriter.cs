using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Writes the structure of MySQL and MariaDB, for sessions that are connected to the database: no name says which. The statements
/// use session variables, which the connection must allow.
/// </summary>
/// <param name="features">What the server that the statements are for differs in.</param>
public sealed class MySqlStructureWriter(MySqlFeatures features) : IStructureWriter
{
    public IReadOnlyList<string> Create(DbObject one, DbStructure of) =>
    [
        .. one.Kind switch
        {
            MySqlKinds.Database => DatabaseStatement(one),
            DbKinds.Table => MySqlSettings.ForTables([.. MySqlTableWriter.Create(one, of)], features),
            DbKinds.Sequence => [SequenceStatement("CREATE", one), .. NextStatement(one)],
            _ when one.Parent is not null && one.Kind != DbKinds.Trigger => MySqlSettings.ForTables([.. MySqlPartWriter.Create(one, of)], features),
            _ => MySqlCodeWriter.Create(one, of),
        },
        .. MySqlPermissionWriter.Grant(one),
    ];

    /// <summary>Besides columns, the primary key and the key that an AUTO_INCREMENT column rests on.</summary>
    public bool IsMadeWithParent(DbObject part) => part.Kind == DbKinds.Column || part.Notes.ContainsKey(MySqlFacets.MadeWithTableNote);

    public IReadOnlyList<string> Drop(DbObject one) => one.Kind switch
    {
        // The database itself stays.
        MySqlKinds.Database => [],
        _ when one.Parent is not null && one.Kind != DbKinds.Trigger => MySqlSettings.ForTables([MySqlPartWriter.Drop(one, features)], features),
        _ => MySqlCodeWriter.Drop(one),
    };

    public IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        // Permissions are granted and revoked by themselves, and nothing else needs to be written where only they differ.
        var statements = Bare(from).IsLike(Bare(to)) ? [] : AlterBare(from, to);
        return statements is null ? null
            : [.. statements, .. MySqlPermissionWriter.Change(from, to)];
    }

    public IReadOnlyList<string>? AlterWhole(DbObject from, DbStructure now, DbObject to, DbStructure wanted, IReadOnlyDictionary<string, string>? renamedColumns) =>
        from.Kind != DbKinds.Table || to.Kind != DbKinds.Table ? null
        : [.. new MySqlTableAlteration(from, now, to, wanted, renamedColumns, features).Statements(), .. MySqlPermissionWriter.Change(from, to)];

    public bool MustStandAside(DbObject dependent, DbObject changed) => (dependent.Kind, changed.Kind) switch
    {
        // The server keeps a foreign key's columns and keys as they are.
        (DbKinds.ForeignKey, DbKinds.Column or DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index) => true,

        // A trigger that is made anew comes last: those that came after it must do so again.
        (DbKinds.Trigger, DbKinds.Trigger) => true,
        (MySqlKinds.PackageBody, MySqlKinds.Package) => true,
        _ => false,
    };

    private IReadOnlyList<string>? AlterBare(DbObject from, DbObject to) => to.Kind switch
    {
        MySqlKinds.Database => DatabaseStatement(to),
        DbKinds.Table => MySqlTableWriter.Alter(from, to) is { } statements ? MySqlSettings.ForTables([.. statements], features) : null,
        DbKinds.Sequence => AlterSequence(from, to),
        _ when to.Parent is not null && to.Kind != DbKinds.Trigger => MySqlPartWriter.Alter(from, to, features) is { } part ? MySqlSettings.ForTables([.. part], features) : null,
        _ => MySqlCodeWriter.Alter(from, to, features),
    };

    private static IReadOnlyList<string>? AlterSequence(DbObject from, DbObject to) =>
    [
        .. from.Name == to.Name ? Array.Empty<string>() : [$"RENAME TABLE {MySqlName.Quote(from.Name)} TO {MySqlName.Quote(to.Name)}"],
        .. from.Facet(MySqlFacets.Options) == to.Facet(MySqlFacets.Options) ? Array.Empty<string>() : [$"ALTER SEQUENCE {MySqlName.Quote(to.Name)} {to.Facet(MySqlFacets.Options)}"],
        .. from.Facet(MySqlFacets.Engine) == to.Facet(MySqlFacets.Engine) ? Array.Empty<string>() : [$"ALTER TABLE {MySqlName.Quote(to.Name)} ENGINE={to.Facet(MySqlFacets.Engine)}"],
        .. from.Facet(DbFacets.Comment) == to.Facet(DbFacets.Comment) ? Array.Empty<string>() : [$"ALTER TABLE {MySqlName.Quote(to.Name)} COMMENT={to.Facet(DbFacets.Comment) ?? "''"}"],
    ];

    private static string SequenceStatement(string verb, DbObject one) =>
        $"{verb} SEQUENCE {MySqlName.Quote(one.Name)} {one.Facet(MySqlFacets.Options)} ENGINE={one.Facet(MySqlFacets.Engine)}"
        + (one.Facet(DbFacets.Comment) is { } comment ? $" COMMENT={comment}" : "");

    private static IReadOnlyList<string> NextStatement(DbObject one) => one.Notes.TryGetValue(MySqlFacets.NextNote, out var next)
        ? [$"DO SETVAL({MySqlName.Quote(one.Name)}, {decimal.Parse(next, System.Globalization.CultureInfo.InvariantCulture)}, 0)"] : [];

    private IReadOnlyList<string> DatabaseStatement(DbObject database) => [MySqlSettings.AlterDatabase(database.Facet(MySqlFacets.Collation)!)
        + (features.HasDatabaseComments ? $" COMMENT = {database.Facet(DbFacets.Comment) ?? "''"}" : "")];

    private static DbObject Bare(DbObject one) => one with
    {
        Facets = new SortedDictionary<string, string>(one.Facets.Where(f => f.Key != DbFacets.Permissions).ToDictionary(), StringComparer.Ordinal),
    };
}
