using Npgsql;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.Data;

/// <summary>Numbers are written here byte for byte as PostgreSQL sends them, and read from what it sends.</summary>
public sealed class NumericFormTests(PostgreSqlServer server)
{
    public static TheoryData<string> Numbers { get; } =
    [
        "0", "0.0", "0.000000", "1", "-1", "9", "10", "100", "1000", "9999", "10000", "10001", "99999999", "100000000", "123456789012345678901234567890",
        "0.1", "-0.1", "0.01", "0.001", "0.0001", "0.00001", "0.000010", "0.00000001", "0.000100000", "1.5", "1.50", "-1.500", "12.34", "123.456", "1234.5678", "12345.67891",
        "10000.0001", "100000000.00000001", "10000.0000", "100000000.0", "0.00010001", "9999.9999", "99999.99999", "-99999999999999999999.999999999999999999",
        "12345678901234567890.123456789012345678", "99999999999999999999999999999999999999", "0.12345678901234567890123456789012345678", "922337203685477.5807", "18446744073709551615",
        "NaN", "Infinity", "-Infinity", "1.0000000000000000000000000001", "100000000000000000000000000000000000000000000000.00",
    ];

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_number_is_written_and_read_as_the_server_does(string text)
    {
        var (sent, shown) = (await AskAsync([text]))[0];
        Assert.Equal(Convert.ToHexString(sent), Convert.ToHexString(Form(text)));
        Assert.Equal(shown, NumericForm.ToText(sent));
    }

    [Fact]
    public async Task Any_number_is_written_and_read_as_the_server_does()
    {
        var random = new Random(20);
        var numbers = Enumerable.Range(0, 5000).Select(_ => Number(random)).ToArray();
        var answers = await AskAsync(numbers);
        for (var i = 0; i < numbers.Length; i++)
        {
            Assert.Equal($"{numbers[i]}: {Convert.ToHexString(answers[i].Sent)}", $"{numbers[i]}: {Convert.ToHexString(Form(numbers[i]))}");
            Assert.Equal(answers[i].Shown, NumericForm.ToText(answers[i].Sent));
        }
    }

    [Theory]
    [InlineData("1e3")]
    [InlineData("1.25E-7")]
    [InlineData("-1.25e+7")]
    [InlineData("0.00125e2")]
    [InlineData("12345.678e-9")]
    [InlineData("1e0")]
    [InlineData("1e-20")]
    [InlineData("+5")]
    [InlineData("0005.5")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("-0")]
    [InlineData("-0.00")]
    public async Task Other_ways_of_writing_a_number_are_the_same_number_to_the_server(string text)
    {
        var (sent, _) = (await AskAsync([text]))[0];
        Assert.Equal(Convert.ToHexString(sent), Convert.ToHexString(Form(text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1,5")]
    [InlineData("1 000")]
    [InlineData("0x10")]
    [InlineData("1e")]
    [InlineData("1e99999")]
    [InlineData("--1")]
    public void What_is_no_number_is_refused(string text) => Assert.Throws<ValueRefusedException>(() => Form(text));

    [Theory]
    [InlineData("1.5", 4)]
    [InlineData("1.5000", 1)]
    [InlineData("0", 3)]
    [InlineData("0.000", 0)]
    [InlineData("100.00", 0)]
    [InlineData("1234.5678", 10)]
    [InlineData("-0.00010", 4)]
    [InlineData("-0.1", 5)]
    public async Task A_number_with_another_number_of_places_is_what_the_server_makes_of_it(string text, int scale)
    {
        var (sent, _) = (await AskAsync([text], $"(v::numeric)::numeric(100, {scale})"))[0];
        var rows = new RowBuffer();
        rows.BeginRow(1);
        NumericForm.AddScaled(rows, Form(text), scale);
        rows.EndRow();
        rows.Fields(0).Next(out var scaled);
        Assert.Equal(Convert.ToHexString(sent), Convert.ToHexString(scaled));
    }

    private async Task<List<(byte[] Sent, string Shown)>> AskAsync(string[] numbers, string expression = "v::numeric")
    {
        await server.StartAsync();
        await using var connection = new NpgsqlConnection(server.ConnectionString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"SELECT numeric_send({expression}), ({expression})::text FROM unnest($1::text[]) WITH ORDINALITY AS n(v, i) ORDER BY i", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = numbers });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var answers = new List<(byte[], string)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            answers.Add((reader.GetFieldValue<byte[]>(0), reader.GetString(1)));
        }

        return answers;
    }

    private static byte[] Form(string text)
    {
        var rows = new RowBuffer();
        rows.BeginRow(1);
        NumericForm.Add(rows, text);
        rows.EndRow();
        rows.Fields(0).Next(out var value);
        return value.ToArray();
    }

    /// <summary>Digits with many zeros among them, as it is zeros that the form leaves out.</summary>
    private static string Number(Random random)
    {
        string Digits(int most) => string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => random.Next(2) == 0 ? "0" : random.Next(10).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return $"{(random.Next(2) == 0 ? "-" : "")}{Digits(30)}0.0{Digits(30)}";
    }
}
