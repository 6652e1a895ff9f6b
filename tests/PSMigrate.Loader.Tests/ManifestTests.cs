using System.Management.Automation;
using System.Reflection;

namespace PSMigrate.Loader.Tests;

/// <summary>The manifest says what is there.</summary>
public sealed class ManifestTests
{
    private readonly Manifest manifest = Manifest.Read();

    [Fact]
    public void Every_cmdlet_is_exported_and_every_export_exists()
    {
        IEnumerable<string> existing = LoadedModule.Cmdlets.GetExportedTypes()
            .Select(type => type.GetCustomAttribute<CmdletAttribute>())
            .OfType<CmdletAttribute>()
            .Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}");

        Assert.Equal(existing.Order(), manifest.Cmdlets.Order());
    }

    [Fact]
    public void The_version_is_that_of_the_assemblies()
    {
        Assert.Equal(LoadedModule.Cmdlets.GetName().Version!.ToString(3), manifest.Version.ToString(3));
    }

    [Fact]
    public void Every_format_file_is_laid_out()
    {
        Assert.All(manifest.Formats, file => Assert.True(File.Exists(Path.Combine(BuildPaths.Module, file)), file));
    }
}
