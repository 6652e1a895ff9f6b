using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What the server did only half when the runner was gone.</summary>
public sealed class MariaDbDoubtTests(MariaDbServer server)
{
    private const string Script = "DROP TABLE a, b, c";

    [Theory]
    [InlineData("DROP TABLE b", true)]
    [InlineData("DROP TABLE b", false)]
    [InlineData("DROP TABLE b, a", true)]
    [InlineData("SELECT 1", true)]
    [InlineData("DROP TABLE a, b, c", true)]
    [InlineData("DROP TABLE a, b, c", false)]
    public async Task Tables_that_are_dropped_one_by_one_are_dropped_to_the_last(string done, bool forward)
    {
        var interruption = new Interruption();
        using var folder = new MigrationFolder("CREATE TABLE a (id INT PRIMARY KEY, v INT); CREATE TABLE b (id INT); CREATE TABLE c (id INT PRIMARY KEY); INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (1), (1);", _ => new MariaDbTestDatabase(server))
        {
            Observer = interruption,
        };
        folder.Script("change.sql", Script);
        var before = folder.Image();
        var plan = await folder.PlanAsync();
        await StopBeforeTheStatementAsync(folder, plan, interruption);
        folder.Sql(done);

        if (forward)
        {
            var run = await folder.RunAsync(plan, MigrationFolder.Forced with { Resume = true });
            Assert.Null(run.Failure);
            Assert.DoesNotContain(folder.Image().Lines, l => l.Contains("CREATE TABLE", StringComparison.Ordinal));
            plan = run.Plan;
        }

        Assert.Null((await folder.UndoAsync(plan)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    /// <summary>Stops a run when the statement is announced and not sent yet.</summary>
    private static async Task StopBeforeTheStatementAsync(MigrationFolder folder, Plans.MigrationPlan plan, Interruption interruption)
    {
        for (var moment = 0; ; moment++)
        {
            interruption.At(moment);
            try
            {
                Assert.Null((await folder.RunAsync(plan, MigrationFolder.Forced with { Resume = moment > 0 })).Failure);
                Assert.Fail("the statement was never announced");
            }
            catch (OperationCanceledException)
            {
                // Where it was stopped is looked at here.
            }

            interruption.Never();
            if (folder.Value("SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'psmigrate_progress'") is 1L
                && folder.Value("SELECT count(*) FROM psmigrate_progress WHERE undo_part LIKE '%intent%'") is > 0L)
            {
                return;
            }
        }
    }
}
