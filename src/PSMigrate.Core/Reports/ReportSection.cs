using PSMigrate.Plans;

namespace PSMigrate.Reports;

/// <summary>A part of a report, in no form yet.</summary>
internal sealed record ReportSection(string Title, IReadOnlyList<ReportBlock> Blocks);

internal abstract record ReportBlock;

internal sealed record ReportHeading(string Text) : ReportBlock;

internal sealed record ReportParagraph(string Text) : ReportBlock;

internal sealed record ReportFacts(IReadOnlyList<ReportFact> Facts) : ReportBlock;

internal sealed record ReportList(IReadOnlyList<string> Items) : ReportBlock;

internal sealed record ReportTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<ReportCell>> Rows) : ReportBlock;

/// <param name="Language">sql, powershell or text.</param>
internal sealed record ReportCode(string Language, string Text) : ReportBlock;

/// <summary>A name and its value, with what there is to add to it.</summary>
internal sealed record ReportFact(string Name, ReportCell Value, IReadOnlyList<string> Details)
{
    public ReportFact(string name, string value)
        : this(name, new ReportCell(value), [])
    {
    }
}

/// <summary>How a text is coloured where there are colours; it never says anything that the text does not.</summary>
internal enum ReportTone { Plain, Low, Medium, High }

internal sealed record ReportCell(string Text, ReportTone Tone = ReportTone.Plain)
{
    public static implicit operator ReportCell(string text) => new(text);

    public static implicit operator ReportCell(RiskLevel risk) => new(risk.ToString(), risk switch
    {
        RiskLevel.Low => ReportTone.Low,
        RiskLevel.Medium => ReportTone.Medium,
        _ => ReportTone.High,
    });
}
