namespace PSMigrate.Databases.Servers.Structure;

/// <summary>
/// Writes the statements that make, change and drop an engine's objects, from what the reader read: a structure that was read, made
/// again elsewhere and read there is the same.
/// </summary>
public interface IStructureWriter
{
    /// <summary>The statements that make an object. A table's include its columns, not its keys, indexes and triggers.</summary>
    /// <param name="of">The structure that it is read from: a table finds its columns there.</param>
    IReadOnlyList<string> Create(DbObject one, DbStructure of);

    IReadOnlyList<string> Drop(DbObject one);

    /// <summary>
    /// The statements that make one object like another without losing content, also under another name; null where it must be
    /// dropped and made anew. A table's leave its columns alone: they are changed by themselves.
    /// </summary>
    IReadOnlyList<string>? Alter(DbObject from, DbObject to);

    /// <summary>True where the engine does not let an object be altered or dropped while the other, which needs it, is there.</summary>
    bool MustStandAside(DbObject dependent, DbObject changed);
}
