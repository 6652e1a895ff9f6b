using System.Management.Automation;
using PSMigrate.Databases;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Infrastructure;
using PSMigrate.Targets;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>What all cmdlets share: the engine's services in this session, stopping, and errors as PowerShell knows them.</summary>
public abstract class MigrationCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();

    protected string CurrentFolder => SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    protected override void StopProcessing() => stop.Cancel();

    /// <summary>Runs work of the engine; its progress, messages and scripts come to this pipeline. Its errors end the cmdlet.</summary>
    private protected T Run<T>(Func<MigrationServices, IMigrationObserver, CancellationToken, Task<T>> work)
    {
        try
        {
            return RunThrowing(work);
        }
        catch (MigrationException e)
        {
            ThrowTerminatingError(Errors.Record(e));
            throw;
        }
    }

    /// <summary>The same, for those who want to handle the engine's errors themselves.</summary>
    private protected T RunThrowing<T>(Func<MigrationServices, IMigrationObserver, CancellationToken, Task<T>> work)
    {
        var bridge = new PipelineBridge(this);
        var services = new MigrationServices
        {
            Catalog = NewCatalog(),
            Scripts = new SessionScripts(this, bridge),
            ResolveSecret = name => bridge.OnPipelineAsync(() => ReadSecret(name)).GetAwaiter().GetResult(),
        };
        try
        {
            return bridge.Run(cancel => work(services, bridge, cancel), stop);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private protected static MigrationCatalog NewCatalog() => new MigrationCatalog()
        .Add(new SqliteTargetKind())
        .Add(new HostTargetKind())
        .Add(new SqlStepKind())
        .Add(new ScriptStepKind())
        .Add(new QueryCheckKind());

    /// <summary>A target as the user wrote it, independent of the current folder.</summary>
    private protected TargetAddress ResolveTarget(string text)
    {
        try
        {
            var address = TargetAddress.Parse(text);
            return NewCatalog().Target(address.Scheme).Normalize(address, CurrentFolder);
        }
        catch (MigrationException e)
        {
            ThrowTerminatingError(Errors.Record(e));
            throw;
        }
    }

    private protected string ResolvePath(string path) => GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>Asks before something changes, in one sentence that says what.</summary>
    /// <param name="isWhatIf">True when the answer is no because only the question was wanted.</param>
    private protected bool Ask(string target, string action, out bool isWhatIf)
    {
        var yes = ShouldProcess($"Performing the operation \"{action}\" on target \"{target}\".", $"{action}: {target}?", "PSMigrate", out var reason);
        isWhatIf = reason == ShouldProcessReason.WhatIf;
        return yes;
    }

    public void Dispose()
    {
        stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>From SecretManagement, where that module is at hand.</summary>
    private string? ReadSecret(string name)
    {
        if (InvokeCommand.GetCommand("Get-Secret", CommandTypes.All) is null)
        {
            return null;
        }

        var found = InvokeCommand.InvokeScript(true, InvokeCommand.NewScriptBlock("param($n) Get-Secret -Name $n -AsPlainText"), null, name);
        return found.Count == 1 ? found[0]?.BaseObject as string : null;
    }
}
