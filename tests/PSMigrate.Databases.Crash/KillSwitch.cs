using System.Diagnostics;
using System.Globalization;
using PSMigrate.Journal;

namespace PSMigrate.Databases.Crash;

/// <summary>
/// Counts the moments of an act at which its process may die (before and after each journal record, each statement and each
/// operation on a file), and ends the process at one of them as <c>kill -9</c> does: nothing is flushed, closed or disposed.
/// </summary>
/// <param name="at">The moment to die at: its number, from 1, or what it is called; 0 to live and to note the moments.</param>
public sealed class KillSwitch(string at) : IJournalWatch
{
    private readonly int number = int.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : -1;
    private readonly Lock gate = new();
    private readonly List<string> moments = [];

    /// <summary>What could have been died at, in order.</summary>
    public IReadOnlyList<string> Moments => moments;

    public void Writing(JournalRecord record) => Pass($"record: before {Shown(record)}");

    public void Written(JournalRecord record) => Pass($"record: after {Shown(record)}");

    /// <summary>One more moment has come.</summary>
    public void Pass(string moment)
    {
        lock (gate)
        {
            moments.Add(moment);
            if (moments.Count == number || (number < 0 && moment.StartsWith(at, StringComparison.Ordinal)))
            {
                Console.WriteLine(moment);
                Console.Out.Flush();
                Process.GetCurrentProcess().Kill();
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }

    private static string Shown(JournalRecord record) => $"{record.Act} {string.Join(", ", record.Steps ?? [])}".TrimEnd();
}
