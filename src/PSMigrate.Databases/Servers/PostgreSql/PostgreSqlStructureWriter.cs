using PSMigrate.Databases.Servers.PostgreSql.Statements;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>
/// Writes PostgreSQL's statements for objects that <see cref="PostgreSqlStructureReader"/> read. All names are written with their
/// schema, so that it does not matter where the session looks for names.
/// </summary>
public sealed class PostgreSqlStructureWriter : IStructureWriter
{
    /// <summary>Kinds that look into a column, so that PostgreSQL changes neither its type nor lets it go while they are there.</summary>
    private static readonly HashSet<string> Onlookers = new(StringComparer.Ordinal)
    {
        DbKinds.View, DbKinds.MaterializedView, DbKinds.Trigger, DbKinds.Function, DbKinds.Procedure, "rule", "policy", "publication",
    };

    public IReadOnlyList<string> Create(DbObject one, DbStructure of) =>
        [.. Kind(one).Create(one, of), .. Settings.AfterCreate(one, of)];

    public IReadOnlyList<string> Drop(DbObject one) => Kind(one).Drop(one);

    public IReadOnlyList<string>? Alter(DbObject from, DbObject to)
    {
        if (from.Kind != to.Kind)
        {
            return null;
        }

        var change = new ObjectChange(from, to);
        if (!Kind(to).Alter(change))
        {
            return null;
        }

        Settings.Alter(change);
        return change.IsComplete ? change.Statements : null;
    }

    public bool MustStandAside(DbObject dependent, DbObject changed) => changed.Kind switch
    {
        DbKinds.Column => Onlookers.Contains(dependent.Kind)
            || (dependent.Kind == DbKinds.Column && dependent.Facet(DbFacets.Generated) is not null)
            || (dependent.Kind == DbKinds.ForeignKey && dependent.Parent != changed.Parent),

        // What is only told of a table or given to it stays with it.
        DbKinds.Table or DbKinds.View or DbKinds.MaterializedView => dependent.Parent != changed.Key,
        // What is of a type, or counts with a sequence, is changed and never taken away for it.
        _ => dependent.Kind is not (DbKinds.Table or DbKinds.Column),
    };

    public DbObject WithoutOwnName(DbObject column)
    {
        var facets = new SortedDictionary<string, string>(column.Facets, StringComparer.Ordinal);
        return facets.Remove(DbFacets.Identity) ? column with { Facets = facets } : column;
    }

    private static ObjectKind Kind(DbObject one) => one.Kind switch
    {
        DbKinds.Table => TableKind.Instance,
        DbKinds.Column => ColumnKind.Instance,
        "partition" => PartitionKind.Instance,
        DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.ForeignKey or DbKinds.Check or "exclusion" => ConstraintKind.Instance,
        "domain check" => DomainCheckKind.Instance,
        DbKinds.Index => IndexKind.Instance,
        DbKinds.Trigger => TriggerKind.Instance,
        "rule" => RuleKind.Instance,
        "policy" => PolicyKind.Instance,
        DbKinds.View or DbKinds.MaterializedView => ViewKind.Instance,
        DbKinds.Sequence => SequenceKind.Instance,
        DbKinds.Function or DbKinds.Procedure => FunctionKind.Instance,
        "enum" => EnumKind.Instance,
        "composite type" => CompositeKind.Instance,
        "domain" => DomainKind.Instance,
        "extension" => ExtensionKind.Instance,
        "default privileges" => DefaultPrivilegesKind.Instance,
        "foreign data wrapper" or "server" or "user mapping" => ForeignKind.Instance,
        "publication" => PublicationKind.Instance,
        "subscription" => SubscriptionKind.Instance,
        "text search configuration" => SearchConfigurationKind.Instance,
        "operator family" => OperatorFamilyKind.Instance,
        "event trigger" => EventTriggerKind.Instance,
        _ => DefinedKind.Instance,
    };
}
