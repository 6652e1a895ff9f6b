using PSMigrate.Databases.Data;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What PostgreSQL's types are in the words that all engines share, and that every value of each goes through the door unchanged.</summary>
public sealed class PostgreSqlDoorTypeTests(PostgreSqlServer server)
{
    /// <summary>Values of each type as SQL; those of the second group go as text, unless they go natively.</summary>
    private static readonly (string Type, string[] Values)[] WithForm =
    [
        ("smallint", ["-32768", "0", "32767"]),
        ("integer", ["-2147483648", "0", "2147483647"]),
        ("bigint", ["-9223372036854775808", "0", "9223372036854775807"]),
        ("numeric(38,18)", ["12345678901234567890.123456789012345678", "-0.000000000000000001", "0"]),
        ("numeric(5,0)", ["99999", "-1"]),
        ("numeric", ["1.10", "1.1", "0.000", "'NaN'", "'Infinity'", "'-Infinity'", "1e400", "-1e-400", "100000000000000000000"]),
        ("real", ["3.4028235e38", "1e-45", "0.1", "'-0'", "'NaN'", "'Infinity'", "'-Infinity'", "16777217", "1e10"]),
        ("double precision", ["1.7976931348623157e308", "5e-324", "0.1", "0.30000000000000004", "'-0'", "'NaN'", "'Infinity'", "'-Infinity'", "1e15", "1e22"]),
        ("money", ["'-92233720368547758.08'", "'92233720368547758.07'", "'0.01'", "'-0.01'", "'0'", "'-1.5'"]),
        ("boolean", ["true", "false"]),
        ("text", ["''", "' '", "'NULL'", "'\\N'", "'\\.'", "E'tab\\tline\\nreturn\\rback\\\\slash\\b\\f\\v'", "'ü€😀'", "'null'", "repeat('x\\', 40000)", "E'\\u0001\\u007f'"]),
        ("character varying(10)", ["'1234567890'", "'ab  '", "'😀😀😀😀😀😀😀😀😀😀'"]),
        ("character(5)", ["'ab'", "''", "'abcde'", "'😀'"]),
        ("name", ["'a_name'", "repeat('n', 63)"]),
        ("bytea", ["''", "'\\x00'", "'\\x00ff5c0a'", "decode(repeat('00ff5c', 50000), 'hex')"]),
        ("uuid", ["'00112233-4455-6677-8899-aabbccddeeff'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"]),
        ("date", ["'4713-11-24 BC'", "'0001-01-01'", "'0001-12-31 BC'", "'0005-02-29 BC'", "'0001-02-29 BC'", "'9999-12-31'", "'10000-01-01'", "'5874897-12-31'", "'2000-02-29'", "'1582-10-10'", "'infinity'", "'-infinity'"]),
        ("time", ["'00:00'", "'24:00'", "'23:59:59.999999'", "'12:34:56.000001'"]),
        ("time(3)", ["'23:59:59.999'", "'24:00'"]),
        ("timestamp", ["'4713-11-24 00:00:00 BC'", "'0001-01-01'", "'0001-12-31 23:59:59.999999 BC'", "'1999-12-31 23:59:59.999999'", "'2000-01-01'", "'9999-12-31 23:59:59.999999'", "'10000-01-01 00:00:00.000001'", "'294276-12-31 23:59:59.999999'", "'infinity'", "'-infinity'"]),
        ("timestamp(0)", ["'2026-03-29 02:30:00'"]),
        ("timestamptz", ["'4713-11-24 00:00:00+00 BC'", "'0001-01-01 00:00:00+00'", "'0044-03-15 12:00:00.5+00 BC'", "'2026-10-25 02:30:00+02'", "'294276-12-31 23:59:59.999999+00'", "'infinity'", "'-infinity'"]),
        ("json", ["'{\"a\" : 1, \"a\":2}'", "'null'", "'\"\\u0000\"'", "'[1,\n2]'"]),
        ("jsonb", ["'{\"b\": 1.10, \"a\": [null, true]}'", "'\"x\\\\y\"'", "'1'"]),
        ("oid", ["0", "4294967295"]),
        ("mood", ["'sad'", "'it''s \\ ok'"]),
        ("short", ["'abc'", "''"]),
        ("citext", ["'AbC'", "''"]),
    ];

    private static readonly (string Type, string[] Values)[] AsText =
    [
        ("xml", ["'<a>é</a>'", "'text &amp; <b/>'"]),
        ("inet", ["'192.168.0.1/24'", "'::1'"]),
        ("cidr", ["'10.0.0.0/8'"]),
        ("macaddr", ["'08:00:2b:01:02:03'"]),
        ("interval", ["'1 year 2 mons -3 days 04:05:06.000007'", "'-178000000 years'", "'0'"]),
        ("time with time zone", ["'12:34:56.789+02:30'", "'24:00-15:59'"]),
        ("bit(5)", ["B'10101'"]),
        ("bit varying", ["B''", "B'1'"]),
        ("integer[]", ["'{1,NULL,-3}'", "'{}'", "'[0:1]={1,2}'", "'{{1,2},{3,4}}'"]),
        ("text[]", ["ARRAY['a,b', '\"', '\\', '', 'NULL', NULL]"]),
        ("double precision[]", ["ARRAY[0.1::float8, 'NaN', '-Infinity', 1e300]"]),
        ("int4range", ["'[1,5)'", "'empty'", "'(,)'"]),
        ("tstzrange", ["'[2026-01-01 00:00:00+00,infinity)'"]),
        ("nummultirange", ["'{[1,2),[3,4]}'"]),
        ("point", ["'(0.1,-1e300)'"]),
        ("polygon", ["'((0,0),(1,1),(1,0))'"]),
        ("tsvector", ["'a:1A fat:2 ''it''''s'':3'"]),
        ("tsquery", ["'fat & (rat | !cat)'"]),
        ("\"char\"", ["'x'", "''"]),
    ];

    private static readonly (string Type, string[] Values)[] TextEverywhere =
    [
        ("pair", ["ROW(1, 'a,\"b')::pair", "ROW(NULL, '')::pair"]),
        ("mood[]", ["ARRAY['sad', NULL]::mood[]"]),
        ("hstore", ["'a=>1, \"b c\"=>NULL'"]),
    ];

    private const string Types = """
        CREATE EXTENSION citext; CREATE EXTENSION hstore;
        CREATE TYPE mood AS ENUM ('sad', 'it''s \ ok', E'two\nlines');
        CREATE DOMAIN shorter AS varchar(5); CREATE DOMAIN short AS shorter CHECK (length(VALUE) < 4);
        CREATE TYPE pair AS (a int, b text);
        """;

    [Fact]
    public async Task Every_value_of_a_type_with_a_form_goes_in_binary_unchanged()
    {
        await using var one = await PostgreSqlDoorDatabase.CreateAsync(server, Types + Tables("t", WithForm));
        await one.AssertCopiesAsync("t");
        await one.AssertCopiesAsync("t", native: true);
    }

    [Fact]
    public async Task Every_value_of_any_type_goes_as_text_unchanged()
    {
        await using var one = await PostgreSqlDoorDatabase.CreateAsync(server, Types + Tables("t", [.. WithForm, .. AsText, .. TextEverywhere]));
        await one.AssertCopiesAsync("t");
        await one.AssertCopiesAsync("t", native: true);
    }

    [Fact]
    public async Task Every_value_of_the_servers_own_types_goes_natively_unchanged()
    {
        await using var one = await PostgreSqlDoorDatabase.CreateAsync(server, Types + Tables("t", [.. WithForm, .. AsText]));
        var structure = await one.Door.ReadStructureAsync(TestContext.Current.CancellationToken);
        var natives = one.Door.NativeOf(structure.ColumnsOf("table public.t"), structure);
        Assert.Equal(AsText.Length + 4, natives.Count(n => n.Form == DataForm.Native));
        await one.AssertCopiesAsync("t", native: true);
    }

    [Fact]
    public async Task Amounts_of_money_keep_their_value_whatever_places_the_database_gives_them()
    {
        await using var one = await PostgreSqlDoorDatabase.CreateAsync(server, Types + Tables("t", [("money", ["'-12.34'"]), ("inet", ["'::1'"])]));
        await one.AssertCopiesAsync("t");
        var type = await one.TypeAsync("money");
        Assert.Equal((DataKind.Decimal, 19, 2, DataForm.Numeric), (type.Kind, type.Precision, type.Scale, type.Form));
    }

    [Theory]
    [InlineData("smallint", DataKind.Integer, DataForm.Int16)]
    [InlineData("bigint", DataKind.Integer, DataForm.Int64)]
    [InlineData("numeric(10)", DataKind.Decimal, DataForm.Numeric)]
    [InlineData("real", DataKind.Float, DataForm.Single)]
    [InlineData("boolean", DataKind.Boolean, DataForm.Boolean)]
    [InlineData("varchar(7)", DataKind.Text, DataForm.Text)]
    [InlineData("bytea", DataKind.Bytes, DataForm.Bytes)]
    [InlineData("uuid", DataKind.Uuid, DataForm.Uuid)]
    [InlineData("date", DataKind.Date, DataForm.Date)]
    [InlineData("time(2)", DataKind.Time, DataForm.Time)]
    [InlineData("timetz", DataKind.Other, DataForm.Text)]
    [InlineData("timestamp(3)", DataKind.Timestamp, DataForm.Timestamp)]
    [InlineData("timestamptz(3)", DataKind.Moment, DataForm.TimestampTz)]
    [InlineData("jsonb", DataKind.Json, DataForm.Text)]
    [InlineData("int[]", DataKind.Other, DataForm.Text)]
    [InlineData("numeric(5,2)[]", DataKind.Other, DataForm.Text)]
    [InlineData("interval day to second (3)", DataKind.Other, DataForm.Text)]
    [InlineData("pair", DataKind.Other, DataForm.Text)]
    [InlineData("short", DataKind.Text, DataForm.Text)]
    [InlineData("mood", DataKind.Text, DataForm.Text)]
    [InlineData("citext", DataKind.Text, DataForm.Text)]
    [InlineData("hstore", DataKind.Other, DataForm.Text)]
    public async Task A_type_has_a_kind_and_a_form(string native, DataKind kind, DataForm form)
    {
        await using var one = await PostgreSqlDoorDatabase.CreateAsync(server, Types);
        var type = await one.TypeAsync(native);
        Assert.Equal((kind, form), (type.Kind, type.Form));
    }

    [Fact]
    public async Task Lengths_digits_and_labels_are_known()
    {
        await using var one = await PostgreSqlDoorDatabase.CreateAsync(server, Types);
        Assert.Equal((10, 2), await one.TypeAsync("numeric(10,2)") is var money ? (money.Precision, money.Scale) : default);
        Assert.Equal(((int?)null, (int?)null), await one.TypeAsync("numeric") is var any ? (any.Precision, any.Scale) : default);
        Assert.Equal(5, (await one.TypeAsync("short")).Length);
        Assert.True((await one.TypeAsync("char(3)")).IsFixed);
        Assert.Equal(["sad", "it's \\ ok", "two\nlines"], (await one.TypeAsync("mood")).Labels);
        Assert.Equal((3, 6, 0), ((await one.TypeAsync("time(3)")).Scale, (await one.TypeAsync("timestamptz")).Scale, (await one.TypeAsync("timestamp(0)")).Scale));
    }

    [Fact]
    public async Task What_is_declared_is_what_the_catalog_says_afterwards()
    {
        await using var one = await PostgreSqlDoorDatabase.CreateAsync(server, "");
        foreach (var type in new[]
        {
            "boolean", "smallint", "integer", "bigint", "numeric(12,3)", "numeric", "real", "double precision", "bytea", "uuid", "date", "text", "json",
            "time without time zone", "time(3) without time zone", "timestamp without time zone", "timestamp(0) without time zone", "timestamp(6) with time zone", "character(4)", "character varying(9)",
        })
        {
            var read = await one.TypeAsync(type);
            Assert.Equal(type.Replace("(6)", "", StringComparison.Ordinal), one.Door.Declare(read));
        }
    }

    [Fact]
    public void Types_of_other_engines_get_room_for_all_that_they_hold()
    {
        var door = new PSMigrate.Databases.Servers.PostgreSql.PostgreSqlEngine().DoorTo(_ => throw new NotSupportedException());
        DataType Of(DataKind kind) => new(kind, "x");
        Assert.Equal("smallint", door.Declare(Of(DataKind.Integer) with { Width = 1, IsUnsigned = true }));
        Assert.Equal("integer", door.Declare(Of(DataKind.Integer) with { Width = 3, IsUnsigned = true }));
        Assert.Equal("bigint", door.Declare(Of(DataKind.Integer) with { Width = 4, IsUnsigned = true }));
        Assert.Equal("numeric(20,0)", door.Declare(Of(DataKind.Integer) with { Width = 8, IsUnsigned = true }));
        Assert.Equal("text", door.Declare(Of(DataKind.Timestamp) with { Scale = 7 }));
        Assert.Equal("text", door.Declare(Of(DataKind.OffsetTimestamp) with { Scale = 3 }));
        Assert.Equal("text", door.Declare(Of(DataKind.Text) with { Length = 2_000_000_000 }));
        Assert.Equal("text", door.Declare(Of(DataKind.Dynamic)));
        Assert.Equal("numeric(5,5)", door.Declare(Of(DataKind.Decimal) with { Precision = 3, Scale = 5 }));
    }

    /// <summary>A table with a column of each type: as many rows as the most values, and one of NULLs.</summary>
    private static string Tables(string name, (string Type, string[] Values)[] types)
    {
        var most = types.Max(t => t.Values.Length);
        var rows = Enumerable.Range(0, most).Select(i => $"({string.Join(", ", types.Select(t => $"({t.Values[i % t.Values.Length]})::{t.Type}"))})").Append($"({string.Join(", ", types.Select(_ => "NULL"))})");
        return $"CREATE TABLE {name} ({string.Join(", ", types.Select((t, i) => $"c{i} {t.Type}"))}); INSERT INTO {name} VALUES {string.Join(", ", rows)};";
    }
}
