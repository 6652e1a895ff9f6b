namespace PSMigrate.Reports;

/// <summary>The look of HTML reports, kept in the file so that it needs nothing else: light, dark and on paper.</summary>
internal static class HtmlStyle
{
    public const string Text = """
        :root { color-scheme: light dark; --text: #1c2024; --quiet: #5b6570; --ground: #ffffff; --raised: #f3f5f7; --line: #d0d7de;
          --low: #1a6b35; --low-ground: #ddf4e4; --medium: #7a4b00; --medium-ground: #fff1cf; --high: #a40e26; --high-ground: #ffe2e5; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e4e8ec; --quiet: #9ba6b1; --ground: #14181c; --raised: #1f252b; --line: #3a434c;
            --low: #7ee2a0; --low-ground: #123822; --medium: #ffcf70; --medium-ground: #41300a; --high: #ff9aa5; --high-ground: #4a151c; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem; max-width: 75rem; color: var(--text); background: var(--ground);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        h1 { font-size: 1.7rem; line-height: 1.25; }
        h2 { margin-top: 2.2rem; padding-bottom: .3rem; font-size: 1.3rem; border-bottom: 1px solid var(--line); }
        h3 { margin-top: 1.5rem; font-size: 1.05rem; }
        dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .35rem 1.25rem; }
        dt { color: var(--quiet); }
        dd { margin: 0; }
        dd ul { margin: .3rem 0 0; padding-left: 1.2rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .93rem; overflow-wrap: normal; }
        th, td { padding: .45rem .6rem; text-align: left; vertical-align: top; border: 1px solid var(--line); white-space: pre-line; }
        th { background: var(--raised); white-space: nowrap; }
        pre { padding: .8rem 1rem; overflow-x: auto; background: var(--raised); border: 1px solid var(--line); border-radius: .3rem; }
        code { font: .9rem/1.45 ui-monospace, monospace; }
        .low, .medium, .high { padding: .05rem .45rem; border-radius: .3rem; font-weight: 600; }
        .low { color: var(--low); background: var(--low-ground); }
        .medium { color: var(--medium); background: var(--medium-ground); }
        .high { color: var(--high); background: var(--high-ground); }
        @media (max-width: 40rem) { body { padding: 1rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } }
        @media print {
          :root { color-scheme: light; --text: #000000; --quiet: #333333; --ground: #ffffff; --raised: #ffffff; --line: #999999; }
          body { padding: 0; max-width: none; font-size: 10pt; }
          h2, h3 { break-after: avoid; }
          tr, dt, dd { break-inside: avoid; }
          .scroll, pre { overflow: visible; }
          pre { white-space: pre-wrap; }
          .low, .medium, .high { color: #000000; background: none; border: 1px solid #000000; }
        }
        """;
}
