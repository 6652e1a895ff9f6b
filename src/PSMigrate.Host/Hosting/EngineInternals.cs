using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace PSMigrate.Host.Hosting;

/// <summary>
/// The two things that pwsh asks of the engine and that the engine does not offer to other hosts. They are safe to
/// reach for because the engine's version is pinned: the host never meets another one.
/// </summary>
internal static class EngineInternals
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    /// <summary>
    /// Has <c>exit</c> in the script file that is run next end the session. Otherwise it would only end that file,
    /// and its exit code would be lost.
    /// </summary>
    public static void PassExitOn(Runspace runspace)
    {
        object context = Property(typeof(Runspace), "ExecutionContext").GetValue(runspace)!;
        Property(context.GetType(), "ScriptCommandProcessorShouldRethrowExit").SetValue(context, true);
    }

    /// <summary>Marks a record as one of the error stream, so that the formatter shows it there.</summary>
    public static PSObject AsError(ErrorRecord record)
    {
        var marked = new PSObject(record);
        PropertyInfo stream = Property(typeof(PSObject), "WriteStream");
        stream.SetValue(marked, Enum.Parse(stream.PropertyType, "Error"));
        return marked;
    }

    private static PropertyInfo Property(Type type, string name) =>
        type.GetProperty(name, Hidden) ?? throw new MissingMemberException(type.FullName, name);
}
