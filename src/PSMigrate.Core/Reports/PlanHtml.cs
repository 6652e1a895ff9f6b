using System.Net;
using System.Text;
using PSMigrate.Plans;

namespace PSMigrate.Reports;

/// <summary>A plan as one HTML file that is whole by itself: no scripts, nothing from elsewhere, readable without a network.</summary>
public static class PlanHtml
{
    public static string Write(MigrationPlan plan)
    {
        var title = Encode($"Migration plan: {plan.Name}");
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        // Whatever should ever slip through unencoded could neither run nor load anything.
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append($"<title>{title}</title>\n<style>\n{HtmlStyle.Text.ReplaceLineEndings("\n")}\n</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n");
        foreach (var section in PlanReport.Of(plan))
        {
            html.Append($"<section>\n<h2>{Encode(section.Title)}</h2>\n");
            foreach (var block in section.Blocks)
            {
                Write(html, block);
            }

            html.Append("</section>\n");
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Write(StringBuilder html, ReportBlock block)
    {
        switch (block)
        {
            case ReportHeading heading:
                html.Append($"<h3>{Encode(heading.Text)}</h3>\n");
                break;
            case ReportParagraph paragraph:
                html.Append($"<p>{Encode(paragraph.Text)}</p>\n");
                break;
            case ReportFacts facts:
                html.Append("<dl>\n");
                foreach (var fact in facts.Facts)
                {
                    html.Append($"<dt>{Encode(fact.Name)}</dt>\n<dd>{Toned(fact.Value)}{(fact.Details.Count == 0 ? "" : List(fact.Details))}</dd>\n");
                }

                html.Append("</dl>\n");
                break;
            case ReportList list:
                html.Append(List(list.Items)).Append('\n');
                break;
            case ReportTable table:
                Write(html, table);
                break;
            case ReportCode code:
                html.Append($"<pre><code class=\"language-{code.Language}\">{Encode(code.Text.Trim('\r', '\n'))}</code></pre>\n");
                break;
        }
    }

    private static void Write(StringBuilder html, ReportTable table)
    {
        // A region that scrolls must be reachable by the keyboard.
        html.Append("<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead>\n<tr>");
        foreach (var column in table.Columns)
        {
            html.Append($"<th scope=\"col\">{Encode(column)}</th>");
        }

        html.Append("</tr>\n</thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{Toned(cell)}</td>")).Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n</div>\n");
    }

    private static string List(IReadOnlyList<string> items) => $"<ul>{string.Concat(items.Select(item => $"<li>{Encode(item)}</li>"))}</ul>";

    private static string Toned(ReportCell cell) => cell.Tone == ReportTone.Plain
        ? Encode(cell.Text)
        : $"<span class=\"{cell.Tone.ToString().ToLowerInvariant()}\">{Encode(cell.Text)}</span>";

    private static string Encode(string text) => WebUtility.HtmlEncode(VisibleText.Lines(text));
}
