using CsCheck;
using PSMigrate.Databases.Data;
using Xunit;

namespace PSMigrate.Databases.Tests.Data;

/// <summary>Dates and times as numbers and as text.</summary>
public sealed class TimeFormTests
{
    [Theory]
    [InlineData(0, "2000-01-01")]
    [InlineData(-1, "1999-12-31")]
    [InlineData(59, "2000-02-29")]
    [InlineData(-730_119, "0001-01-01")]
    [InlineData(-730_120, "0000-12-31")]
    [InlineData(2_921_939, "9999-12-31")]
    [InlineData(2_921_940, "+10000-01-01")]
    public void A_day_has_one_text(int days, string text)
    {
        Assert.Equal(text, TimeForm.DateText(days));
        Assert.True(TimeForm.TryDate(text, out var read));
        Assert.Equal(days, read);
    }

    [Fact]
    public void Days_are_those_of_the_calendar() => Gen.Date.Sample(date =>
        TimeForm.DateText((int)(date - new DateTime(2000, 1, 1)).TotalDays) == date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Whatever_is_written_is_read_again() => Gen.Long[-60_000_000_000_000_000, 250_000_000_000_000_000].Sample(moment =>
        TimeForm.TryTimestamp(TimeForm.TimestampText(moment), out var fine, out var zone) && zone is null && fine == moment * 10);

    [Theory]
    [InlineData("2026-02-30")]
    [InlineData("2026-13-01")]
    [InlineData("2026-00-10")]
    [InlineData("0000-00-00")]
    [InlineData("26-01-01")]
    [InlineData("2026-1-1")]
    [InlineData("")]
    [InlineData("today")]
    public void What_is_no_day_is_not_read(string text) => Assert.False(TimeForm.TryDate(text, out _));

    [Theory]
    [InlineData("2026-01-02 03:04:05+02:00", 120)]
    [InlineData("2026-01-02T03:04:05Z", 0)]
    [InlineData("2026-01-02T03:04:05.1234567-0530", -330)]
    public void A_zone_is_read(string text, int minutes)
    {
        Assert.True(TimeForm.TryTimestamp(text, out _, out var zone));
        Assert.Equal(minutes, zone);
    }
}
