using PSMigrate.Backups;
using PSMigrate.Plans;
using PSMigrate.Steps;

namespace PSMigrate.Core.Tests.Plans;

public sealed class PlanFileReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PlanFileReaderTests()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            folder.Write($"{name}.sql", "select 1;");
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Reads_every_key()
    {
        var draft = Read("""
            name: move-orders
            type: [ data, schema ]
            description: |
              Two lines
              of text.
            target: main
            targets:
              main: sqlite:shop.db
              old: sqlite:old.db
            variables: { region: eu, limit: 12, on: "true" }
            dependsOn: [ add_email ]
            onFailure: stop
            maintenance: { flag: ./app_offline.htm }
            retention: { keepLast: 5, olderThan: 1.5d, includeQuarantine: true }
            steps:
              - sql: ./b.sql
                name: second
                dependsOn: first
              - { name: first, sql: a.sql, target: old }
            checks:
              - query: select 1
            tests: [ c.sql ]
            """);
        Assert.Equal("move-orders", draft.Name);
        Assert.Equal([MigrationType.Schema, MigrationType.Data], draft.Type);
        Assert.Equal("Two lines\nof text.\n", draft.Description);
        Assert.Equal("sqlite:shop.db", draft.Targets["target"].ToString());
        Assert.Equal("sqlite:old.db", draft.Targets["old"].ToString());
        Assert.Equal(["limit=12", "on=true", "region=eu"], draft.Variables.Select(v => $"{v.Key}={v.Value}"));
        Assert.Equal(["add_email"], draft.Dependencies);
        Assert.Equal(OnFailure.Stop, draft.OnFailure);
        Assert.Equal("app_offline.htm", draft.MaintenanceFlag);
        Assert.Equal(new RetentionPolicy { KeepLast = 5, OlderThan = TimeSpan.FromHours(36), IncludeQuarantine = true }, draft.Retention);
        Assert.Equal(["c.sql"], draft.Tests.Select(t => t.Path));
        var steps = Steps(draft);
        Assert.Equal(["first:old", "second:target"], steps.Select(s => $"{s.Id}:{s.Target}"));
        Assert.Equal("select 1", Assert.Single(draft.DefineChecks(Scope(draft))).Name);
    }

    [Theory]
    [InlineData("30d", 720)]
    [InlineData("12h", 12)]
    [InlineData("90m", 1.5)]
    [InlineData("1:30:00", 1.5)]
    [InlineData("0", 0)]
    public void An_age_is_written_as_times_are(string text, double hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), Read($"retention: {{ olderThan: '{text}' }}\nsteps: []").Retention!.OlderThan);

    [Fact]
    public void The_name_is_the_files_unless_given() => Assert.Equal("plan", Read("target: sqlite:a.db\nsteps: [ { sql: a.sql } ]").Name);

    [Theory]
    [InlineData("descripton: x\nsteps: []", "PlanKeyUnknown", 1, 1, "Did you mean 'description'?")]
    [InlineData("steps: []\nmaintenance: { flg: x }", "PlanKeyUnknown", 2, 16, "Did you mean 'flag'?")]
    [InlineData("steps: [ { sql: a.sql, nmae: x } ]", "PlanKeyUnknown", 1, 24, "Did you mean 'name'?")]
    [InlineData("steps: []\nretention: { keepLat: 5 }", "PlanKeyUnknown", 2, 14, "Did you mean 'keepLast'?")]
    [InlineData("steps: []\nretention: { keepLast: 0 }", "PlanValueInvalid", 2, 24, "a number such as 5")]
    [InlineData("steps: []\nretention: { keepLast: -1 }", "PlanValueInvalid", 2, 24, "a number such as 5")]
    [InlineData("steps: []\nretention: { keepLast: 5 days }", "PlanValueInvalid", 2, 24, "a number such as 5")]
    [InlineData("steps: []\nretention: { keepLast: [ 5 ] }", "PlanValueInvalid", 2, 24, "text")]
    [InlineData("steps: []\nretention: { olderThan: 30 }", "PlanValueInvalid", 2, 25, "30d")]
    [InlineData("steps: []\nretention: { olderThan: 3weeks }", "PlanValueInvalid", 2, 25, "30d")]
    [InlineData("steps: []\nretention: { olderThan: 99999d }", "PlanValueInvalid", 2, 25, "30d")]
    [InlineData("steps: []\nretention: { olderThan: 30d, includeQuarantine: 1 }", "PlanValueInvalid", 2, 49, "true or false")]
    [InlineData("steps: []\nretention: { includeQuarantine: true }", "PlanKeyMissing", 2, 12, "how many backups")]
    [InlineData("steps: []\nretention: 5", "PlanValueInvalid", 2, 12, "a map")]
    [InlineData("name: [ a ]\nsteps: []", "PlanValueInvalid", 1, 7, "text")]
    [InlineData("name:\nsteps: []", "PlanValueInvalid", 1, 6, "text")]
    [InlineData("name: ~\nsteps: []", "PlanValueInvalid", 1, 7, "text")]
    [InlineData("- a", "PlanValueInvalid", 1, 1, "a map of keys and values")]
    [InlineData("just text", "PlanValueInvalid", 1, 1, "a map of keys and values")]
    [InlineData("steps: []\ntype: Schemata", "PlanValueInvalid", 2, 7, "Did you mean 'schema'?")]
    [InlineData("steps: []\ntype: Schema, Data", "PlanValueInvalid", 2, 7, "Valid: ")]
    [InlineData("steps: []\ntype: +1", "PlanValueInvalid", 2, 7, "Valid: ")]
    [InlineData("steps: []\ntype: \"1\"", "PlanValueInvalid", 2, 7, "Valid: ")]
    [InlineData("steps: []\nonFailure: undoo", "PlanValueInvalid", 2, 12, "Did you mean 'undo'?")]
    [InlineData("steps: []\nvariables: [ a ]", "PlanValueInvalid", 2, 12, "a map")]
    [InlineData("steps: []\nvariables: { a: { b: c } }", "PlanValueInvalid", 2, 17, "text")]
    [InlineData("name: x", "PlanKeyMissing", 1, 1, "steps")]
    [InlineData("steps: []\nmaintenance: {}", "PlanKeyMissing", 2, 14, "Name the file")]
    [InlineData("steps: []", "PlanHasNoSteps", 1, 8, "Add")]
    [InlineData("steps: [ a.sql ]", "PlanValueInvalid", 1, 10, "kind of step")]
    [InlineData("steps: [ { name: x } ]", "PlanValueInvalid", 1, 10, "sql")]
    [InlineData("steps:\n  - rewrite: { from: old }", "PlanKeyNotSupported", 2, 5, "sql")]
    [InlineData("steps: []\nnotify: []", "PlanKeyNotSupported", 2, 9, "Remove")]
    [InlineData("steps:\n  - sql: a.sql\n    target: old", "PlanValueInvalid", 3, 13, "There are none.")]
    [InlineData("target: sqlite:a.db\nsteps:\n  - sql: a.sql\n    target: taget", "PlanValueInvalid", 4, 13, "Did you mean 'target'?")]
    [InlineData("steps:\n  - sql: missing.sql", "PlanFileMissing", 2, 10, "missing.sql")]
    [InlineData("steps:\n  - sql: ../a.sql", "PathOutsidePlan", 2, 10, "inside")]
    [InlineData("steps:\n  - sql: x/../../a.sql", "PathOutsidePlan", 2, 10, "inside")]
    [InlineData("steps:\n  - sql: /etc/hostname", "PathOutsidePlan", 2, 10, "inside")]
    [InlineData("steps:\n  - sql: a.sql\n  - sql: a.sql", "StepNameDuplicate", 3, 5, "name")]
    [InlineData("steps: [ { sql: a.sql } ]\ntests: [ missing.ps1 ]", "PlanFileMissing", 2, 10, "missing.ps1")]
    [InlineData("steps: [ { sql: a.sql } ]\nchecks: [ { qeury: x } ]", "PlanValueInvalid", 2, 11, "Did you mean 'query'?")]
    [InlineData("target: shop.db\nsteps: []", "TargetAddressInvalid", 1, 9, "sqlite:shop.db")]
    [InlineData("target: sqlit:shop.db\nsteps: []", "TargetKindUnknown", 1, 9, "sqlite")]
    [InlineData("format: psmigrate-plan/1", "PlanIsExported", 1, 1, "Get-MigrationPlan")]
    [InlineData("a: 1\na: 2", "PlanFileInvalid", 2, 1, "YAML")]
    [InlineData("name: \"x\nsteps: []", "PlanFileInvalid", 1, 7, "YAML")]
    [InlineData("!!str name: a\nname: b", "PlanValueInvalid", 2, 1, "Remove one")]
    public void What_is_wrong_has_a_place(string text, string errorId, int line, int column, string action)
    {
        var error = Assert.Throws<MigrationException>(() => Everything(text));
        Assert.Equal(errorId, error.ErrorId);
        Assert.Equal(new SourcePlace(folder.File("plan.yaml"), line, column), error.Place);
        Assert.Contains($"plan.yaml:{line}:{column}", error.Message);
        Assert.Contains(action, error.RecommendedAction);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("name: a\n---\nname: b\n")]
    public void A_plan_file_holds_one_document(string text) =>
        Assert.Equal("PlanFileInvalid", Assert.Throws<MigrationException>(() => Everything(text)).ErrorId);

    [Fact]
    public void What_is_not_text_is_refused()
    {
        File.WriteAllBytes(folder.File("plan.yaml"), [0x6e, 0xff, 0xfe, 0x00]);
        Assert.Equal("PlanFileInvalid", Assert.Throws<MigrationException>(() => PlanFileReader.Read(folder.File("plan.yaml"), FakeKinds.Services)).ErrorId);
    }

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Equal("PlanFileInvalid", Assert.Throws<MigrationException>(() => Everything("name: " + new string('[', 100_000))).ErrorId);

    [Fact]
    public void A_link_that_leads_out_is_refused()
    {
        using var outside = new TemporaryFolder();
        outside.Write("x.sql", "select 1;");
        File.CreateSymbolicLink(folder.File("link.sql"), outside.File("x.sql"));
        Directory.CreateSymbolicLink(folder.File("linked"), outside.Path);
        Assert.Equal("PathOutsidePlan", Assert.Throws<MigrationException>(() => Everything("steps: [ { sql: link.sql } ]")).ErrorId);
        Assert.Equal("PathOutsidePlan", Assert.Throws<MigrationException>(() => Everything("steps: [ { sql: linked/x.sql } ]")).ErrorId);
    }

    [Fact]
    public void Steps_move_only_as_far_as_they_must()
    {
        var draft = Read("""
            target: sqlite:a.db
            steps:
              - { sql: a.sql, dependsOn: [ c ] }
              - { sql: b.sql }
              - { sql: c.sql }
            """);
        Assert.Equal(["c", "a", "b"], Steps(draft).Select(s => s.Id));
    }

    [Fact]
    public void A_circle_of_steps_is_named()
    {
        var error = Assert.Throws<MigrationException>(() => Everything("""
            steps:
              - { sql: a.sql, dependsOn: [ b ] }
              - { sql: b.sql, dependsOn: [ c ] }
              - { sql: c.sql, dependsOn: [ a ] }
            """));
        Assert.Equal("PlanDependencyCycle", error.ErrorId);
        Assert.Contains("a -> b -> c -> a", error.Message);
        Assert.NotNull(error.Place);
    }

    [Fact]
    public void A_circle_of_plans_is_named()
    {
        folder.Write("one.yaml", "name: one\ndependsOn: [ two ]\nsteps: []");
        folder.Write("two.yml", "dependsOn: plan\nsteps: []");
        var error = Assert.Throws<MigrationException>(() => Everything("dependsOn: [ one ]\nsteps: [ { sql: a.sql } ]"));
        Assert.Equal("PlanDependencyCycle", error.ErrorId);
        Assert.Contains("plan -> one -> two -> plan", error.Message);
        Assert.Equal(1, error.Place!.Line);
    }

    [Fact]
    public void A_dependency_that_is_nowhere_names_the_nearest()
    {
        var error = Assert.Throws<MigrationException>(() => Everything("steps:\n  - { sql: a.sql, name: first }\n  - { sql: b.sql, dependsOn: [ fist ] }"));
        Assert.Equal("PlanDependencyUnknown", error.ErrorId);
        Assert.Contains("Did you mean 'first'?", error.RecommendedAction);
    }

    [Fact]
    public void A_secret_in_a_wrong_address_is_not_shown()
    {
        foreach (var target in new[] { "Server=db;Password=hunter2", "sqlit:Server=db;Password=hunter2" })
        {
            var error = Assert.Throws<MigrationException>(() => Everything($"target: {target}\nsteps: []"));
            Assert.DoesNotContain("hunter2", $"{error} {error.RecommendedAction} {error.Offender}");
        }
    }

    private PlanDraft Read(string text) => PlanFileReader.Read(folder.Write("plan.yaml", text), FakeKinds.Services);

    private void Everything(string text)
    {
        var draft = Read(text);
        Steps(draft);
        draft.DefineChecks(Scope(draft));
    }

    private static IReadOnlyList<StepDefinition> Steps(PlanDraft draft) => draft.DefineSteps(Scope(draft));

    private static PlanScope Scope(PlanDraft draft) => new(draft.BaseFolder, FakeKinds.Services) { Targets = [.. draft.Targets.Keys] };
}
