using System.Text.RegularExpressions;

namespace PSMigrate.Core.Tests;

/// <summary>What users look up by its identifier is documented, and nothing else is.</summary>
public sealed partial class DocumentationTests
{
    internal static readonly string Root = FindRoot();

    [Fact]
    public void Every_error_is_documented()
    {
        var raised = Sources().SelectMany(text => ErrorId().Matches(text)).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.True(raised.Count > 80);
        var documented = Identifiers("errors.md", ErrorRow());
        Assert.Equal([], raised.Except(documented).Order());
        Assert.Equal(documented.Count, documented.Distinct().Count());
    }

    [Fact]
    public void No_error_is_documented_that_is_never_raised()
    {
        var sources = string.Concat(Sources());
        Assert.Equal([], Identifiers("errors.md", ErrorRow()).Where(id => !sources.Contains($"\"{id}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_rule_is_documented()
    {
        var rules = Sources().SelectMany(text => RuleId().Matches(text)).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.True(rules.Count > 20);
        Assert.Equal(rules.Order(), Identifiers("rules.md", RuleHeading()).Order());
        Assert.Equal(rules.Order(), Identifiers("rules.md", RuleRow()).Order());
    }

    private static List<string> Identifiers(string document, Regex row) =>
        [.. row.Matches(File.ReadAllText(Path.Combine(Root, "docs", document))).Select(m => m.Groups[1].Value)];

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !Built().IsMatch(Path.GetRelativePath(Root, path)))
        .Select(File.ReadAllText);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PSMigrate.psd1")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        }

        return folder;
    }

    /// <summary>The ways in which errors are made: by themselves, by helpers that take the identifier, and in tables of codes.</summary>
    [GeneratedRegex("""(?:(?:MigrationException|Error|Refuse|Unknown|Duplicate|RequireEqual|Quoted|UpTo)\((?:[^;"]*,)?\s*|\bnew\(\s*(?="[A-Za-z]+",\s*ErrorKind)|=>\s*\((?="[A-Za-z]+",\s*ErrorKind)|\?\s*(?="[A-Za-z]+"\s*:\s*e\.ErrorId))"([A-Z][a-z]+[A-Za-z]*)"(?=\s*[,:])""")]
    private static partial Regex ErrorId();

    [GeneratedRegex("""(?m)^\| `([A-Za-z]+)` \| [^|]+ \| [^|]+ \|$""")]
    private static partial Regex ErrorRow();

    [GeneratedRegex("\"(PSM[0-9]{3})\"")]
    private static partial Regex RuleId();

    [GeneratedRegex("(?m)^### (PSM[0-9]{3})$")]
    private static partial Regex RuleHeading();

    [GeneratedRegex(@"(?m)^\| \[(PSM[0-9]{3})\]\(#psm[0-9]{3}\) \|")]
    private static partial Regex RuleRow();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex Built();
}
