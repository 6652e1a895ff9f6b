using System.Globalization;
using PSMigrate.Databases.Sql;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// Reads the lines <c>-- Key: value</c> among the comments before a script's first statement. It looks at nothing further, so
/// that reading thousands of scripts stays cheap.
/// </summary>
internal sealed class ScriptHeaderReader
{
    private const string Migration = "Migration", Date = "Date", Description = "Description", Requires = "Requires",
        Transaction = "Transaction", Repeat = "Repeat", Environment = "Environment", LockTimeout = "LockTimeout",
        StatementTimeout = "StatementTimeout", Verify = "Verify";

    private static readonly string[] Keys =
        [Migration, Date, Description, Requires, Transaction, Repeat, Environment, LockTimeout, StatementTimeout, Verify];

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly SourceText source;
    private readonly ScriptFileName name;
    private readonly bool isWhole;
    private readonly HashSet<string> seen = [];
    private readonly List<string> requires = [];
    private readonly List<int> requiresOffsets = [];
    private readonly List<string> environments = [];
    private readonly List<TextRange> verify = [];
    private ScriptHeader header = new();

    private ScriptHeaderReader(SourceText source, ScriptFileName name, bool isWhole)
    {
        this.source = source;
        this.name = name;
        this.isWhole = isWhole;
    }

    /// <param name="source">The script's text, or the beginning of it.</param>
    /// <param name="name">What the file's name says.</param>
    /// <param name="isWhole">False where more text follows.</param>
    /// <exception cref="MigrationException">
    /// HeaderKeyUnknown, HeaderKeyRepeated, HeaderValueInvalid, HeaderNameMismatch, ScriptEmpty, UnclosedComment.
    /// </exception>
    public static ScriptHeader Read(SourceText source, ScriptFileName name, bool isWhole = true) =>
        new ScriptHeaderReader(source, name, isWhole).Read();

    private ScriptHeader Read()
    {
        var text = source.Text;
        var at = 0;
        var hasRollback = false;
        while (SkipWhiteSpace(text, at) is var start && start < text.Length)
        {
            if (text.AsSpan(start).StartsWith("/*"))
            {
                at = EndOfBlockComment(start);
                continue;
            }

            if (!text.AsSpan(start).StartsWith("--"))
            {
                return Finished();
            }

            at = text.IndexOf('\n', start) is var end and >= 0 ? end : text.Length;
            if (SectionHeaders.Read(text.AsSpan(start, at - start)) == SectionHeader.Rollback)
            {
                hasRollback = true;
                break;
            }

            ReadLine(start, at);
        }

        // A file that begins with its rollback may still go forward further down; that is seen when its sections are read.
        return hasRollback || !isWhole ? Finished() : throw ScriptEmpty.In(source);
    }

    private ScriptHeader Finished() => header with
    {
        Requires = requires,
        RequiresOffsets = requiresOffsets,
        Environments = environments,
        Verify = verify,
    };

    private static int SkipWhiteSpace(string text, int at)
    {
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == '\uFEFF'))
        {
            at++;
        }

        return at;
    }

    private int EndOfBlockComment(int start)
    {
        var end = source.Text.IndexOf("*/", start + 2, StringComparison.Ordinal);
        return end >= 0 ? end + 2 : !isWhole ? source.Text.Length : throw source.PlaceAt(start).Error(
            "UnclosedComment", "the comment that begins here is never closed.", "Close the comment.");
    }

    private void ReadLine(int start, int end)
    {
        var line = source.Text.AsSpan(start, end - start);
        var colon = line.IndexOf(':');
        if (colon < 0)
        {
            return;
        }

        var key = line[2..colon].Trim();
        if (key.IsEmpty || !LooksLikeKey(key))
        {
            return;
        }

        var keyStart = start + 2 + line[2..].IndexOfAnyExcept(" \t");
        var valueLine = line[(colon + 1)..];
        var value = valueLine.Trim();
        var valueStart = start + colon + 1 + (valueLine.Length - valueLine.TrimStart().Length);
        foreach (var known in Keys)
        {
            if (key.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                ReadValue(known, keyStart, new TextRange(valueStart, value.Length), value.ToString());
                return;
            }
        }

        RefuseMisspelling(key.ToString(), value.ToString(), keyStart);
    }

    /// <summary>A word or a few, such as <c>Lock Timeout</c>; everything else before a colon is prose.</summary>
    private static bool LooksLikeKey(ReadOnlySpan<char> key)
    {
        if (key.Length > 24)
        {
            return false;
        }

        foreach (var c in key)
        {
            if (!char.IsAsciiLetter(c) && c is not ('-' or '_' or ' '))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(key[0]);
    }

    /// <summary>Prose may have colons, so only what is almost a key is taken for one.</summary>
    private void RefuseMisspelling(string key, string value, int keyStart)
    {
        var near = Keys
            .Select(known => (known, distance: Nearest.Distance(key.ToLowerInvariant(), known.ToLowerInvariant())))
            .MinBy(candidate => candidate.distance);
        if (near.distance > (near.known.Length < 6 ? 1 : 2))
        {
            return;
        }

        // "Data: …" is one letter away from Date, and a usual word: only a date tells that the key was meant.
        if (near.known == Date && !TryReadDate(value, out _))
        {
            return;
        }

        throw source.PlaceAt(keyStart).Error(
            "HeaderKeyUnknown",
            $"'{key}' is not a header key. Did you mean '{near.known}'?",
            $"Write '{near.known}:', or reword the comment. The keys are {string.Join(", ", Keys)}.");
    }

    private void ReadValue(string key, int keyStart, TextRange range, string value)
    {
        var mayRepeat = key is Verify or Requires or Environment;
        if (!seen.Add(key) && !mayRepeat)
        {
            throw source.PlaceAt(keyStart).Error(
                "HeaderKeyRepeated", $"the header says '{key}' a second time.", $"Leave one of the '{key}' lines out.");
        }

        switch (key)
        {
            case Migration:
                header = header with { MigrationName = ReadName(range, value) };
                break;
            case Date:
                header = header with
                {
                    Date = TryReadDate(value, out var date) ? date : throw Invalid(range, key, value, "a date such as 2026-11-22"),
                };
                break;
            case Description:
                header = header with { Description = value.Length == 0 ? null : value };
                break;
            case Requires:
                requires.AddRange(ReadList(value));
                requiresOffsets.AddRange(ReadList(value).Select(item => range.Start + value.IndexOf(item, StringComparison.Ordinal)));
                break;
            case Environment:
                environments.AddRange(ReadList(value) is { Length: > 0 } list
                    ? list
                    : throw Invalid(range, key, value, "one or more names such as production, staging"));
                break;
            case Transaction:
                header = header with
                {
                    TransactionNone = Is(value, "none") ? true : throw Invalid(range, key, value, "none, or the line left out"),
                };
                break;
            case Repeat:
                header = header with { Repeat = ReadRepeat(range, value) };
                break;
            case LockTimeout:
                header = header with { LockTimeout = ReadTime(range, key, value) };
                break;
            case StatementTimeout:
                header = header with { StatementTimeout = ReadTime(range, key, value) };
                break;
            case Verify:
                verify.Add(value.Length > 0 ? range : throw Invalid(range, key, value, "a query that returns no rows when all is well"));
                break;
        }
    }

    private string? ReadName(TextRange range, string value)
    {
        if (value.Length == 0 || ScriptFileName.AreSame(value, name.Title) || ScriptFileName.AreSame(value, name.Stem))
        {
            return value.Length == 0 ? null : value;
        }

        throw source.PlaceAt(range.Start).Error(
            "HeaderNameMismatch",
            $"the header calls the migration '{value}', but the file is named '{name.Title}'.",
            "Rename the file, or mend the header. History knows a script by its file name.");
    }

    private TimeSpan ReadTime(TextRange range, string key, string value) => ShortTime.TryRead(value, LongestWait, out var time)
        ? time
        : throw Invalid(range, key, value, "a time such as 500ms, 5s, 2m or 00:01:30, up to a day");

    private RepeatMode ReadRepeat(TextRange range, string value) =>
        Is(value, "onChange") ? RepeatMode.OnChange
        : Is(value, "always") ? RepeatMode.Always
        : Is(value, "once") ? RepeatMode.Once
        : throw Invalid(range, Repeat, value, "onChange, always or once");

    private static string[] ReadList(string value) =>
        value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool TryReadDate(string value, out DateOnly date) =>
        DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private static bool Is(string value, string word) => value.Equals(word, StringComparison.OrdinalIgnoreCase);

    private MigrationException Invalid(TextRange range, string key, string value, string wanted) =>
        source.PlaceAt(range.Start).Error(
            "HeaderValueInvalid", $"'{value}' is not a value for '{key}'.", $"Write {wanted}.");
}
