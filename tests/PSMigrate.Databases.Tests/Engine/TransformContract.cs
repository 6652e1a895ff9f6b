using PSMigrate.Engine;
using PSMigrate.Plans;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>What changing rows in place must do in any engine's database.</summary>
public abstract class TransformContract : EngineContract
{
    private protected const string Orders = "CREATE TABLE orders (id INTEGER PRIMARY KEY, region VARCHAR(20), total NUMERIC(12, 2)); ";

    private const string Plan = "steps: [ { transform: { table: orders, set: { region: \"'eu'\", total: t.total + 1 }, where: region is null, batchRows: 7 } } ]";

    [Fact]
    public async Task Rows_are_changed_once_batch_by_batch()
    {
        using var folder = NewFilled(100);
        var plan = await folder.PlanFileAsync(Plan);
        Assert.Contains(plan.Changes, c => c.RowsLost == 50);
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        Assert.Equal(["us 50", "eu 50"], folder.Rows("SELECT region, count(*) FROM orders GROUP BY region ORDER BY region DESC"));
        Assert.Equal("1", Text(folder.Value("SELECT count(*) FROM (SELECT DISTINCT total - id AS d FROM orders WHERE region = 'eu') x")));
        Assert.Equal("1", Text(folder.Value("SELECT CAST(min(total - id) AS DECIMAL(12, 0)) FROM orders WHERE region = 'eu'")));
    }

    [Fact]
    public async Task Undo_gives_every_value_back()
    {
        using var folder = NewFilled(100);
        var before = folder.Image();
        var plan = await folder.RehearseAsync(await folder.PlanFileAsync(Plan));
        Assert.True(plan.Rehearsal!.UndoProved, $"{plan.Rehearsal.Summary} {string.Join("; ", plan.Rehearsal.Differences)}");
        plan = (await folder.RunAsync(plan, MigrationFolder.Forced)).Plan;
        Assert.NotEqual("", before.DifferenceTo(folder.Image()));
        var undone = await folder.UndoAsync(plan);
        Assert.Null(undone.Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
        Assert.Empty(folder.Captures());
    }

    [Fact]
    public async Task Undo_leaves_what_others_changed_since()
    {
        using var folder = NewFilled(20);
        var plan = (await folder.RunAsync(await folder.PlanFileAsync(Plan), MigrationFolder.Forced)).Plan;
        folder.Sql("UPDATE orders SET region = 'theirs' WHERE id = 2");
        folder.Sql("DELETE FROM orders WHERE id = 4");
        var undone = await folder.UndoAsync(plan);
        Assert.Null(undone.Failure);
        Assert.Equal(["2 theirs", "6 NULL"], folder.Rows("SELECT id, region FROM orders WHERE id IN (2, 4, 6) ORDER BY id"));
        Assert.Equal([(ConflictKind.Changed, "id=2"), (ConflictKind.Deleted, "id=4")], undone.Plan.Undo!.Conflicts.Select(c => (c.Kind, c.Key)));
        Assert.Contains("region=theirs", undone.Plan.Undo.Conflicts[0].Present!, StringComparison.Ordinal);
        Assert.Contains("region=NULL", undone.Plan.Undo.Conflicts[0].Captured!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_failed_goes_on_where_it_was_or_back()
    {
        using var folder = NewFolder("CREATE TABLE orders (id INTEGER PRIMARY KEY, region VARCHAR(20), total NUMERIC(12, 2), CHECK (total <> 53 OR region = 'us'))");
        Fill(folder, 100);
        var before = folder.Image();
        var plan = await folder.PlanFileAsync(Plan + "\nonFailure: stop");
        var failed = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.NotNull(failed.Failure);
        var done = Convert.ToInt32(folder.Value("SELECT count(*) FROM orders WHERE region = 'eu'"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(done, 1, 25);
        folder.Sql("UPDATE orders SET total = 1000 WHERE id = 52");
        var resumed = await folder.RunAsync(plan, new RunOptions { Force = true, Resume = true });
        Assert.Null(resumed.Failure);
        Assert.Equal("50", Text(folder.Value("SELECT count(*) FROM orders WHERE region = 'eu'")));
        Assert.Null((await folder.UndoAsync(resumed.Plan)).Failure);
        folder.Sql("UPDATE orders SET total = 52 WHERE id = 52");
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task A_condition_that_stays_true_is_found_and_nothing_is_changed()
    {
        using var folder = NewFilled(100);
        var before = folder.Image();
        var result = await folder.RunAsync(await folder.PlanFileAsync("onFailure: undo\nsteps: [ { transform: { table: orders, set: { total: total + 1 }, where: total > 0, batchRows: 10 } } ]"), MigrationFolder.Forced);
        Assert.Equal("TransformNeverDone", result.Failure!.ErrorId);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task What_its_undo_needs_is_known_and_removed_by_force_only()
    {
        using var folder = NewFilled(10);
        var plan = (await folder.RunAsync(await folder.PlanFileAsync(Plan), MigrationFolder.Forced)).Plan;
        await using (var target = await folder.OpenTargetAsync())
        {
            var kept = await target.Quarantine!.ReadAsync(MigrationFolder.Cancel);
            Assert.Equal(2, kept.Count);
            Assert.All(kept, k => Assert.Equal(plan.Run!.RunId, k.NeededByRun));
            await target.Quarantine.RemoveAsync([kept[0].Name], "tester@here", DateTimeOffset.UtcNow, MigrationFolder.Cancel);
        }

        Assert.Equal("CaptureRemoved", (await folder.UndoAsync(plan)).Failure!.ErrorId);
    }

    [Fact]
    public async Task Without_a_condition_every_row_is_changed_once()
    {
        using var folder = NewFilled(30);
        Assert.Null((await folder.RunAsync(await folder.PlanFileAsync("steps: [ { transform: { table: orders, set: { total: t.total * 2 }, batchRows: 4 } } ]"), MigrationFolder.Forced)).Failure);
        Assert.Equal("0", Text(folder.Value("SELECT count(*) FROM orders WHERE total <> id * 2")));
    }

    [Fact]
    public async Task Keys_of_several_columns_and_of_text_are_walked_through()
    {
        using var folder = NewFolder("CREATE TABLE notes (a VARCHAR(20) NOT NULL, b INTEGER NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (a, b))");
        folder.Sql("INSERT INTO notes VALUES ('x', 1, 0), ('x', 2, 0), ('it''s', 1, 0), ('Ä', 3, 0), ('', 1, 0), ('x y', -5, 0), ('z', 0, 0)");
        var before = folder.Image();
        var plan = (await folder.RunAsync(await folder.PlanFileAsync("steps: [ { transform: { table: notes, set: { done: done + 1 }, batchRows: 1 } } ]"), MigrationFolder.Forced)).Plan;
        Assert.Equal("7", Text(folder.Value("SELECT count(*) FROM notes WHERE done = 1")));
        Assert.Null((await folder.UndoAsync(plan)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task A_table_that_a_step_before_it_makes_is_not_missing()
    {
        using var folder = NewFolder();
        folder.Script("001_orders.sql", Orders + "INSERT INTO orders (id, total) VALUES (1, 1), (2, 2);");
        var plan = await folder.PlanFileAsync("steps: [ { sql: ./migrations/001_orders.sql }, { transform: { table: orders, set: { region: \"'eu'\" } } } ]");
        Assert.Contains(plan.Findings, f => f.RuleId == "PSM304");
        Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced)).Failure);
        Assert.Equal("2", Text(folder.Value("SELECT count(*) FROM orders WHERE region = 'eu'")));
    }

    [Theory]
    [InlineData("table: ordrs, set: { region: '1' }", "TransformTableNotFound", "orders")]
    [InlineData("table: orders, set: { regon: '1' }", "TransformColumnNotFound", "region")]
    [InlineData("table: orders, set: { id: id + 1 }", "TransformKeyColumn", "key")]
    [InlineData("table: orders, set: { region: 'no_such_thing(' }", "TransformExpressionInvalid", "no_such_thing(")]
    [InlineData("table: orders, set: { region: '1' }, where: 'regon = 1'", "TransformExpressionInvalid", "regon")]
    [InlineData("table: bare, set: { a: '1' }", "TransformNoKey", "key")]
    [InlineData("table: orders", "PlanKeyMissing", "set")]
    public async Task What_is_wrong_with_it_is_said_while_planning(string transform, string errorId, string said)
    {
        using var folder = NewFolder(Orders + "CREATE TABLE bare (a INTEGER)");
        if (errorId == "TransformNoKey" && HasRowNumbers)
        {
            return;
        }

        var error = await Assert.ThrowsAsync<MigrationException>(() => folder.PlanFileAsync($"steps: [ {{ transform: {{ {transform} }} }} ]"));
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(said, $"{error.Message} {error.RecommendedAction}", StringComparison.Ordinal);
    }

    /// <summary>True where every row has a number of its own, also without a key.</summary>
    private protected virtual bool HasRowNumbers => false;

    /// <summary>Every second row has no region.</summary>
    private MigrationFolder NewFilled(int rows)
    {
        var folder = NewFolder(Orders);
        Fill(folder, rows);
        return folder;
    }

    private static void Fill(MigrationFolder folder, int rows) => folder.Sql("INSERT INTO orders (id, region, total) VALUES "
        + string.Join(", ", Enumerable.Range(1, rows).Select(i => $"({i}, {(i % 2 == 0 ? "NULL" : "'us'")}, {i})")));

    private static string? Text(object? value) => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
}
