using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell;

namespace PSMigrate.Loader.Tests;

/// <summary>A runspace with nothing but PowerShell's core in it.</summary>
internal sealed class Shell : IDisposable
{
    private readonly Runspace runspace;

    public Shell()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = ExecutionPolicy.RemoteSigned;
        }

        runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
    }

    /// <summary>The names of the cmdlets that this runspace can call.</summary>
    public string[] Cmdlets => [.. Run("Get-Command -Module PSMigrate").Select(found => ((CommandInfo)found.BaseObject).Name).Order()];

    /// <summary>The cmdlets' types, as this runspace sees them.</summary>
    public Type[] CmdletTypes =>
        [.. Run("Get-Command -Module PSMigrate").Select(found => ((CmdletInfo)found.BaseObject).ImplementingType)];

    public void Import(string options = "") => Run($"Import-Module '{BuildPaths.Manifest}' {options}");

    public IReadOnlyList<PSObject> Run(string script)
    {
        using var shell = PowerShell.Create(runspace);
        var results = shell.AddScript("$ErrorActionPreference = 'Stop'; " + script).Invoke();
        Assert.Empty(shell.Streams.Error);
        Assert.Empty(shell.Streams.Warning);
        return results;
    }

    public void Dispose() => runspace.Dispose();
}
