using PSMigrate.Engine;
using PSMigrate.Integrity;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Two databases compared by row: on any engine.</summary>
public abstract class RowComparisonContract : EngineContract
{
    [Fact]
    public async Task The_rows_that_differ_are_named_from_both_sides()
    {
        using var one = NewFolder("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(50)); INSERT INTO t VALUES (1, 'same'), (2, 'here'), (3, NULL); CREATE TABLE u (x INTEGER); INSERT INTO u VALUES (1)");
        using var other = NewFolder("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(50)); INSERT INTO t VALUES (1, 'same'), (2, 'there'); CREATE TABLE u (x INTEGER); INSERT INTO u VALUES (1)");

        var results = await CompareAsync(one, other, SnapshotDepth.Rows);

        Assert.Equal(
            ["only here: id=2, v='here'", "only here: id=3, v=NULL", "only in the other target: id=2, v='there'"],
            results.Where(r => r.Category == "row").Select(r => r.Detail));
        Assert.All(results.Where(r => r.Category == "row"), r => Assert.Equal(one.Shown("t"), r.Name));
        Assert.True(Assert.Single(results, r => r.Category == "data" && r.Name == one.Shown("u")).Passed);
    }

    [Fact]
    public async Task Without_being_asked_for_no_rows_are_named()
    {
        using var one = NewFolder("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
        using var other = NewFolder("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (2)");

        var results = await CompareAsync(one, other, SnapshotDepth.Checksums);

        Assert.DoesNotContain(results, r => r.Category == "row");
        Assert.False(Assert.Single(results, r => r.Category == "data").Passed);
    }

    private static Task<IReadOnlyList<IntegrityResult>> CompareAsync(MigrationFolder one, MigrationFolder other, SnapshotDepth depth) =>
        new IntegrityChecker(one.NewServices(), SilentObserver.Instance).CompareAsync(
            TargetAddress.Parse(one.Target), TargetAddress.Parse(other.Target), depth, MigrationFolder.Cancel);
}
