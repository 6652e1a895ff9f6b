using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using PSMigrate.Plans;
using PSMigrate.Reports;

namespace PSMigrate.Core.Tests.Reports;

public sealed partial class PlanMarkdownTests
{
    private static readonly string[] Sections = ["Overview", "Changes", "Findings", "Steps", "Rollback", "Dependencies", "Checks", "Evidence"];

    [Fact]
    public void Fills_in_the_template()
    {
        var text = PlanMarkdown.Write(SamplePlans.Of("add_email"));
        Assert.StartsWith("# Migration plan: add_email\n\n## Overview\n\n- **Name:** add_email\n- **Type:** Schema, Data\n", text);
        Assert.Contains("- **Estimated duration:** 340 ms (from statements and table sizes)\n", text);
        Assert.Contains("- **Risk level:** High\n  - add_email\n", text);
        Assert.Contains("- **Created:** 2026-11-22T10:30:00Z\n", text);
        Assert.Contains("| Change | Before | After | Risk |\n| --- | --- | --- | --- |\n| add_email (12 rows lost) | add_email | add_email | High |\n", text);
        Assert.Contains("| PSM001 | High | add_email | add_email:4:1 | add_email | add_email | read from the text |\n", text);
        Assert.Contains("### Undo 1 of 1: add_email\n\n- **Taken back:** by its inverse, with what is captured before the change\n", text);
        Assert.Contains("```sql\nadd_email\n```\n", text);
        Assert.Contains(
            "| Step | Object | Row | Others | What became of it | Before the migration | As found | Saved in |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n" +
            "| add_email | add_email | add_email | changed it | theirs was kept | add_email | add_email | add_email |\n" +
            "| add_email | add_email | - | deleted it | theirs was overwritten | - | - | - |\n", text);
        Assert.Contains("| Integrity | 2026-11-22T10:30:00Z | add_email | void: made for another content of the plan | add_email |\n", text);
    }

    [Fact]
    public void Says_what_is_missing()
    {
        var plan = SamplePlans.Of("x") with { Evidence = [], Changes = [], Findings = [], RollbackSteps = [], Steps = [], Dependencies = [], Checks = [], Tests = [] };
        var text = PlanMarkdown.Write(plan);
        Assert.Contains("not rehearsed; not approved, which its risk asks for; not backed up; not run", text);
        Assert.Contains("## Changes\n\nNothing is pending: every step has been applied.\n", text);
        Assert.Contains("## Findings\n\nNone.\n", text);
        Assert.Contains("## Evidence\n\nNone: the plan was neither rehearsed, approved, backed up nor run.\n", text);
    }

    [Fact]
    public void Nothing_from_outside_becomes_markup() => HostileText.Any.Sample(text =>
    {
        var markdown = PlanMarkdown.Write(SamplePlans.Of(text));
        var lines = OutsideFences(markdown).ToList();
        // The headings are ours, all of them and in order.
        Assert.Equal(Sections, lines.Where(l => l.StartsWith("## ", StringComparison.Ordinal)).Select(l => l[3..]));
        foreach (var line in lines)
        {
            if (line.StartsWith('|'))
            {
                Assert.Contains(UnescapedPipe().Count(line), new[] { 5, 6, 7, 8, 9, 10 });
            }

            Assert.DoesNotMatch(UnescapedMarkup(), line.Replace("<br>", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal));
            Assert.DoesNotMatch(BlockInItem(), line);
            Assert.DoesNotContain(line, char.IsControl);
        }

        // Every table keeps its number of columns.
        foreach (var table in Tables(lines))
        {
            Assert.Single(table.Select(row => UnescapedPipe().Count(row)).Distinct());
        }
    }, iter: 300);

    [Theory]
    [InlineData("```", "````")]
    [InlineData("a ````` b", "``````")]
    [InlineData("~~~", "```")]
    public void A_fence_is_longer_than_what_it_holds(string sql, string fence)
    {
        var plan = SamplePlans.Of("x") with { RollbackSteps = [new RollbackStep("x", Reversibility.Inverse, "author", true, sql)] };
        Assert.Contains($"\n{fence}sql\n{sql}\n{fence}\n", PlanMarkdown.Write(plan));
    }

    [Theory]
    [InlineData("- a", "- \\- a")]
    [InlineData("1. a", "- 1\\. a")]
    [InlineData("# a", "- \\# a")]
    [InlineData("> a", "- \\> a")]
    [InlineData("- [ ] a", "- \\- \\[ \\] a")]
    [InlineData("--- ", "- \\---")]
    [InlineData("2026-11-22 a", "- 2026-11-22 a")]
    [InlineData("-5", "- -5")]
    public void An_item_begins_no_block_of_its_own(string text, string item) =>
        Assert.Contains($"## Dependencies\n\n{item}\n", PlanMarkdown.Write(SamplePlans.Of("x") with { Dependencies = [text], Steps = [] }));

    [Fact]
    public void Is_the_same_in_every_culture()
    {
        var plan = SamplePlans.Of("x");
        var invariant = PlanMarkdown.Write(plan);
        var before = CultureInfo.CurrentCulture;
        try
        {
            foreach (var culture in new[] { "ar-SA", "de-CH", "th-TH", "fa-IR" })
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
                Assert.Equal(invariant, PlanMarkdown.Write(plan));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static IEnumerable<string> OutsideFences(string markdown)
    {
        string? fence = null;
        foreach (var line in markdown.Split('\n'))
        {
            var ticks = Fence().Match(line);
            if (fence is null && ticks.Success)
            {
                fence = ticks.Groups[1].Value;
            }
            else if (fence is not null && line == fence)
            {
                fence = null;
            }
            else if (fence is null)
            {
                yield return line;
            }
        }

        Assert.Null(fence);
    }

    private static IEnumerable<List<string>> Tables(IEnumerable<string> lines)
    {
        var table = new List<string>();
        foreach (var line in lines.Append(""))
        {
            if (line.StartsWith('|'))
            {
                table.Add(line);
            }
            else if (table.Count > 0)
            {
                yield return table;
                table = [];
            }
        }
    }

    [GeneratedRegex("^(`{3,})(sql|powershell|text)$")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^ *- ([-+=#>]|[0-9]+[.)])(\s|$)")]
    private static partial Regex BlockInItem();

    [GeneratedRegex(@"(?<!\\)(?:\\\\)*\|")]
    private static partial Regex UnescapedPipe();

    [GeneratedRegex(@"(?<!\\)(?:\\\\)*[<>`*\[\]&]")]
    private static partial Regex UnescapedMarkup();
}
