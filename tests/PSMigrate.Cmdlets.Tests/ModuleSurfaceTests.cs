using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using PSMigrate.Cmdlets.Tests.Shell;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>What the module offers, and the conventions that all cmdlets keep.</summary>
public sealed class ModuleSurfaceTests : CmdletTest
{
    private static readonly string[] Changing =
    [
        "Approve-MigrationPlan", "Backup-MigrationTarget", "Export-MigrationPlan", "Invoke-Migration", "New-MigrationScript",
        "Remove-MigrationBackup", "Restore-MigrationTarget", "Test-MigrationPlan", "Undo-Migration",
    ];

    public static TheoryData<string> Cmdlets => [.. Types().Select(Name)];

    [Fact]
    public void The_manifest_the_assembly_and_the_session_name_the_same_cmdlets()
    {
        var manifest = (Hashtable)Parser.ParseFile(ModuleUnderTest.Manifest, out _, out _)
            .Find(node => node is HashtableAst, searchNestedScriptBlocks: false)!.SafeGetValue();
        var inManifest = ((IEnumerable)manifest["CmdletsToExport"]!).Cast<string>().Order();
        var inAssembly = Types().Select(Name).Order();
        var inSession = Session.Do("(Get-Command -Module PSMigrate).Name").Select(name => name.ToString()).Order();
        Assert.Equal(inAssembly, inManifest);
        Assert.Equal(inAssembly, inSession);
    }

    [Fact]
    public void Whatever_changes_something_asks_and_can_be_tried_with_WhatIf()
    {
        var asking = Types().Where(type => type.GetCustomAttribute<CmdletAttribute>()!.SupportsShouldProcess).Select(Name);
        Assert.Subset(asking.ToHashSet(), Changing.ToHashSet());
    }

    [Theory]
    [InlineData("Invoke-Migration")]
    [InlineData("Undo-Migration")]
    [InlineData("Restore-MigrationTarget")]
    [InlineData("Remove-MigrationBackup")]
    public void What_changes_a_target_has_a_high_impact(string cmdlet) =>
        Assert.Equal(ConfirmImpact.High, Types().Single(type => Name(type) == cmdlet).GetCustomAttribute<CmdletAttribute>()!.ConfirmImpact);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_cmdlet_says_what_it_puts_out(string cmdlet)
    {
        Assert.NotEmpty(((CmdletInfo)Session.One($"Get-Command {cmdlet}")).OutputType);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_parameter_for_paths_takes_wildcards_or_says_that_it_does_not(string cmdlet)
    {
        var parameters = ((CmdletInfo)Session.One($"Get-Command {cmdlet}")).Parameters;
        var takesWildcards = parameters.TryGetValue("Path", out var path) && path.Attributes.OfType<SupportsWildcardsAttribute>().Any();
        Assert.Equal(takesWildcards, parameters.ContainsKey("LiteralPath"));
    }

    [Theory]
    [InlineData("New-MigrationPlan")]
    [InlineData("Get-MigrationPlan")]
    [InlineData("Export-MigrationPlan")]
    [InlineData("Approve-MigrationPlan")]
    [InlineData("Test-MigrationPlan")]
    [InlineData("Backup-MigrationTarget")]
    [InlineData("Restore-MigrationTarget")]
    [InlineData("Remove-MigrationBackup")]
    [InlineData("Invoke-Migration")]
    [InlineData("Test-MigrationIntegrity")]
    [InlineData("Undo-Migration")]
    [InlineData("Get-MigrationHistory")]
    public void Every_cmdlet_of_the_pipeline_takes_its_input_from_it(string cmdlet)
    {
        var parameters = ((CmdletInfo)Session.One($"Get-Command {cmdlet}")).Parameters;
        Assert.Contains(parameters.Values.SelectMany(p => p.ParameterSets.Values), set => set.ValueFromPipeline);
    }

    [Theory]
    [InlineData("Approve-MigrationPlan $plan")]
    [InlineData("Test-MigrationPlan $plan")]
    [InlineData("Backup-MigrationTarget $plan")]
    [InlineData("Invoke-Migration $plan -Confirm:$false")]
    [InlineData("Test-MigrationIntegrity $plan -PassThru")]
    [InlineData("Undo-Migration $plan -Confirm:$false")]
    public void A_plan_can_be_given_by_position(string command)
    {
        Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        if (command.StartsWith("Undo", StringComparison.Ordinal) || command.StartsWith("Test-MigrationI", StringComparison.Ordinal))
        {
            Session.Do("$plan = Invoke-Migration $plan -Confirm:$false");
        }

        Assert.Equal("migrations", Session.One(command).Name);
    }

    [Theory]
    [InlineData("New-MigrationScript add_phone migrations", "System.IO.FileInfo")]
    [InlineData("$plan", "PSMigrate.Plans.MigrationPlan")]
    [InlineData("$plan | Export-MigrationPlan -Format Json", "System.String")]
    [InlineData("$plan | Export-MigrationPlan plan.md", "System.IO.FileInfo")]
    [InlineData("$plan | Test-MigrationPlan", "PSMigrate.Plans.MigrationPlan")]
    [InlineData("$plan | Approve-MigrationPlan", "PSMigrate.Plans.MigrationPlan")]
    [InlineData("$plan | Backup-MigrationTarget", "PSMigrate.Plans.MigrationPlan")]
    [InlineData("Backup-MigrationTarget sqlite:shop.db", "PSMigrate.Backups.Backup")]
    [InlineData("Backup-MigrationTarget sqlite:shop.db | Restore-MigrationTarget -Confirm:$false", "PSMigrate.Backups.Backup")]
    [InlineData("$run | Backup-MigrationTarget | Remove-MigrationBackup -KeepLast 1 -Confirm:$false", "PSMigrate.Backups.RetentionItem")]
    [InlineData("$run", "PSMigrate.Plans.MigrationPlan")]
    [InlineData("$run | Test-MigrationIntegrity", "PSMigrate.Integrity.IntegrityResult")]
    [InlineData("$run | Test-MigrationIntegrity -Quiet", "System.Boolean")]
    [InlineData("$run | Test-MigrationIntegrity -PassThru", "PSMigrate.Plans.MigrationPlan")]
    [InlineData("$run | Undo-Migration -Confirm:$false", "PSMigrate.Plans.MigrationPlan")]
    [InlineData("Get-MigrationHistory sqlite:shop.db", "PSMigrate.Targets.HistoryEntry")]
    [InlineData("$run | Get-MigrationHistory", "PSMigrate.Targets.HistoryEntry")]
    [InlineData("""[System.IO.File]::WriteAllText("$PWD/migrations/003_gone.sql", 'DELETE FROM customers;'); $null = New-MigrationPlan migrations sqlite:shop.db | Approve-MigrationPlan | Invoke-Migration -Confirm:$false; $run | Get-MigrationHistory -Quarantine""", "PSMigrate.Targets.QuarantineItem")]
    public void What_comes_out_is_what_OutputType_says(string script, string type)
    {
        Room.Shop();
        Session.Do("$plan = New-MigrationPlan migrations sqlite:shop.db");
        if (!script.StartsWith("$plan", StringComparison.Ordinal))
        {
            Session.Do("$run = $plan | Invoke-Migration -Confirm:$false");
        }

        var output = Session.Do(script);
        Assert.NotEmpty(output);
        Assert.All(output, one => Assert.Equal(type, one.BaseObject.GetType().FullName));
        var cmdlet = script.Split('|')[^1].Trim().Split(' ')[0] is { } word && word.Contains('-') ? word : "New-MigrationPlan";
        Assert.Contains(((CmdletInfo)Session.One($"Get-Command {cmdlet}")).OutputType, said => said.Name == type);
    }

    private static IEnumerable<Type> Types() =>
        ModuleUnderTest.Cmdlets.GetExportedTypes().Where(type => type.GetCustomAttribute<CmdletAttribute>() is not null);

    private static string Name(Type type) => type.GetCustomAttribute<CmdletAttribute>() is { } cmdlet ? $"{cmdlet.VerbName}-{cmdlet.NounName}" : "";
}
