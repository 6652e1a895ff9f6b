using System.Globalization;
using System.Text;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>
/// A rehearsal on a sample of the rows: the copy has all of the structure, about as many rows of each table as asked for, and every row that
/// one of these refers to: on any engine.
/// </summary>
public abstract class SampleContract : EngineContract
{
    private const int Most = 10;

    /// <summary>What refers to what is not there, by table.</summary>
    private static readonly string[] Orphans =
    [
        "SELECT count(*) FROM region r WHERE r.parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM region p WHERE p.id = r.parent)",
        "SELECT count(*) FROM customer c WHERE NOT EXISTS (SELECT 1 FROM region r WHERE r.id = c.region)",
        "SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM customer c WHERE c.id = o.customer)",
        "SELECT count(*) FROM line l WHERE l.customer IS NOT NULL AND l.number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer = l.customer AND o.number = l.number)",
        "SELECT count(*) FROM dept d WHERE d.head IS NOT NULL AND NOT EXISTS (SELECT 1 FROM staff s WHERE s.id = d.head)",
        "SELECT count(*) FROM staff s WHERE NOT EXISTS (SELECT 1 FROM dept d WHERE d.id = s.dept)",
        "SELECT count(*) FROM tagged x WHERE NOT EXISTS (SELECT 1 FROM tag t WHERE t.name = x.tag)",
    ];

    /// <summary>Tables that refer to each other; an engine may have to say it otherwise.</summary>
    private protected virtual string Cycle =>
        "CREATE TABLE dept (id INTEGER PRIMARY KEY, head INTEGER); CREATE TABLE staff (id INTEGER PRIMARY KEY, dept INTEGER, FOREIGN KEY (dept) REFERENCES dept (id));";

    private protected virtual string CloseCycle => "ALTER TABLE dept ADD CONSTRAINT fk_head FOREIGN KEY (head) REFERENCES staff (id);";

    [Fact]
    public async Task The_copy_has_all_structure_and_a_whole_sample_of_the_rows()
    {
        using var folder = Filled();
        var before = folder.Image();
        await using var target = await folder.OpenTargetAsync();

        var made = await SampleAsync(target, folder);
        await using var copy = (DatabaseTarget)made.Target;

        var original = await target.SnapshotAsync(SnapshotDepth.Structure, SilentObserver.Instance, MigrationFolder.Cancel);
        Assert.Empty(original.Baseline.DriftTo((await copy.SnapshotAsync(SnapshotDepth.Structure, SilentObserver.Instance, MigrationFolder.Cancel)).Baseline));
        foreach (var query in Orphans)
        {
            Assert.Equal(("0", query), (await ValueAsync(copy, query), query));
        }

        Assert.All(await copy.SelfCheckAsync(MigrationFolder.Cancel), c => Assert.True(c.Passed, c.Detail));
        Assert.Equal("3", await ValueAsync(copy, "SELECT count(*) FROM small"));
        Assert.Equal("10", await ValueAsync(copy, "SELECT count(*) FROM line"));
        Assert.Equal("10", await ValueAsync(copy, "SELECT count(*) FROM log"));

        // 10 of its own, and what lines refer to; the first and the last of those chosen lie far apart.
        Assert.InRange(int.Parse(await ValueAsync(copy, "SELECT count(*) FROM orders"), CultureInfo.InvariantCulture), Most, 2 * Most);
        Assert.InRange(int.Parse(await ValueAsync(copy, "SELECT max(id) - min(id) FROM line"), CultureInfo.InvariantCulture), 80, 100);
        // Each region refers to the one before it: one of the last needs all of them.
        Assert.InRange(int.Parse(await ValueAsync(copy, "SELECT count(*) FROM region"), CultureInfo.InvariantCulture), 50, 60);
        Assert.Equal(new SampledTable(folder.Shown("line"), 10, 100), made.Sampled.Single(t => t.Table == folder.Shown("line")));
        Assert.DoesNotContain(made.Sampled, t => t.Table == folder.Shown("small") || t.Rows >= t.Of);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    [Fact]
    public async Task The_same_data_gives_the_same_rows()
    {
        using var folder = Filled();
        await using var target = await folder.OpenTargetAsync();

        await using var one = (await SampleAsync(target, folder, "one")).Target;
        await using var other = (await SampleAsync(target, folder, "other")).Target;

        var first = await one.SnapshotAsync(SnapshotDepth.Checksums, SilentObserver.Instance, MigrationFolder.Cancel);
        Assert.Empty(first.ContentDifferences(await other.SnapshotAsync(SnapshotDepth.Checksums, SilentObserver.Instance, MigrationFolder.Cancel)));
    }

    [Fact]
    public async Task A_rehearsal_on_a_sample_says_so_and_does_not_give_its_times_for_those_of_all_rows()
    {
        using var folder = Filled();
        folder.Script("1_small.sql", "UPDATE small SET text = 'y';");
        folder.Script("2_line.sql", "UPDATE line SET text = 'z'; ALTER TABLE line DROP COLUMN note;");
        var plan = await folder.PlanAsync();
        var planned = plan.Steps.Single(s => s.Id == "2_line").EstimatedDuration;

        plan = (await new Rehearsal(folder.NewServices(), SilentObserver.Instance) { SampleRows = Most }.RunAsync(plan, MigrationFolder.Cancel)).Plan;

        var rehearsal = plan.Rehearsal!;
        Assert.True(rehearsal.UndoProved, rehearsal.Summary);
        Assert.Contains($"10 of 100 rows of {folder.Shown("line")}", rehearsal.SampleInWords!, StringComparison.Ordinal);
        Assert.Contains("on a sample", rehearsal.Summary, StringComparison.Ordinal);
        Assert.InRange(rehearsal.Steps.Single(s => s.Step == "2_line").RowsChanged, 10, 40);
        Assert.Contains(plan.Risk.Reasons, r => r.StartsWith("rehearsed on a sample only", StringComparison.Ordinal));
        Assert.NotEqual(DurationEstimate.FromRehearsal, plan.Estimate.Basis);
        Assert.Contains("on all rows", plan.Estimate.Basis, StringComparison.Ordinal);
        Assert.Equal(rehearsal.Steps.Single(s => s.Step == "1_small").Duration, plan.Steps.Single(s => s.Id == "1_small").EstimatedDuration);
        Assert.True(plan.Steps.Single(s => s.Id == "2_line").EstimatedDuration >= planned);
        Assert.Contains((await folder.PlanAsync()).Evidence.OfType<RehearsalEvidence>(), e => e.Sampled.Count > 0);

        var warnings = new WarningObserver();
        Assert.Null((await new MigrationRunner(folder.NewServices(), warnings).RunAsync(plan, new RunOptions(), MigrationFolder.Cancel)).Failure);
        Assert.Contains(warnings.All, w => w.Contains("on a sample only", StringComparison.Ordinal));
    }

    private static async Task<string> ValueAsync(DatabaseTarget target, string query) => (await target.QueryAsync(query, 1, MigrationFolder.Cancel))[0][0]!;

    private static Task<RehearsalCopy> SampleAsync(Target target, MigrationFolder folder, string name = "work") =>
        target.CreateCopyAsync(new CopyWish { SampleRows = Most }, Directory.CreateDirectory(Path.Combine(folder.Folder, name)).FullName, SilentObserver.Instance, MigrationFolder.Cancel);

    private MigrationFolder Filled()
    {
        var sql = new StringBuilder(
            $"""
            CREATE TABLE region (id INTEGER PRIMARY KEY, parent INTEGER, FOREIGN KEY (parent) REFERENCES region (id));
            CREATE TABLE customer (id INTEGER PRIMARY KEY, region INTEGER, name VARCHAR(50), FOREIGN KEY (region) REFERENCES region (id));
            CREATE TABLE orders (customer INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (customer, number), FOREIGN KEY (customer) REFERENCES customer (id));
            CREATE TABLE line (id INTEGER PRIMARY KEY, customer INTEGER, number INTEGER, text VARCHAR(50), note VARCHAR(50), FOREIGN KEY (customer, number) REFERENCES orders (customer, number));
            CREATE TABLE small (id INTEGER PRIMARY KEY, text VARCHAR(50));
            CREATE TABLE log (text VARCHAR(50));
            CREATE TABLE tag (name VARCHAR(50) NOT NULL PRIMARY KEY);
            CREATE TABLE tagged (id INTEGER PRIMARY KEY, tag VARCHAR(50), FOREIGN KEY (tag) REFERENCES tag (name));
            {Cycle}
            INSERT INTO small VALUES (1, 'a'), (2, 'b'), (3, 'c');

            """);
        void Add(string table, int count, Func<int, string> row) =>
            sql.Append(CultureInfo.InvariantCulture, $"INSERT INTO {table} VALUES {string.Join(", ", Enumerable.Range(1, count).Select(i => $"({row(i)})"))};\n");
        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        Add("region", 60, i => Text($"{i}, {(i == 1 ? "NULL" : Text($"{i - 1}"))}"));
        Add("customer", 50, i => Text($"{i}, {i}, 'n{i}'"));
        Add("orders", 60, i => Text($"{((i - 1) % 50) + 1}, {i}"));
        Add("line", 100, i => Text($"{i}, {(i % 9 == 0 ? "NULL" : Text($"{((i - 1) % 50) + 1}"))}, {((i - 1) % 50) + 1}, 'x', 'n'"));
        Add("log", 40, i => Text($"'event {i / 2}'"));
        Add("tag", 40, i => Text($"'O''Brien ü {i}'"));
        Add("tagged", 30, i => Text($"{i}, 'O''Brien ü {41 - i}'"));
        Add("dept", 25, i => Text($"{i}, NULL"));
        Add("staff", 25, i => Text($"{i}, {26 - i}"));
        sql.Append("UPDATE dept SET head = id;\n").Append(CloseCycle);
        return NewFolder(sql.ToString());
    }

    private sealed class WarningObserver : IMigrationObserver
    {
        public List<string> All { get; } = [];

        public void Detail(string message) { }

        public void Progress(ProgressReport report) { }

        public void Milestone(string message) { }

        public void Decision(string message) { }

        public void Warning(string message) => All.Add(message);
    }
}
