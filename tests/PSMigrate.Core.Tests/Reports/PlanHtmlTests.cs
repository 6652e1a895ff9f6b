using System.Net;
using System.Text.RegularExpressions;
using CsCheck;
using PSMigrate.Reports;

namespace PSMigrate.Core.Tests.Reports;

public sealed partial class PlanHtmlTests
{
    private static readonly HashSet<string> Elements =
    [
        "html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "h3", "p", "dl", "dt", "dd", "ul", "li", "div", "table", "thead", "tbody",
        "tr", "th", "td", "pre", "code", "span",
    ];

    [Fact]
    public void Nothing_from_outside_becomes_an_element_or_attribute()
    {
        var allowed = Tags(PlanHtml.Write(SamplePlans.Of("plain"))).ToHashSet();
        HostileText.Any.Sample(text =>
        {
            var html = PlanHtml.Write(SamplePlans.Of(text));
            Assert.All(Tags(html), tag => Assert.Contains(tag, allowed));
            Assert.DoesNotContain(html, c => char.IsControl(c) && c is not ('\n' or '\t'));
        }, iter: 300);
        Assert.All(allowed.Where(t => !t.StartsWith("<!", StringComparison.Ordinal)), tag => Assert.Contains(Name().Match(tag).Groups[1].Value, Elements));
    }

    [Fact]
    public void Is_whole_by_itself()
    {
        var html = PlanHtml.Write(SamplePlans.Of("plain"));
        Assert.DoesNotMatch(@"https?:|//|<script|<link|<iframe|\ssrc=|\shref=|url\(|@import|\son\w+=", html);
        Assert.Contains("<meta charset=\"utf-8\">", html);
        Assert.Contains("prefers-color-scheme: dark", html);
        Assert.Contains("@media print", html);
    }

    [Fact]
    public void Shows_what_it_was_given()
    {
        const string text = "<b>\"Zürich\" & '東京' 🚂</b>";
        var html = PlanHtml.Write(SamplePlans.Of(text));
        Assert.Contains($"Migration plan: {text}", WebUtility.HtmlDecode(html));
        Assert.Contains("<span class=\"high\">High</span>", html);
    }

    [Fact]
    public void Every_opened_element_is_closed()
    {
        var open = new Stack<string>();
        foreach (var tag in Tags(PlanHtml.Write(SamplePlans.Of("plain"))).Where(t => !t.StartsWith("<!", StringComparison.Ordinal)))
        {
            var name = Name().Match(tag).Groups[1].Value;
            if (tag.StartsWith("</", StringComparison.Ordinal))
            {
                Assert.Equal(name, open.Pop());
            }
            else if (name != "meta")
            {
                open.Push(name);
            }
        }

        Assert.Empty(open);
    }

    private static IEnumerable<string> Tags(string html) => Tag().Matches(html).Select(m => m.Value);

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("^</?([a-z0-9]+)")]
    private static partial Regex Name();
}
