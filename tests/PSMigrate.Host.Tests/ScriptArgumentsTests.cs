using PSMigrate.Host.CommandLine;

namespace PSMigrate.Host.Tests;

/// <summary>The words after a script become parameters as with <c>pwsh -File</c>.</summary>
public sealed class ScriptArgumentsTests
{
    [Fact]
    public void A_word_is_a_positional_value() => Expect("orders", (null, "orders"));

    [Fact]
    public void An_empty_word_is_a_value() => Expect("", (null, ""));

    [Fact]
    public void A_lone_dash_is_a_value() => Expect("-", (null, "-"));

    [Fact]
    public void A_name_stands_alone_and_PowerShell_binds_the_next_word() =>
        Expect(["-Name", "orders"], ("-Name", null), (null, "orders"));

    [Theory]
    [InlineData("-Force:$false", false)]
    [InlineData("-Force:false", false)]
    [InlineData("-Force:$true", true)]
    [InlineData("-Force:TRUE", true)]
    public void A_switch_takes_true_or_false(string word, bool value) => Expect(word, ("-Force", value));

    [Fact]
    public void A_value_after_a_colon_is_text() => Expect("-Target:sqlite:shop.db", ("-Target", "sqlite:shop.db"));

    [Fact]
    public void A_colon_at_the_end_takes_the_next_word_whatever_it_is() => Expect(["-Name:", "-x"], ("-Name", "-x"));

    [Fact]
    public void A_number_stays_text() => Expect(["-Count", "007"], ("-Count", null), (null, "007"));

    private static void Expect(string word, (string? Name, object? Value) expected) => Expect([word], expected);

    private static void Expect(string[] words, params (string? Name, object? Value)[] expected) =>
        Assert.Equal(expected, ScriptArguments.Parse(words).Select(parameter => ((string?)parameter.Name, (object?)parameter.Value)));
}
