using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>
/// That a table is a partition of another, with its bounds. Keys and indexes that the whole table has already are found in the partition
/// and adopted; those that it lacks are made.
/// </summary>
internal sealed class PartitionKind : ObjectKind
{
    public static readonly PartitionKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of) =>
        [$"ALTER TABLE ONLY {one.Facet("of")} ATTACH PARTITION {Parent(one)} {one.Facet("bound")}"];

    public override IReadOnlyList<string> Drop(DbObject one) => [$"ALTER TABLE {one.Facet("of")} DETACH PARTITION {Parent(one)}"];

    public override bool Alter(ObjectChange change) => true;
}
