namespace PSMigrate.Databases.Servers.Structure;

/// <summary>
/// Writes the statements that make, change and drop an engine's objects, from what the reader read: a structure that was read, made
/// again elsewhere and read there is the same.
/// </summary>
public interface IStructureWriter
{
    /// <summary>
    /// The statements that make an object. A table's include its columns and whatever else <see cref="IsMadeWithParent"/> says, not
    /// its other keys, indexes and triggers.
    /// </summary>
    /// <param name="of">The structure that it is read from: a table finds its columns there.</param>
    IReadOnlyList<string> Create(DbObject one, DbStructure of);

    /// <summary>True for a part that the statements of its table make: where the table is made, the part is not made once more.</summary>
    bool IsMadeWithParent(DbObject part) => part.Kind == DbKinds.Column;

    IReadOnlyList<string> Drop(DbObject one);

    /// <summary>
    /// The statements that make one object like another without losing content, also under another name; null where it must be
    /// dropped and made anew. A table's leave its columns alone: they are changed by themselves.
    /// </summary>
    IReadOnlyList<string>? Alter(DbObject from, DbObject to);

    /// <summary>
    /// The statements that make a table with its columns, keys, indexes and checks like another at once; not its foreign keys and
    /// triggers, which are dropped before and made after by themselves. Null where the engine changes its parts one by one: an engine
    /// whose changes commit by themselves has one instead of many.
    /// </summary>
    /// <param name="renamedColumns">Columns that go by another name in the table wanted, by their name now.</param>
    IReadOnlyList<string>? AlterWhole(DbObject from, DbStructure now, DbObject to, DbStructure wanted, IReadOnlyDictionary<string, string>? renamedColumns) => null;

    /// <summary>The column as it can be made in another table while it is there itself: without what has a name of its own, which it is given later.</summary>
    DbObject WithoutOwnName(DbObject column) => column;

    /// <summary>True where the engine does not let an object be altered or dropped while the other, which needs it, is there.</summary>
    bool MustStandAside(DbObject dependent, DbObject changed);
}
