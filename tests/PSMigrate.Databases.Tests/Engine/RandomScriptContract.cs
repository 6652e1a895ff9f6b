using System.Globalization;
using System.Text.RegularExpressions;
using PSMigrate.Databases.Tests.Sqlite;
using PSMigrate.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>
/// Whatever the database and the script: the run gives what the server alone would give, the undo gives back what was there, and what
/// others wrote meanwhile is not lost by it. The environment variable PSMIGRATE_TEST_SEEDS, such as 5000-5100, hunts further.
/// </summary>
public abstract partial class RandomScriptContract : EngineContract
{
    private readonly List<string> failures = [];

    /// <summary>What stands around names.</summary>
    private protected abstract char NameQuote { get; }

    [Fact]
    public Task Random_scripts_do_what_they_say_and_are_undone() => EachAsync("1-4", async (script, folder) =>
    {
        if (await ApplyAsync(script, folder) is not { } run)
        {
            return "";
        }

        var undo = await folder.UndoAsync(run.Plan);
        return undo.Failure is { } error ? $"the undo failed: {error}"
            : script.Before.DifferenceTo(Portable(folder)) is { Length: > 0 } left ? $"not undone: {left}"
            : folder.Captures() is { Count: > 0 } captures ? $"left: {string.Join(", ", captures)}"
            : "";
    });

    [Theory]
    [InlineData(false, "101-103")]
    [InlineData(true, "201-203")]
    public Task No_value_is_lost_by_an_undo_after_others_wrote(bool force, string seeds) => EachAsync(seeds, async (script, folder) =>
    {
        if (await ApplyAsync(script, folder) is not { } run)
        {
            return "";
        }

        var left = Values(folder.Image());
        var writes = script.Writes();
        if (writes.Length > 0)
        {
            folder.Sql(writes);
        }

        var present = folder.Image();
        var undo = await folder.UndoAsync(run.Plan, options: force ? MigrationFolder.Forced : new RunOptions());
        if (undo.Failure is { } error)
        {
            return error.ErrorId != "UndoConflict" ? $"the undo failed: {error}\n-- others\n{writes}"
                : folder.StructureIsTransactional && present.DifferenceTo(folder.Image()) is { Length: > 0 } changed ? $"refused, but changed: {changed}\n-- others\n{writes}"
                : "";
        }

        // Texts are written once only, so that each one tells whose it is.
        var saved = folder.Captures();
        var now = Values(folder.Image());
        now.UnionWith(saved.SelectMany(table => folder.Rows($"SELECT * FROM {SavedTable(folder, table)}").SelectMany(Values)));
        var theirs = Values(writes).Where(v => Values(present).Contains(v)).Except(now).ToList();
        var captured = Values(script.Before).Except(left).Except(now).ToList();
        return theirs.Count > 0 ? $"others wrote {string.Join(", ", theirs)}, which is nowhere now\n-- others\n{writes}"
            : captured.Count > 0 ? $"{string.Join(", ", captured)} was captured, and is nowhere now\n-- others\n{writes}"
            : saved.Any(name => !name.Contains("saved_", StringComparison.Ordinal)) ? "captures are left"
            : "";
    });

    private async Task<ActResult?> ApplyAsync(RandomScript script, MigrationFolder folder)
    {
        folder.Sql(script.Setup);
        folder.Script("random.sql", script.Script);
        if (script.Before.DifferenceTo(Portable(folder)) is { Length: > 0 } unfair)
        {
            failures.Add($"the setup itself differs: {unfair}");
            return null;
        }

        var run = await folder.RunAsync(await folder.PlanAsync(), MigrationFolder.Forced);
        if (run.Failure is not null)
        {
            failures.Add($"the run failed: {run.Failure.Message}");
            return null;
        }

        if (script.After.DifferenceTo(Portable(folder)) is { Length: > 0 } otherwise)
        {
            failures.Add($"the run did not do what the script says: {otherwise}");
            return null;
        }

        return run;
    }

    private async Task EachAsync(string seeds, Func<RandomScript, MigrationFolder, Task<string>> tryAsync)
    {
        var parts = (Environment.GetEnvironmentVariable("PSMIGRATE_TEST_SEEDS") ?? seeds).Split('-');
        var (first, last) = (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        var told = new List<string>();
        for (var seed = first; seed <= last; seed++)
        {
            using var scratch = NewDatabase("");
            var script = new RandomScript(seed, scratch, NameQuote);
            using var folder = NewFolder();
            failures.Clear();
            if (await tryAsync(script, folder) is { Length: > 0 } failure)
            {
                failures.Add(failure);
            }

            told.AddRange(failures.Select(f => $"seed {seed}: {f}\n-- before\n{script.Setup}\n-- script\n{script.Script}"));
        }

        Assert.True(told.Count == 0, $"{told.Count} of {last - first + 1} failed.\n{string.Join("\n\n", told.Take(10))}");
    }

    /// <summary>Some engines write the database's name into the text of views.</summary>
    private static DatabaseImage Portable(MigrationFolder folder) => RandomScript.Portable(folder.Image(), folder.DatabaseName);

    private static string SavedTable(MigrationFolder folder, string name) => folder.Own(name.StartsWith("psmigrate_", StringComparison.Ordinal) ? name["psmigrate_".Length..] : name);

    private static HashSet<string> Values(DatabaseImage image) => [.. image.Lines.SelectMany(Values)];

    private static IEnumerable<string> Values(string text) => Value().Matches(text).Select(m => m.Value);

    [GeneratedRegex(@"\bv[0-9]+\b(?!\.)|漢 [0-9]+")]
    private static partial Regex Value();
}
