using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using PSMigrate.Host.CommandLine;
using PSMigrate.Host.Prompts;

namespace PSMigrate.Host.Hosting;

/// <summary>Runs one script in a runspace and shows everything that it gives, as PowerShell shows it.</summary>
internal sealed class ScriptRunner(Runspace runspace, StandardInput input, CancellationToken stop)
{
    public ScriptOutcome Run(RunRequest request)
    {
        (Pipeline loaded, bool takesInput) = Load(request.Source);
        using Pipeline pipeline = loaded;
        foreach (CommandParameter argument in request.Arguments)
        {
            pipeline.Commands[0].Parameters.Add(argument);
        }

        ShowResults(pipeline);

        if (takesInput && Console.IsInputRedirected)
        {
            _ = Task.Run(() => Feed(pipeline.Input), CancellationToken.None);
        }
        else
        {
            pipeline.Input.Close();
        }

        if (request.Source is FromFile)
        {
            EngineInternals.PassExitOn(runspace);
        }

        return Invoke(pipeline);
    }

    /// <summary>Ends a pipeline in the engine's own formatter, and sends it the errors along with the output.</summary>
    public static void ShowResults(Pipeline pipeline)
    {
        foreach (Command command in pipeline.Commands)
        {
            command.MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        }

        pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true)
        {
            MergeUnclaimedPreviousCommandResults = PipelineResultTypes.Error | PipelineResultTypes.Output,
        });
    }

    /// <summary>Shows a terminating error as any other error is shown.</summary>
    public static void Report(Pipeline pipeline, Exception failure)
    {
        ErrorRecord record = failure is IContainsErrorRecord known
            ? known.ErrorRecord
            : new ErrorRecord(failure, "ScriptFailed", ErrorCategory.NotSpecified, targetObject: null);

        ShowResults(pipeline);
        pipeline.Input.Write(EngineInternals.AsError(record));
        pipeline.Input.Close();
        pipeline.Invoke();
    }

    private ScriptOutcome Invoke(Pipeline pipeline)
    {
        PipelineStateInfo end = RunToEnd(pipeline);

        if (end.State == PipelineState.Stopped)
        {
            return ScriptOutcome.Stopped;
        }

        if (end.Reason is Exception failure)
        {
            using Pipeline report = runspace.CreatePipeline();
            Report(report, failure);
            return stop.IsCancellationRequested ? ScriptOutcome.Stopped : ScriptOutcome.Failed;
        }

        return LastCommandSucceeded() ? ScriptOutcome.Succeeded : ScriptOutcome.Failed;
    }

    // Not simply Invoke(), which closes the pipeline's input.
    private PipelineStateInfo RunToEnd(Pipeline pipeline)
    {
        using var ended = new ManualResetEventSlim();
        pipeline.StateChanged += (_, change) =>
        {
            if (change.PipelineStateInfo.State is PipelineState.Completed or PipelineState.Failed or PipelineState.Stopped)
            {
                ended.Set();
            }
        };

        pipeline.InvokeAsync();
        using CancellationTokenRegistration stopping = stop.Register(pipeline.StopAsync);
        ended.Wait(CancellationToken.None);
        return pipeline.PipelineStateInfo;
    }

    private (Pipeline Pipeline, bool TakesInput) Load(ScriptSource source)
    {
        switch (source)
        {
            // Elsewhere than on Windows a script may have any name, and be started through its first line.
            case FromFile file when OperatingSystem.IsWindows() || IsScriptName(file.Path):
                Pipeline pipeline = runspace.CreatePipeline();
                pipeline.Commands.Add(new Command(file.Path, isScript: false, useLocalScope: false));
                return (pipeline, TakesInput(File.ReadAllText(file.Path)));
            case FromFile file:
                return FromText(File.ReadAllText(file.Path));
            case FromCommand command:
                return FromText(command.Text);
            default:
                return FromText(input.ReadToEnd());
        }
    }

    private static bool IsScriptName(string path) => path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase);

    // Only a pipeline of the history leaves its $? behind, and a command's exit code depends on it.
    private (Pipeline Pipeline, bool TakesInput) FromText(string text) =>
        (runspace.CreatePipeline(text, addToHistory: true), TakesInput(text));

    // Standard input belongs to the prompts, unless the script itself asks for it.
    private static bool TakesInput(string script) =>
        Parser.ParseInput(script, out _, out _)
            .Find(node => node is VariableExpressionAst { VariablePath.UserPath: string name }
                && name.Equals("input", StringComparison.OrdinalIgnoreCase), searchNestedScriptBlocks: false) is not null;

    private void Feed(PipelineWriter pipelineInput)
    {
        try
        {
            while (input.TakeLine() is string line)
            {
                pipelineInput.Write(line);
            }

            pipelineInput.Close();
        }
        catch (PipelineClosedException)
        {
            // The script ended before its input did.
        }
    }

    private bool LastCommandSucceeded()
    {
        using Pipeline question = runspace.CreatePipeline("$global:?");
        return question.Invoke() is [{ BaseObject: true }];
    }
}
