using System.Collections.ObjectModel;
using System.Management.Automation.Host;
using PSMigrate.Host.Hosting;

namespace PSMigrate.Host.Prompts;

/// <summary>A question with a few answers to choose from, each with a key of its own.</summary>
internal sealed class ChoicePrompt(ScriptHostUI ui, IReadOnlyList<ChoiceDescription> choices)
{
    private readonly Choice[] options = [.. choices.Select(Choice.From)];

    private sealed record Choice(string Key, string Label, string Help)
    {
        // "&Yes" is the label "Yes" with the key Y.
        public static Choice From(ChoiceDescription description)
        {
            int mark = description.Label.IndexOf('&');
            string key = mark >= 0 && mark < description.Label.Length - 1
                ? description.Label.Substring(mark + 1, 1).ToUpperInvariant()
                : "";
            string label = mark >= 0 ? description.Label.Remove(mark, 1) : description.Label;
            return new Choice(key, label.Trim(), description.HelpMessage ?? "");
        }

        public bool IsMeantBy(string answer) =>
            answer.Equals(Label, StringComparison.CurrentCultureIgnoreCase)
            || (Key.Length > 0 && answer.Equals(Key, StringComparison.CurrentCultureIgnoreCase));

        public override string ToString() => Key.Length > 0 ? $"[{Key}] {Label}" : $"[{Label}]";
    }

    /// <summary>Asks until one of the choices is made.</summary>
    /// <param name="defaultChoice">What an empty answer means; -1 when it means nothing.</param>
    public int AskOne(int defaultChoice)
    {
        string question = defaultChoice >= 0
            ? $"{List}  [?] Help (default is \"{KeyOf(defaultChoice)}\"): "
            : $"{List}  [?] Help: ";

        while (true)
        {
            string answer = Ask(question);
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            if (Find(answer) is int choice)
            {
                return choice;
            }
        }
    }

    /// <summary>Asks for one choice after the other, until an empty answer.</summary>
    public Collection<int> AskSeveral(IReadOnlyList<int> defaultChoices)
    {
        ui.WriteLine($"{List}  [?] Help (default is \"{string.Join(", ", defaultChoices.Select(KeyOf))}\")");
        var made = new Collection<int>();

        while (true)
        {
            string answer = Ask($"Choice[{made.Count}]: ");
            if (answer.Length == 0)
            {
                return made.Count > 0 ? made : [.. defaultChoices];
            }

            if (Find(answer) is int choice)
            {
                made.Add(choice);
            }
        }
    }

    private string List => string.Join("  ", options.AsEnumerable());

    private string KeyOf(int choice) => options[choice].Key.Length > 0 ? options[choice].Key : options[choice].Label;

    private string Ask(string question)
    {
        while (true)
        {
            ui.Write(question);
            string answer = ui.ReadLine().Trim();
            if (answer != "?")
            {
                return answer;
            }

            foreach (Choice option in options)
            {
                ui.WriteLine($"{(option.Key.Length > 0 ? option.Key : option.Label)} - {option.Help}");
            }
        }
    }

    private int? Find(string answer) =>
        Array.FindIndex(options, option => option.IsMeantBy(answer)) is >= 0 and int choice ? choice : null;
}
