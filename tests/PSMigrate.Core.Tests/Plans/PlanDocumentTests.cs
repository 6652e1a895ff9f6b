using CsCheck;
using PSMigrate.Plans;

namespace PSMigrate.Core.Tests.Plans;

public sealed class PlanDocumentTests
{
    private static readonly string Folder = Path.GetFullPath("/plans/shop");

    [Fact]
    public void Json_and_yaml_give_an_equal_plan() => HostileText.Any.Sample(text =>
    {
        var plan = SamplePlans.Of(text);
        var (json, yaml) = (PlanDocument.ToJson(plan), PlanDocument.ToYaml(plan));
        Assert.Equal(json, PlanDocument.ToJson(PlanDocument.Read(json, Folder, "it")));
        Assert.Equal(json, PlanDocument.ToJson(PlanDocument.Read(yaml, Folder, "it")));
        Assert.Equal(plan, PlanDocument.Read(yaml, Folder, "it"));
    }, iter: 500);

    [Fact]
    public void Keys_are_free_as_well() => HostileText.Any.Sample(text =>
    {
        var plan = SamplePlans.Of("x") with { Variables = new SortedDictionary<string, string> { [text] = "1" } };
        plan = plan with { Hash = PlanHash.Of(plan) };
        Assert.Equal(plan, PlanDocument.Read(PlanDocument.ToJson(plan), Folder, "it"));
        Assert.Equal(plan, PlanDocument.Read(PlanDocument.ToYaml(plan), Folder, "it"));
    }, iter: 500);

    [Theory]
    [MemberData(nameof(KnownTexts))]
    public void Known_texts_come_back(string text)
    {
        var plan = SamplePlans.Of(text);
        Assert.Equal(plan, PlanDocument.Read(PlanDocument.ToYaml(plan), Folder, "it"));
    }

    public static TheoryData<string> KnownTexts() => [.. HostileText.Known.Distinct()];

    [Fact]
    public void Paths_are_relative_to_where_the_document_lies()
    {
        var plan = SamplePlans.Of("x");
        var text = PlanDocument.ToYaml(plan, relativeTo: Path.GetFullPath("/plans"));
        Assert.Contains("baseFolder: shop\n", text);
        var moved = PlanDocument.Read(text, Path.GetFullPath("/elsewhere"), "it");
        Assert.Equal(Path.GetFullPath("/elsewhere/shop"), moved.BaseFolder);
        Assert.Equal(plan.Hash, moved.Hash);
    }

    [Fact]
    public void Evidence_is_void_once_the_plan_is_edited()
    {
        var plan = SamplePlans.Of("x");
        Assert.NotNull(plan.Approval);
        var edited = PlanDocument.Read(PlanDocument.ToYaml(plan).Replace("onFailure: stop", "onFailure: undo", StringComparison.Ordinal), Folder, "it");
        Assert.NotEqual(plan.Hash, edited.Hash);
        Assert.Null(edited.Approval);
    }

    [Fact]
    public void What_is_cleared_away_is_not_part_of_the_hash()
    {
        var plan = SamplePlans.Of("x");
        var edited = PlanDocument.Read(PlanDocument.ToYaml(plan).Replace("keepLast: 5", "keepLast: 6", StringComparison.Ordinal), Folder, "it");
        Assert.Equal(6, edited.Retention!.KeepLast);
        Assert.Equal(plan.Hash, edited.Hash);
        Assert.NotNull(edited.Approval);
        Assert.Equal(plan.Hash, PlanHash.Of(plan with { Retention = null }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("name: x")]
    [InlineData("{\"format\": \"psmigrate-plan/1\"")]
    [InlineData("{\"format\": \"psmigrate-plan/1\", \"format\": \"psmigrate-plan/1\"}")]
    [InlineData("{\"format\": \"psmigrate-plan/1\"}")]
    [InlineData("{\"format\": \"psmigrate-plan/1\", \"name\": \"x\", \"baseFolder\": \".\", \"statePath\": \".\", \"targets\": {}}")]
    [InlineData("{\"format\": \"psmigrate-plan/1\", \"name\": \"x\", \"baseFolder\": \".\", \"statePath\": \".\", \"targets\": null}")]
    [InlineData("{\"format\": \"psmigrate-plan/1\", \"name\": \"x\", \"baseFolder\": \".\", \"statePath\": \".\", \"targets\": {\"target\": {\"scheme\": \"sqlite\", \"connection\": \"a\"}}, \"steps\": [{}]}")]
    [InlineData("{\"format\": \"psmigrate-plan/1\", \"name\": \"x\", \"baseFolder\": \".\", \"statePath\": \".\", \"targets\": {\"target\": {\"scheme\": \"sqlite\"}}}")]
    [InlineData("{\"format\": \"psmigrate-plan/1\", \"name\": \"x\", \"baseFolder\": \".\", \"statePath\": \".\", \"targets\": {\"target\": {\"scheme\": \"sqlite\", \"connection\": \"a\"}}, \"surprise\": 1}")]
    [InlineData("format: psmigrate-plan/1\nname: &a [*a]")]
    [InlineData("format: psmigrate-plan/1\n? [a]\n: b")]
    [InlineData("format: psmigrate-plan/1\nname: 1e400")]
    public void What_is_no_plan_is_refused(string text) =>
        Assert.Equal("PlanDocumentInvalid", Assert.Throws<MigrationException>(() => PlanDocument.Read(text, Folder, "it")).ErrorId);

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        foreach (var text in new[] { new string('[', 100_000), "{\"a\":" + new string('[', 100_000) })
        {
            Assert.Equal("PlanDocumentInvalid", Assert.Throws<MigrationException>(() => PlanDocument.Read(text, Folder, "it")).ErrorId);
        }
    }

    [Fact]
    public void A_later_format_says_so() =>
        Assert.Equal("PlanDocumentNewer", Assert.Throws<MigrationException>(() => PlanDocument.Read("format: psmigrate-plan/9", Folder, "it")).ErrorId);

    [Fact]
    public void Null_means_left_out()
    {
        var plan = SamplePlans.Of("x");
        var text = PlanDocument.ToJson(plan with { Dependencies = [] }).Replace("\"dependencies\": []", "\"dependencies\": null", StringComparison.Ordinal);
        Assert.Contains("\"dependencies\": null", text);
        Assert.Empty(PlanDocument.Read(text, Folder, "it").Dependencies);
    }
}
