using PSMigrate.Reports;

namespace PSMigrate.Core.Tests.Reports;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.3, "less than 1 ms")]
    [InlineData(340, "340 ms")]
    [InlineData(999.6, "1 s")]
    [InlineData(1_900, "about 2 s")]
    [InlineData(2_000, "2 s")]
    [InlineData(42_300, "42 s")]
    [InlineData(59_700, "1 min")]
    [InlineData(80_000, "1 min 20 s")]
    [InlineData(3_599_700, "1 h")]
    [InlineData(7_500_000, "2 h 5 min")]
    [InlineData(86_399_000, "1 d")]
    [InlineData(93_600_000, "1 d 2 h")]
    [InlineData(-2_000, "-2 s")]
    public void Says_durations_as_people_do(double milliseconds, string said) =>
        Assert.Equal(said, DurationText.Of(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Has_words_for_every_duration()
    {
        Assert.EndsWith("d 3 h", DurationText.Of(TimeSpan.MaxValue));
        Assert.StartsWith("-", DurationText.Of(TimeSpan.MinValue));
    }
}
