using System.Globalization;
using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>
/// Whatever the database and the script: the run gives what SQLite alone would give, and the undo gives back what was there.
/// The environment variable PSMIGRATE_TEST_SEEDS, such as 5000-6000, hunts further.
/// </summary>
public sealed class RandomUndoTests
{
    [Fact]
    public async Task Random_scripts_do_what_they_say_and_are_undone()
    {
        var (first, last) = Seeds();
        var failures = new List<string>();
        for (var seed = first; seed <= last; seed++)
        {
            using var migration = new RandomMigration(seed);
            if (await TryAsync(migration) is { } failure)
            {
                failures.Add($"seed {seed}: {failure}\n-- before\n{migration.Setup}\n-- script\n{migration.Script}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {last - first + 1} failed.\n{string.Join("\n\n", failures.Take(10))}");
    }

    private static (int First, int Last) Seeds()
    {
        var parts = (Environment.GetEnvironmentVariable("PSMIGRATE_TEST_SEEDS") ?? "1-150").Split('-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static async Task<string?> TryAsync(RandomMigration migration)
    {
        using var folder = new MigrationFolder();
        folder.Sql(migration.Setup);
        folder.Script("random.sql", migration.Script);
        if (migration.Before.DifferenceTo(folder.Image()) is { Length: > 0 } unfair)
        {
            return $"the setup itself differs: {unfair}";
        }

        var plan = await folder.PlanAsync();
        var run = await folder.RunAsync(plan, MigrationFolder.Forced);
        if (run.Failure is not null)
        {
            return $"the run failed: {run.Failure.Message}";
        }

        if (migration.After.DifferenceTo(folder.Image()) is { Length: > 0 } otherwise)
        {
            return $"the run did not do what the script says: {otherwise}";
        }

        var undo = await folder.UndoAsync(run.Plan);
        if (undo.Failure is not null)
        {
            return $"the undo failed: {undo.Failure.Message}";
        }

        return migration.Before.DifferenceTo(folder.Image()) is { Length: > 0 } difference ? $"after undo: {difference}"
            : DatabaseImage.Captures(folder.Database) is { Count: > 0 } left ? $"left: {string.Join(", ", left)}"
            : null;
    }
}
