using System.Text;
using PSMigrate.Plans;

namespace PSMigrate.Reports;

/// <summary>A plan as Markdown, for reviews and change requests.</summary>
public static class PlanMarkdown
{
    public static string Write(MigrationPlan plan)
    {
        var text = new StringBuilder();
        text.Append($"# Migration plan: {MarkdownText.Inline(plan.Name)}\n");
        foreach (var section in PlanReport.Of(plan))
        {
            text.Append($"\n## {section.Title}\n");
            foreach (var block in section.Blocks)
            {
                text.Append('\n');
                Write(text, block);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, ReportBlock block)
    {
        switch (block)
        {
            case ReportHeading heading:
                text.Append($"### {MarkdownText.Inline(heading.Text)}\n");
                break;
            case ReportParagraph paragraph:
                text.Append($"{MarkdownText.Block(paragraph.Text)}\n");
                break;
            case ReportFacts facts:
                foreach (var fact in facts.Facts)
                {
                    text.Append($"- **{MarkdownText.Inline(fact.Name)}:** {MarkdownText.Inline(fact.Value.Text)}\n");
                    foreach (var detail in fact.Details)
                    {
                        text.Append($"  - {MarkdownText.Block(detail)}\n");
                    }
                }

                break;
            case ReportList list:
                foreach (var item in list.Items)
                {
                    text.Append($"- {MarkdownText.Block(item)}\n");
                }

                break;
            case ReportTable table:
                Row(text, table.Columns);
                Row(text, table.Columns.Select(_ => "---"));
                foreach (var row in table.Rows)
                {
                    Row(text, row.Select(cell => MarkdownText.Cell(cell.Text)));
                }

                break;
            case ReportCode code:
                text.Append(MarkdownText.Fenced(code.Language, code.Text));
                break;
        }
    }

    private static void Row(StringBuilder text, IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells)} |\n");
}
