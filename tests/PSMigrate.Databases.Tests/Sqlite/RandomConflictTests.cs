using System.Globalization;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>
/// Whatever an application writes between a script and its undo: no row that it wrote is lost, no captured row is lost, and every
/// conflict is listed. The environment variable PSMIGRATE_TEST_SEEDS, such as 5000-6000, hunts further.
/// </summary>
public sealed class RandomConflictTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_row_is_lost_by_an_undo_after_others_wrote(bool force)
    {
        var parts = (Environment.GetEnvironmentVariable("PSMIGRATE_TEST_SEEDS") ?? (force ? "201-280" : "1-120")).Split('-');
        var (first, last) = (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        var failures = new List<string>();
        var refused = 0;
        for (var seed = first; seed <= last; seed++)
        {
            using var migration = new RandomMigration(seed);
            var writes = migration.Writes(6);
            var (failure, wasRefused) = await TryAsync(migration, writes, force);
            refused += wasRefused ? 1 : 0;
            if (failure is not null)
            {
                failures.Add($"seed {seed}: {failure}\n-- before\n{migration.Setup}\n-- script\n{migration.Script}\n-- others\n{writes}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {last - first + 1} failed.\n{string.Join("\n\n", failures.Take(10))}");
        Assert.True(refused * 5 <= last - first + 1, $"{refused} of {last - first + 1} were refused: then the rest shows little.");
    }

    private static async Task<(string? Failure, bool WasRefused)> TryAsync(RandomMigration migration, string writes, bool force)
    {
        using var folder = new MigrationFolder();
        folder.Sql(migration.Setup);
        folder.Script("random.sql", migration.Script);
        var before = RowWorld.Of(folder.Database);
        var run = await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced);
        if (run.Failure is not null)
        {
            return ($"the run failed: {run.Failure.Message}", false);
        }

        var left = RowWorld.Of(folder.Database);
        if (writes.Length > 0)
        {
            folder.Sql(writes);
        }

        var present = RowWorld.Of(folder.Database);
        var image = folder.Image();
        var undo = await folder.UndoAsync(run.Plan, options: force ? MigrationFolder.Forced : new RunOptions());
        if (undo.Failure is { } error)
        {
            return error.ErrorId != "UndoConflict" ? ($"the undo failed: {error.ErrorId} {error.Message}", false)
                : image.DifferenceTo(folder.Image()) is { Length: > 0 } changed ? ($"refused, but changed: {changed}", true)
                : (null, true);
        }

        var wrong = new ConflictOracle(migration.Statements, before, left, present, RowWorld.Of(folder.Database), undo.Plan.Undo!.Steps[0].Conflicts, force).Judge();
        var structure = Structure(migration.Before).Except(Structure(folder.Image())).ToList();
        return wrong.Count > 0 ? (string.Join("\n", wrong.Concat(undo.Plan.Undo.Steps[0].Conflicts.Select(c => c.ToString()))), false)
            : structure.Count > 0 ? ($"the structure is not back: {string.Join("; ", structure)}", false)
            : DatabaseImage.Captures(folder.Database).Any(name => !name.StartsWith("psmigrate_saved_", StringComparison.Ordinal)) ? ("captures are left", false)
            : (null, false);
    }

    private static IEnumerable<string> Structure(DatabaseImage image) =>
        image.Lines.Where(l => new[] { "table ", "index ", "view ", "trigger " }.Any(kind => l.StartsWith(kind, StringComparison.Ordinal)));
}
