using System.Runtime.CompilerServices;
using PSMigrate.Databases.Scripts;
using PSMigrate.Plans;

namespace PSMigrate.Databases;

/// <summary>
/// A script as planning read it. It goes with the plan's step for as long as the plan lives, so that a plan that is run in the process
/// that made it does not read everything again: that the file was not touched since is enough to know.
/// </summary>
internal sealed class ReadScript(SqlScript script)
{
    private static readonly ConditionalWeakTable<StepDefinition, ReadScript> ByStep = [];

    public SqlScript Script { get; } = script;

    /// <summary>The script's statements, where they are the same for every plan: where no variable stands in them.</summary>
    public ScriptContent? Content { get; set; }

    public static void Keep(StepDefinition step, SqlScript script) => ByStep.Add(step, new ReadScript(script));

    public static ReadScript? Of(StepDefinition step) => ByStep.TryGetValue(step, out var read) ? read : null;
}
