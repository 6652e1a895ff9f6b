using System.Diagnostics;
using System.Text;

namespace PSMigrate.Host.Progress;

/// <summary>Progress on a terminal: one line that is drawn over and over, and gone when something else is written.</summary>
internal sealed class StatusLine : IProgressDisplay
{
    private const string Erase = "\r\e[2K";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter writer;
    private readonly Func<int> width;
    private readonly Lock gate;
    private readonly Timer timer;
    private readonly ActivityTree activities = new();

    private long lastDrawn;
    private bool visible;
    private bool withinLine;

    /// <param name="gate">Held by whoever calls; taken by the line itself when it draws late.</param>
    public StatusLine(TextWriter writer, Func<int> width, Lock gate)
    {
        this.writer = writer;
        this.width = width;
        this.gate = gate;
        timer = new Timer(_ => DrawLate());
    }

    public void Show(Activity activity)
    {
        activities.Update(activity);

        TimeSpan sinceLast = Stopwatch.GetElapsedTime(lastDrawn);
        if (sinceLast >= Pause)
        {
            Draw();
        }
        else
        {
            // Perhaps the last news for a while: it must not be lost.
            timer.Change(Pause - sinceLast, Timeout.InfiniteTimeSpan);
        }
    }

    public void MakeWay(bool forLine)
    {
        Hide();
        withinLine = !forLine;
    }

    public void End()
    {
        activities.Clear();
        Hide();
    }

    private void DrawLate()
    {
        lock (gate)
        {
            Draw();
        }
    }

    private void Draw()
    {
        string text = string.Join(" > ", activities.Current());

        // Never over a line that someone else has begun, such as a question.
        if (text.Length == 0 || withinLine)
        {
            Hide();
            return;
        }

        writer.Write(Erase + Fit(text, width() - 1));
        visible = true;
        lastDrawn = Stopwatch.GetTimestamp();
    }

    private void Hide()
    {
        if (visible)
        {
            writer.Write(Erase);
            visible = false;
        }
    }

    // A line that wraps could not be erased, and characters beyond ASCII may be two columns wide.
    private static string Fit(string text, int columns)
    {
        int used = 0;
        var fitting = new StringBuilder();

        foreach (Rune character in text.EnumerateRunes())
        {
            used += character.IsAscii ? 1 : 2;
            if (used > columns)
            {
                break;
            }

            fitting.Append(character);
        }

        return fitting.ToString();
    }
}
