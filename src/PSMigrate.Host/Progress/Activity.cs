using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace PSMigrate.Host.Progress;

/// <summary>How far an activity was when a cmdlet said so; cmdlets may go on changing the record they said it with.</summary>
/// <param name="Key">Tells the activities of one run apart.</param>
/// <param name="Parent">The activity that this one is a part of.</param>
internal sealed record Activity(
    (long Source, int Id) Key,
    (long Source, int Id) Parent,
    string Name,
    string Status,
    string Operation,
    int Percent,
    int SecondsLeft,
    bool IsCompleted)
{
    public static Activity From(long source, ProgressRecord record) => new(
        (source, record.ActivityId),
        (source, record.ParentActivityId),
        OneLine(record.Activity),
        OneLine(record.StatusDescription),
        OneLine(record.CurrentOperation),
        record.PercentComplete,
        record.SecondsRemaining,
        record.RecordType == ProgressRecordType.Completed);

    /// <summary>For example: <c>Copying: orders, chunk 7, 45 %, 0:10 left</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        string separator = ": ";

        foreach (string part in Parts().Where(part => part.Length > 0))
        {
            text.Append(separator).Append(part);
            separator = ", ";
        }

        return text.ToString();
    }

    private IEnumerable<string> Parts()
    {
        yield return Status;
        yield return Operation;
        yield return Percent >= 0 ? $"{Percent} %" : "";
        yield return SecondsLeft >= 0 ? $"{Clock(TimeSpan.FromSeconds(SecondsLeft))} left" : "";
    }

    private static string Clock(TimeSpan time) => time.TotalHours < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");

    private static string OneLine(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "";
        }

        return string.Concat(text.Trim().Select(character => char.IsControl(character) ? ' ' : character));
    }
}
