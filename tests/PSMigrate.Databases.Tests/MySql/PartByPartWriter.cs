using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>A writer that is not asked to change a whole table at once.</summary>
internal sealed class PartByPartWriter(IStructureWriter writer) : IStructureWriter
{
    public IReadOnlyList<string> Create(DbObject one, DbStructure of) => writer.Create(one, of);

    public bool IsMadeWithParent(DbObject part) => writer.IsMadeWithParent(part);

    public IReadOnlyList<string> Drop(DbObject one) => writer.Drop(one);

    public IReadOnlyList<string>? Alter(DbObject from, DbObject to) => writer.Alter(from, to);

    public bool MustStandAside(DbObject dependent, DbObject changed) => writer.MustStandAside(dependent, changed);
}
