using System.Management.Automation;
using PSMigrate.Host.Progress;

namespace PSMigrate.Host.Tests;

/// <summary>Progress on a terminal is one line that leaves nothing behind.</summary>
public sealed class StatusLineTests
{
    private const string Erase = "\r\e[2K";

    private readonly StringWriter written = new();
    private readonly StatusLine line;

    public StatusLineTests()
    {
        line = new StatusLine(written, () => 40, new Lock());
    }

    [Fact]
    public void It_is_drawn_over_itself_and_erased_in_the_end()
    {
        line.Show(Record(1, "Copying", "orders", percent: 45));
        line.End();
        Assert.Equal($"{Erase}Copying: orders, 45 %{Erase}", written.ToString());
    }

    [Fact]
    public void It_makes_way_for_text()
    {
        line.Show(Record(1, "Copying", "orders"));
        line.MakeWay(forLine: true);
        Assert.EndsWith(Erase, written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_never_drawn_over_a_question()
    {
        line.MakeWay(forLine: false);
        line.Show(Record(1, "Copying", "orders"));
        Assert.Empty(written.ToString());
    }

    [Fact]
    public void It_never_wraps()
    {
        line.Show(Record(1, "Copying", new string('x', 100)));
        Assert.Equal(Erase.Length + 39, written.ToString().Length);
    }

    [Fact]
    public void Control_characters_do_not_reach_the_terminal()
    {
        line.Show(Record(1, "Copying", "a\nb\e[31m"));
        Assert.Equal($"{Erase}Copying: a b [31m", written.ToString());
    }

    [Fact]
    public async Task The_last_news_is_shown_even_when_it_comes_too_soon()
    {
        line.Show(Record(1, "Copying", "first"));
        line.Show(Record(1, "Copying", "second"));
        Assert.DoesNotContain("second", written.ToString());

        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Contains("second", written.ToString());
    }

    [Fact]
    public void Nested_activities_are_shown_behind_each_other()
    {
        var tree = new ActivityTree();
        tree.Update(Record(1, "Run", "2 of 5"));
        tree.Update(Record(2, "Copying", "orders", parent: 1));
        tree.Update(Record(3, "Chunk", "7", parent: 2));
        tree.Update(Record(1, "Run", "3 of 5"));
        Assert.Equal(["Run", "Copying", "Chunk"], tree.Current().Select(activity => activity.Name));

        tree.Update(Record(2, "Copying", "orders", parent: 1) with { IsCompleted = true });
        Assert.Equal(["Run"], tree.Current().Select(activity => activity.Name));
    }

    [Theory]
    [InlineData(9, "0:09 left")]
    [InlineData(605, "10:05 left")]
    [InlineData(93784, "26:03:04 left")]
    public void The_time_left_is_a_clock(int seconds, string expected) =>
        Assert.EndsWith(expected, (Record(1, "Copying", "orders") with { SecondsLeft = seconds }).ToString(), StringComparison.Ordinal);

    private static Activity Record(int id, string name, string status, int percent = -1, int parent = -1) => Activity.From(
        source: 0,
        new ProgressRecord(id, name, status) { PercentComplete = percent, ParentActivityId = parent });
}
