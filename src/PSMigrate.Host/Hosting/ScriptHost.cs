using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using PSMigrate.Host.Output;
using PSMigrate.Host.Prompts;

namespace PSMigrate.Host.Hosting;

/// <summary>The host that scripts see as <c>$Host</c>.</summary>
internal sealed class ScriptHost(Screen screen, StandardInput input, bool nonInteractive) : PSHost
{
    private readonly ScriptHostUI ui = new(screen, input, nonInteractive);
    private int nesting;
    private bool leaveNestedPrompt;

    public override string Name => "PSMigrateHost";

    public override Version Version => typeof(ScriptHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => ui;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <summary>What the script gave to <c>exit</c>, if it did.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Where the script runs.</summary>
    public Runspace? Runspace { get; set; }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    /// <summary>The prompt behind the answer "Suspend": runs commands until <c>exit</c>.</summary>
    public override void EnterNestedPrompt()
    {
        nesting++;
        try
        {
            while (!leaveNestedPrompt)
            {
                ui.Write($"PS {new string('>', nesting + 1)} ");
                RunNested(ui.ReadLine());
            }
        }
        finally
        {
            nesting--;
            leaveNestedPrompt = false;
        }
    }

    public override void ExitNestedPrompt() => leaveNestedPrompt = true;

    public override void NotifyBeginApplication() => screen.EndProgress();

    public override void NotifyEndApplication()
    {
    }

    private void RunNested(string command)
    {
        if (string.IsNullOrWhiteSpace(command))
        {
            return;
        }

        using Pipeline pipeline = Runspace!.CreateNestedPipeline(command, addToHistory: false);
        ScriptRunner.ShowResults(pipeline);
        try
        {
            pipeline.Invoke();
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            using Pipeline report = Runspace!.CreateNestedPipeline();
            ScriptRunner.Report(report, failure);
        }
    }
}
