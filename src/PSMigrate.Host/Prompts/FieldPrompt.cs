using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using PSMigrate.Host.Hosting;

namespace PSMigrate.Host.Prompts;

/// <summary>Asks for one value, such as a mandatory parameter that was not given.</summary>
internal sealed class FieldPrompt(ScriptHostUI ui, FieldDescription asked)
{
    private const string AsksForHelp = "!?";

    /// <summary>The value, as text where PowerShell converts it by itself.</summary>
    public PSObject? Ask()
    {
        if (Is<SecureString>())
        {
            ui.Write($"{asked.Name}: ");
            return PSObject.AsPSObject(ui.ReadLineAsSecureString());
        }

        if (Is<PSCredential>())
        {
            return PSObject.AsPSObject(ui.PromptForCredential(null, asked.HelpMessage, null, ""));
        }

        return PSObject.AsPSObject(IsList ? AskSeveral() : AskOne($"{asked.Name}: "));
    }

    // The type may be one of the module's own, which only PowerShell's binder can find: its name has to do.
    private bool IsList =>
        asked.ParameterTypeFullName.EndsWith("[]", StringComparison.Ordinal)
        || asked.ParameterTypeFullName is "System.Collections.IList" or "System.Collections.ArrayList";

    private bool Is<T>() => asked.ParameterTypeFullName == typeof(T).FullName;

    private object[] AskSeveral()
    {
        var values = new List<object>();
        while (AskOne($"{asked.Name}[{values.Count}]: ") is { Length: > 0 } value)
        {
            values.Add(value);
        }

        return [.. values];
    }

    private string AskOne(string question)
    {
        while (true)
        {
            ui.Write(question);
            string answer = ui.ReadLine();
            if (answer != AsksForHelp)
            {
                return answer;
            }

            ui.WriteLine(string.IsNullOrEmpty(asked.HelpMessage) ? $"There is no help for {asked.Name}." : asked.HelpMessage);
        }
    }
}
