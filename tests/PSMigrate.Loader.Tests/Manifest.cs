using System.Collections;
using System.Management.Automation.Language;

namespace PSMigrate.Loader.Tests;

/// <summary>What the module's manifest says.</summary>
internal sealed record Manifest(Version Version, IReadOnlyList<string> Cmdlets, IReadOnlyList<string> Formats)
{
    public static Manifest Read()
    {
        Ast syntax = Parser.ParseFile(BuildPaths.Manifest, out _, out ParseError[] errors);
        Assert.Empty(errors);

        var values = (Hashtable)syntax.Find(node => node is HashtableAst, searchNestedScriptBlocks: false)!.SafeGetValue();
        return new Manifest(
            Version.Parse((string)values["ModuleVersion"]!),
            Texts(values["CmdletsToExport"]),
            Texts(values["FormatsToProcess"]));
    }

    private static string[] Texts(object? list) => [.. ((IEnumerable)list!).Cast<string>()];
}
