using System.Management.Automation;

namespace PSMigrate.Loader.Tests;

/// <summary>However often and wherever the module is imported, its cmdlets are there, and they are the same ones.</summary>
public sealed class ImportTests
{
    private static readonly string[] Expected = [.. Manifest.Read().Cmdlets.Order()];

    [Fact]
    public void Import_gives_every_cmdlet()
    {
        using var shell = new Shell();
        shell.Import();
        Assert.Equal(Expected, shell.Cmdlets);
    }

    [Fact]
    public void A_second_import_changes_nothing()
    {
        using var shell = new Shell();
        shell.Import();
        shell.Import();
        Assert.Equal(Expected, shell.Cmdlets);
    }

    [Fact]
    public void A_forced_import_loses_no_cmdlet()
    {
        using var shell = new Shell();
        shell.Import();
        for (int i = 0; i < 3; i++)
        {
            shell.Import("-Force");
            Assert.Equal(Expected, shell.Cmdlets);
            Assert.Equal(Expected, ExportedBy(shell));
        }
    }

    [Fact]
    public void A_removed_module_is_gone_and_can_come_back()
    {
        using var shell = new Shell();
        shell.Import();
        shell.Run("Remove-Module PSMigrate");
        Assert.Empty(shell.Run("Get-Module PSMigrate"));

        shell.Import();
        Assert.Equal(Expected, shell.Cmdlets);
        Assert.Equal(Expected, ExportedBy(shell));
    }

    [Fact]
    public void A_prefix_is_honoured_after_a_forced_import_too()
    {
        using var shell = new Shell();
        shell.Import();
        shell.Import("-Force -Prefix My");
        Assert.Contains(shell.Cmdlets, name => name == "New-MyMigrationPlan");
    }

    [Fact]
    public async Task Runspaces_at_the_same_time_see_the_same_types()
    {
        Type[][] seen = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            using var shell = new Shell();
            shell.Import();
            shell.Import("-Force");
            return shell.CmdletTypes;
        })));

        Assert.All(seen, types => Assert.Equal(seen[0], types));
        Assert.Equal(Expected.Length, seen[0].Length);
    }

    [Fact]
    public void Only_cmdlets_are_exported()
    {
        using var shell = new Shell();
        shell.Import();
        var module = (PSModuleInfo)shell.Run("Get-Module PSMigrate").Single().BaseObject;
        Assert.Empty(module.ExportedFunctions);
        Assert.Empty(module.ExportedAliases);
        Assert.Empty(module.ExportedVariables);
    }

    private static IEnumerable<string> ExportedBy(Shell shell) =>
        ((PSModuleInfo)shell.Run("Get-Module PSMigrate").Single().BaseObject).ExportedCmdlets.Keys.Order();
}
