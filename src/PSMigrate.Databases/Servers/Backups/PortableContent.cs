using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>What was written into a folder so that it can be restored on any server of the engine.</summary>
/// <param name="Sampled">The tables of which only some rows were written.</param>
public sealed record PortableContent(BackupContent Content, IReadOnlyList<SampledTable> Sampled);
