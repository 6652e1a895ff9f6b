using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers;

/// <summary>Documents a database: every object as the catalog has it, and the content of every table.</summary>
internal sealed class ServerSnapshot(ServerEngine engine, ServerSession session)
{
    public async Task<TargetSnapshot> ReadAsync(SnapshotDepth depth, IMigrationObserver observer, CancellationToken cancel)
    {
        var structure = await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
        foreach (var kind in structure.NotCovered)
        {
            observer.Decision($"Not covered by the snapshot: {kind}");
        }

        var objects = structure.Objects.Where(o => o.Kind != DbKinds.Column).Select(o => Document(o, structure)).ToList();
        return new TargetSnapshot(DateTimeOffset.UtcNow, objects, depth == SnapshotDepth.Structure ? [] : await ContentsAsync(structure, null, depth, observer, cancel).ConfigureAwait(false))
        {
            NotCovered = structure.NotCovered,
        };
    }

    public async Task<IReadOnlyList<ContentFingerprint>> FingerprintAsync(IReadOnlyCollection<string> objects, IMigrationObserver observer, CancellationToken cancel) =>
        await ContentsAsync(await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false), objects, SnapshotDepth.Checksums, observer, cancel).ConfigureAwait(false);

    private async Task<IReadOnlyList<ContentFingerprint>> ContentsAsync(
        DbStructure structure, IReadOnlyCollection<string>? only, SnapshotDepth depth, IMigrationObserver observer, CancellationToken cancel)
    {
        var contents = new List<ContentFingerprint>();
        var sealing = new RowSealing(engine, session);
        var tables = structure.Objects.Where(o => o.Kind == DbKinds.Table && HasContent(o) && only?.Contains(o.FullName) != false).ToList();
        await using var settings = await engine.HashSettingsAsync(session, cancel).ConfigureAwait(false);
        for (var i = 0; i < tables.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var table = tables[i];
            observer.Progress(new ProgressReport("Reading tables", table.FullName, 1, i * 100 / tables.Count));
            if (depth == SnapshotDepth.Counts)
            {
                contents.Add(new ContentFingerprint(table.FullName, await session.ScalarAsync<long>($"SELECT count(*) FROM {engine.Rows.RowsOf(table)}", cancel).ConfigureAwait(false), null));
                continue;
            }

            var (rows, sum) = await sealing.SumAsync(table, TableKey.Stored(table, structure), cancel).ConfigureAwait(false);
            contents.Add(new ContentFingerprint(table.FullName, rows, sum));
        }

        observer.Progress(new ProgressReport("Reading tables", "Done", 1, 100, Completed: true));
        return contents;
    }

    /// <summary>What a partitioned table has is in its partitions, and what a foreign one has is elsewhere.</summary>
    internal static bool HasContent(DbObject table) =>
        table.Facet(DbFacets.TableKind) is not { } kind || !(kind.Contains("partitioned", StringComparison.Ordinal) || kind.Contains("foreign", StringComparison.Ordinal));

    private static StructureObject Document(DbObject one, DbStructure structure)
    {
        var columns = structure.ColumnsOf(one.Key);
        var fingerprint = Fingerprint.OfText([one.Definition, .. columns.Select(c => $"{c.Name}\n{c.Definition}")]);
        return new StructureObject(one.Kind, one.FullName, fingerprint, one.Definition)
        {
            Parts = [.. columns.Select(c => new StructurePart(c.Kind, c.Name, c.Definition.ReplaceLineEndings(", ")))],
        };
    }
}
