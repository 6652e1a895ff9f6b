using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Documents a database: every object's definition, normalised so that only what matters counts, and every table's content.
/// </summary>
internal static class SqliteSnapshot
{
    public static TargetSnapshot Read(SqliteSession session, SnapshotDepth depth, DateTimeOffset at, IMigrationObserver observer, CancellationToken cancel)
    {
        var schema = SqliteSchema.Read(session);
        var objects = new List<StructureObject>(schema.Objects.Count);
        var contents = new List<ContentFingerprint>();
        foreach (var one in schema.Objects)
        {
            cancel.ThrowIfCancellationRequested();
            var documented = new StructureObject(one.Kind, one.Name, FingerprintOf(one), one.Sql);
            if (depth != SnapshotDepth.Structure && one.Kind == "table")
            {
                documented = documented with { Parts = SqliteTableShape.Read(session, one.Name).Parts(session) };
                contents.Add(depth == SnapshotDepth.Counts
                    ? SqliteContent.Count(session, one.Name)
                    : SqliteContent.Read(session, one.Name, observer, cancel));
            }

            objects.Add(documented);
        }

        return new TargetSnapshot(at, objects, contents);
    }

    public static string FingerprintOf(SqliteObject one) => Fingerprint.OfText(SqlNormalizer.Normalize(one.Sql, SqlDialect.Sqlite));
}
