using System.Collections.ObjectModel;
using System.Management.Automation;
using PSMigrate.Engine;

namespace PSMigrate.Cmdlets.Pipeline;

/// <summary>Runs the scripts of a plan in the caller's session, on the pipeline thread.</summary>
internal sealed class SessionScripts(PSCmdlet cmdlet, PipelineBridge bridge) : IScriptRunner
{
    // The first error ends the script: a step that went wrong in part must not count as done. Functions of other modules do not
    // see this scope's preference, so that what they only report as an error is looked for in what comes out. What a program
    // writes to its standard error is no error: many write their progress there, and their exit code tells.
    private const string Invoke = """
        param($Migration, $PSMigrateScriptPath)
        $ErrorActionPreference = 'Stop'
        $global:LASTEXITCODE = 0
        & $PSMigrateScriptPath 2>&1 | & {
            [CmdletBinding()]
            param([Parameter(ValueFromPipeline)] $Out)
            process {
                if ($Out -isnot [System.Management.Automation.ErrorRecord]) { return $Out }
                if ($Out.FullyQualifiedErrorId -notlike 'NativeCommandError*') { throw $Out }
                $PSCmdlet.WriteInformation("$Out", @('PSMigrate'))
            }
        }
        if ($global:LASTEXITCODE -ne 0) { throw "It ended with exit code $global:LASTEXITCODE." }
        """;

    public async Task<IReadOnlyList<object?>> RunAsync(ScriptCall call, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            var output = await bridge.OnPipelineAsync(() => call.Timeout is { } timeout ? RunHere(call, timeout, cancel) : RunHere(call)).ConfigureAwait(false);
            return [.. output.Select(o => o?.BaseObject)];
        }
        catch (RuntimeException e)
        {
            throw Failed(call.Path, e);
        }
    }

    private Collection<PSObject> RunHere(ScriptCall call) =>
        cmdlet.InvokeCommand.InvokeScript(true, cmdlet.InvokeCommand.NewScriptBlock(Invoke), null, ContextOf(call), call.Path);

    /// <summary>In a pipeline of its own within this one, which alone can be stopped while this one goes on.</summary>
    private Collection<PSObject> RunHere(ScriptCall call, TimeSpan timeout, CancellationToken cancel)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Invoke, useLocalScope: true).AddArgument(ContextOf(call)).AddArgument(call.Path);
        shell.Streams.Warning.DataAdded += (_, added) => cmdlet.WriteWarning(shell.Streams.Warning[added.Index].Message);
        shell.Streams.Verbose.DataAdded += (_, added) => cmdlet.WriteVerbose(shell.Streams.Verbose[added.Index].Message);
        shell.Streams.Information.DataAdded += (_, added) => cmdlet.WriteInformation(shell.Streams.Information[added.Index]);
        using var stopped = cancel.Register(() => shell.BeginStop(null, null));
        using var timer = new Timer(_ => shell.BeginStop(null, null), null, timeout, Timeout.InfiniteTimeSpan);
        Collection<PSObject> output = [];
        try
        {
            output = shell.Invoke();
        }
        catch (PipelineStoppedException) when (shell.InvocationStateInfo.State == PSInvocationState.Stopped)
        {
            // A pipeline that was stopped ends with or without an exception; that it was stopped is what counts.
        }

        cancel.ThrowIfCancellationRequested();
        return shell.InvocationStateInfo.State == PSInvocationState.Stopped ? throw TimedOut(call.Path, timeout) : output;
    }

    private static PSObject ContextOf(ScriptCall call)
    {
        var context = new PSObject();
        foreach (var (name, value) in call.Context)
        {
            context.Properties.Add(new PSNoteProperty(name, value));
        }

        return context;
    }

    private static MigrationException TimedOut(string path, TimeSpan timeout) =>
        new("ScriptTimedOut", ErrorKind.Failed, $"{path}: the script was stopped, because it took longer than {Reports.DurationText.Of(timeout)}.")
        {
            Offender = path,
            RecommendedAction = "Find out what it waits for, or give it longer with 'timeout' in the plan's script step.",
        };

    private static MigrationException Failed(string path, RuntimeException e)
    {
        var at = e.ErrorRecord?.InvocationInfo;
        var place = at is { ScriptName.Length: > 0 } ? new SourcePlace(at.ScriptName, at.ScriptLineNumber, Math.Max(at.OffsetInLine, 1)) : null;
        return new MigrationException("ScriptFailed", ErrorKind.Failed, $"{place?.ToString() ?? path}: the script failed: {e.Message}", e)
        {
            Place = place,
            Offender = path,
            RecommendedAction = "Mend the script, or what it found.",
        };
    }
}
