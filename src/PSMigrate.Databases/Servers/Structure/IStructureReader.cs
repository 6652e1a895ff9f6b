namespace PSMigrate.Databases.Servers.Structure;

/// <summary>Reads an engine's catalog.</summary>
public interface IStructureReader
{
    /// <summary>Reads the structure of the connected database. Reads only, takes no locks that others would notice.</summary>
    /// <param name="relations">
    /// Only these tables, views and sequences, as <c>schema.name</c>, with all that belongs to them; null for everything. Names that
    /// are not there are left out.
    /// </param>
    Task<DbStructure> ReadAsync(ServerSession session, IReadOnlyCollection<string>? relations, CancellationToken cancel);
}
