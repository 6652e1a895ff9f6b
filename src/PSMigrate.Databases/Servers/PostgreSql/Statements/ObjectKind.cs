using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>How objects of a kind are made, dropped and changed. Owner, permissions and comment are the same for all of them and set elsewhere.</summary>
internal abstract class ObjectKind
{
    public abstract IEnumerable<string> Create(DbObject one, DbStructure of);

    public virtual IReadOnlyList<string> Drop(DbObject one) => [$"DROP {Settings.Named(one)}"];

    /// <summary>
    /// Adds the statements that make one object like the other and takes what they settle; false where it must be made anew. A facet
    /// that is not taken makes it anew as well.
    /// </summary>
    public abstract bool Alter(ObjectChange change);
}
