using PSMigrate.Databases.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Integrity;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Two databases compared by row.</summary>
public sealed class RowComparisonTests
{
    [Fact]
    public async Task The_rows_that_differ_are_named_from_both_sides()
    {
        using var one = new MigrationFolder("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'same'), (2, 'here'), (3, NULL); CREATE TABLE u (x); INSERT INTO u VALUES (1)");
        using var other = new MigrationFolder("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'same'), (2, 'there'); CREATE TABLE u (x); INSERT INTO u VALUES (1)");

        var results = await CompareAsync(one, other, SnapshotDepth.Rows);

        Assert.Equal(
            ["only here: id=2, v='here'", "only here: id=3, v=NULL", "only in the other target: id=2, v='there'"],
            results.Where(r => r.Category == "row").Select(r => r.Detail));
        Assert.All(results.Where(r => r.Category == "row"), r => Assert.Equal("t", r.Name));
        Assert.True(Assert.Single(results, r => r is { Category: "data", Name: "u" }).Passed);
    }

    [Fact]
    public async Task Without_being_asked_for_no_rows_are_named()
    {
        using var one = new MigrationFolder("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
        using var other = new MigrationFolder("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (2)");

        var results = await CompareAsync(one, other, SnapshotDepth.Checksums);

        Assert.DoesNotContain(results, r => r.Category == "row");
        Assert.False(Assert.Single(results, r => r.Category == "data").Passed);
    }

    private static Task<IReadOnlyList<IntegrityResult>> CompareAsync(MigrationFolder one, MigrationFolder other, SnapshotDepth depth)
    {
        var services = new MigrationServices { Catalog = new MigrationCatalog().Add(new SqliteTargetKind()) };
        return new IntegrityChecker(services, SilentObserver.Instance).CompareAsync(
            new TargetAddress("sqlite", one.Database), new TargetAddress("sqlite", other.Database), depth, MigrationFolder.Cancel);
    }
}
