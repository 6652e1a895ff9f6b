using System.Management.Automation;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>Plan files as authors write them.</summary>
public sealed class PlanFileTests : CmdletTest
{
    [Fact]
    public void A_plan_file_says_more_than_a_folder()
    {
        var shop = Room.Shop();
        shop.Run("CREATE TABLE notes (text TEXT)");
        Room.Database("archive.db", "CREATE TABLE old (id INTEGER)");
        Room.Write("notes/010_notes.sql", "INSERT INTO notes VALUES ('${greeting}, ${who}');");
        Room.Write("archive/001.sql", "CREATE TABLE older (id INTEGER);");
        Room.Write("switch.ps1", "[System.IO.File]::WriteAllText(\"$room/switched.txt\", [System.IO.File]::Exists(\"$room/offline.htm\"))");
        Room.Write("back.ps1", "[System.IO.File]::Delete(\"$room/switched.txt\")");
        Session["room"] = Room.Folder;
        Room.Write("smoke.ps1", "if ($Migration.Variables['who'] -ne 'Ada') { throw 'Who?' }");
        Room.Write("plan.yaml", """
            name: move-in
            description: Everything at once.
            target: sqlite:shop.db
            targets:
              archive: sqlite:archive.db
            variables: { greeting: Hello, who: Grace }
            maintenance: { flag: ./offline.htm }
            steps:
              - sql: ./migrations
              - sql: ./notes/010_notes.sql
                name: notes
              - sql: ./archive
                target: archive
              - script: { do: ./switch.ps1, undo: ./back.ps1 }
            checks:
              - query: select text from notes
                expect: Hello, Ada
              - query: select 1 from customers where name = ''
                name: everybody has a name
              - { query: select count(*) from older, expect: 0, target: archive }
            tests: [ ./smoke.ps1 ]
            """);
        Session.Do("$run = New-MigrationPlan plan.yaml -Variables @{ who = 'Ada' } | Approve-MigrationPlan | Invoke-Migration -Confirm:$false");
        var plan = Session.One("$run");
        Assert.Equal("move-in", plan.Name);
        Assert.Equal(["001_create_customers", "002_add_email", "notes", "001", "switch"], Session.Do("$run.Run.Steps.Step").Select(s => s.ToString()));
        Assert.Equal("Hello, Ada", shop.Text("SELECT text FROM notes"));
        Assert.Equal("True", File.ReadAllText(Room["switched.txt"]));
        Assert.False(File.Exists(Room["offline.htm"]));
        Assert.Equal("old,older", new Rooms.Database(Room["archive.db"]).Tables);

        Session.Do("$results = $run | Test-MigrationIntegrity; $run | Undo-Migration -Confirm:$false");
        Assert.Equal("notes", shop.Tables);
        Assert.Equal(0, shop.Count("notes"));
        Assert.False(File.Exists(Room["switched.txt"]));
        Assert.Equal("old", new Rooms.Database(Room["archive.db"]).Tables);
    }

    [Theory]
    [InlineData("- sql: [\n", "PlanFileInvalid", 5, null)]
    [InlineData("- sql: ./migrations\n    nmae: x\n", "PlanKeyUnknown", 5, "'name'")]
    [InlineData("- sqll: ./migrations\n", "PlanKeyUnknown", 4, "'sql'")]
    [InlineData("- sql: [ a, b ]\n", "PlanValueInvalid", 4, null)]
    [InlineData("- ./migrations\n", "PlanValueInvalid", 4, null)]
    [InlineData("- sql: ./missing\n", "PlanFileMissing", 4, null)]
    [InlineData("- sql: ../outside\n", "PathOutsidePlan", 4, null)]
    [InlineData("- script: { do: ./missing.ps1 }\n", "PlanFileMissing", 4, null)]
    [InlineData("- script: { undo: ./missing.ps1 }\n", "PlanKeyMissing", 4, null)]
    [InlineData("- script: { do: ./do.ps1, rehearse: maybe }\n", "PlanValueInvalid", 4, null)]
    [InlineData("- sql: ./migrations\n    target: shpo\n", "PlanValueInvalid", 5, "'shop'")]
    [InlineData("- { sql: ./migrations/001_create_customers.sql, name: a, dependsOn: [ b ] }\n  - { sql: ./migrations/002_add_email.sql, name: b, dependsOn: [ a ] }\n", "PlanDependencyCycle", 4, null)]
    [InlineData("- { sql: ./migrations/001_create_customers.sql, dependsOn: [ 001_create ] }\n", "PlanDependencyUnknown", 4, null)]
    [InlineData("- rewrite: { from: old }\n", "PlanKeyNotSupported", 4, null)]
    public void What_is_wrong_in_a_step_is_said_with_its_line(string steps, string errorId, int line, string? suggestion)
    {
        Room.Shop();
        Room.Write("do.ps1", "");
        AssertRefused($"target: sqlite:shop.db\ntargets: {{ shop: 'sqlite:shop.db' }}\nsteps:\n  {steps}", errorId, line, suggestion);
    }

    [Theory]
    [InlineData("taget: sqlite:shop.db\n", "PlanKeyUnknown", 2, "'target'")]
    [InlineData("target: shop.db\n", "TargetAddressInvalid", 2, null)]
    [InlineData("target: sqllite:shop.db\n", "TargetKindUnknown", 2, null)]
    [InlineData("target: { a: b }\n", "PlanValueInvalid", 2, null)]
    [InlineData("onFailure: udno\n", "PlanValueInvalid", 2, "'undo'")]
    [InlineData("type: Schemas\n", "PlanValueInvalid", 2, "'schema'")]
    [InlineData("maintenance: { flga: x }\n", "PlanKeyUnknown", 2, "'flag'")]
    [InlineData("variables: [ a ]\n", "PlanValueInvalid", 2, null)]
    [InlineData("tests: [ ./missing.ps1 ]\n", "PlanFileMissing", 2, null)]
    [InlineData("checks: [ { query: select 1, expects: 1 } ]\n", "PlanKeyUnknown", 2, "'expect'")]
    [InlineData("dependsOn: [ broken ]\n", "PlanDependencyCycle", 2, null)]
    public void What_is_wrong_in_the_plan_is_said_with_its_line(string text, string errorId, int line, string? suggestion)
    {
        Room.Shop();
        var target = text.StartsWith("ta", StringComparison.Ordinal) ? "" : "target: sqlite:shop.db\n";
        AssertRefused($"name: broken\n{text}steps:\n  - sql: ./migrations\n{target}", errorId, line, suggestion);
    }

    [Theory]
    [InlineData("", "PlanFileInvalid")]
    [InlineData("name: nothing\n", "PlanKeyMissing")]
    [InlineData("steps: []\ntarget: sqlite:shop.db\n", "PlanHasNoSteps")]
    [InlineData("a: 1\n---\nb: 2\n", "PlanFileInvalid")]
    [InlineData("steps:\n  - sql: ./migrations\n", "TargetMissing")]
    public void A_plan_file_that_says_too_little(string text, string errorId)
    {
        Room.Shop();
        AssertRefused(text, errorId, null, null);
    }

    private void AssertRefused(string text, string errorId, int? line, string? suggestion)
    {
        var plan = Room.Write("plan.yaml", text);
        var before = Room.Content();
        var error = Session.Complains("New-MigrationPlan plan.yaml");
        Assert.Equal($"{errorId},PSMigrate.Cmdlets.NewMigrationPlanCommand", error.FullyQualifiedErrorId);
        Assert.NotEqual("", error.ErrorDetails.RecommendedAction);
        if (line is not null)
        {
            Assert.StartsWith($"{plan}:{line}:", error.ToString(), StringComparison.Ordinal);
            Assert.Equal(line, ((dynamic)error.Exception).Place.Line);
        }

        if (suggestion is not null)
        {
            Assert.Contains($"Did you mean {suggestion}?", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        }

        Assert.Equal(before, Room.Content());
    }
}
