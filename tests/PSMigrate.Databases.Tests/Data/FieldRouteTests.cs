using System.Globalization;
using PSMigrate.Databases.Data;
using Xunit;

namespace PSMigrate.Databases.Tests.Data;

/// <summary>Values on their way from one type to another: they arrive as they are, or are refused.</summary>
public sealed class FieldRouteTests
{
    private static readonly DataLimits Narrow = new() { TakesNul = false, TakesNonFinite = false };
    private static readonly DataType Text = new(DataKind.Text, "text");

    [Theory]
    [InlineData("9999-12-31 23:59:59.999999", true)]
    [InlineData("0001-01-01 00:00:00", true)]
    [InlineData("+10000-01-01 00:00:00", false)]
    [InlineData("0000-12-31 23:59:59.999999", false)]
    [InlineData("infinity", false)]
    public void Moments_keep_to_the_days_that_the_target_has(string moment, bool arrives) =>
        Arrives(moment, Text, new DataType(DataKind.Timestamp, "datetime(6)") { Scale = 6, Form = DataForm.Timestamp }, arrives);

    [Theory]
    [InlineData("12.34", true)]
    [InlineData("-99.99", true)]
    [InlineData("12.340", true)]
    [InlineData("100", false)]
    [InlineData("0.001", false)]
    [InlineData("NaN", false)]
    [InlineData("12,3", false)]
    public void Decimals_keep_to_their_digits(string number, bool arrives) =>
        Arrives(number, Text, new DataType(DataKind.Decimal, "decimal(4,2)") { Precision = 4, Scale = 2, Form = DataForm.Numeric }, arrives, ends: number.Contains('.', StringComparison.Ordinal) ? number[..^(number.EndsWith("340", StringComparison.Ordinal) ? 1 : 0)] : number);

    [Theory]
    [InlineData("32767", true)]
    [InlineData("-32768", true)]
    [InlineData("1.0", true, "1")]
    [InlineData("32768", false)]
    [InlineData("1.5", false)]
    [InlineData("", false)]
    public void Whole_numbers_keep_to_their_range(string number, bool arrives, string? ends = null) =>
        Arrives(number, Text, new DataType(DataKind.Integer, "smallint") { Width = 2, Form = DataForm.Int16 }, arrives, ends);

    [Theory]
    [InlineData("0.1", true)]
    [InlineData("9007199254740993", false)]
    [InlineData("0.1000000000000000055", false)]
    public void A_decimal_that_a_float_only_comes_near_is_refused(string number, bool arrives) =>
        Arrives(number, Text, new DataType(DataKind.Float, "double") { Width = 8, Form = DataForm.Double }, arrives);

    [Theory]
    [InlineData("ab", true)]
    [InlineData("😀é", true)]
    [InlineData("abc", false)]
    [InlineData("a\0", false)]
    public void Text_keeps_to_its_length_in_characters(string text, bool arrives) => Arrives(text, Text, Text with { Length = 2, Native = "varchar(2)" }, arrives);

    [Theory]
    [InlineData("naïve", true)]
    [InlineData("日本", false)]
    public void Text_keeps_to_an_encoding(string text, bool arrives) => Arrives(text, Text, Text with { Encoding = "latin1" }, arrives);

    [Fact]
    public void What_holds_every_value_needs_no_look()
    {
        Assert.False(FieldRoute.Between(new DataType(DataKind.Integer, "int") { Width = 4, Form = DataForm.Int32 }, new DataType(DataKind.Integer, "bigint") { Width = 8, Form = DataForm.Int64 }, Narrow).MayRefuse);
        Assert.True(FieldRoute.Between(new DataType(DataKind.Integer, "bigint") { Width = 8, Form = DataForm.Int64 }, new DataType(DataKind.Integer, "int") { Width = 4, Form = DataForm.Int32 }, Narrow).MayRefuse);
        Assert.False(FieldRoute.Between(Text with { Length = 5 }, Text with { Length = 9 }, new DataLimits()).MayRefuse);
    }

    private static void Arrives(string value, DataType from, DataType to, bool arrives, string? ends = null)
    {
        var rows = new RowBuffer();
        rows.BeginRow(1);
        rows.AddText(value);
        rows.EndRow();
        rows.Fields(0).Next(out var bytes);
        var into = new RowBuffer();
        into.BeginRow(1);
        var route = FieldRoute.Between(from, to, Narrow);
        Assert.True(route.MayRefuse);
        var refused = false;
        try
        {
            route.Move(bytes, into);
        }
        catch (ValueRefusedException)
        {
            refused = true;
        }

        Assert.Equal(arrives, !refused);
        if (arrives)
        {
            into.EndRow();
            into.Fields(0).Next(out var moved);
            Assert.Equal(ends ?? value, FormText.Of(moved, to.Form).Replace(" 00:00:00", value.EndsWith("00:00:00", StringComparison.Ordinal) ? " 00:00:00" : "", false, CultureInfo.InvariantCulture));
        }
    }
}
