using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Servers.Structure;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Rows on their way into a PostgreSQL table: transactions, and rows that it does not take.</summary>
public sealed class PostgreSqlRowWriterTests(PostgreSqlServer server)
{
    private static readonly DataType Integer = new DataType(DataKind.Integer, "integer") { Width = 4 }.WithForm();
    private static readonly DataType Text = new(DataKind.Text, "text");
    private static readonly DataType Address = new(DataKind.Other, "inet");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<bool> Ways { get; } = [false, true];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Runs_of_rows_and_statements_are_one_transaction(bool asText)
    {
        await using var one = await CreateAsync("");
        await using var writer = await OpenAsync(one, asText);
        await writer.BeginAsync(Stop);
        await writer.WriteAsync(Rows((1, "a")), Stop);
        await writer.WriteAsync(Rows((2, "b"), (3, null)), Stop);
        await writer.WriteAsync(Rows(), Stop);
        Assert.Equal(3, await writer.EndRowsAsync(Stop));
        Assert.Equal(1, await writer.ExecuteAsync("DELETE FROM t WHERE id = @p1", Stop, 2));
        await writer.WriteAsync(Rows((4, "d")), Stop);
        Assert.Equal(4, await writer.EndRowsAsync(Stop));
        Assert.Equal(0, await one.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
        await writer.CommitAsync(Stop);
        await writer.BeginAsync(Stop);
        await writer.WriteAsync(Rows((5, "e")), Stop);
        Assert.Equal(1, await writer.EndRowsAsync(Stop));
        await writer.CommitAsync(Stop);
        Assert.Equal("1,3,4,5", await one.Database.ScalarAsync<string>("SELECT string_agg(id::text, ',' ORDER BY id) FROM t"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_was_not_committed_is_not_there(bool asText)
    {
        await using var one = await CreateAsync("");
        await using (var writer = await OpenAsync(one, asText))
        {
            await writer.BeginAsync(Stop);
            await writer.WriteAsync(Rows((1, "a")), Stop);
            await writer.RollbackAsync();
            await writer.BeginAsync(Stop);
            await writer.WriteAsync(Rows((2, "b")), Stop);
            await writer.EndRowsAsync(Stop);
            await writer.RollbackAsync();
            await writer.BeginAsync(Stop);
            await writer.WriteAsync(Rows((3, "c")), Stop);
        }

        Assert.Equal(0, await one.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(0, await one.Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'"));
    }

    [Theory]
    [InlineData("UNIQUE (id)", "duplicate key", false)]
    [InlineData("UNIQUE (id)", "duplicate key", true)]
    [InlineData("CHECK (id < 3)", "check constraint", false)]
    [InlineData("CHECK (x <> 'c')", "check constraint", true)]
    [InlineData("FOREIGN KEY (id) REFERENCES other (id)", "foreign key constraint", false)]
    [InlineData("FOREIGN KEY (id) REFERENCES other (id) DEFERRABLE INITIALLY DEFERRED", "foreign key constraint", false)]
    public async Task A_row_that_breaks_a_constraint_is_refused_by_name(string constraint, string said, bool asText)
    {
        await using var one = await CreateAsync($"CREATE TABLE other (id int PRIMARY KEY); ALTER TABLE t ADD {constraint}");
        await using var writer = await OpenAsync(one, asText);
        await writer.BeginAsync(Stop);
        var error = await Assert.ThrowsAsync<MigrationException>(async () =>
        {
            await writer.WriteAsync(Rows((1, "a"), (2, "b"), (3, "c"), (1, "a")), Stop);
            await writer.EndRowsAsync(Stop);
            await writer.CommitAsync(Stop);
        });
        Assert.Equal(("RowRefused", "public.t"), (error.ErrorId, error.Offender));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains("public.t", error.Message, StringComparison.Ordinal);
        await writer.RollbackAsync();
        Assert.Equal(0, await one.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
        await one.Database.ExecuteAsync("INSERT INTO other SELECT 7");
        await writer.BeginAsync(Stop);
        await writer.WriteAsync(Rows((constraint.StartsWith("CHECK", StringComparison.Ordinal) ? 1 : 7, "fine")), Stop);
        await writer.EndRowsAsync(Stop);
        await writer.CommitAsync(Stop);
    }

    [Fact]
    public async Task Text_that_is_no_value_of_its_type_is_refused_with_its_line_and_column()
    {
        await using var one = await CreateAsync("");
        await using var writer = await OpenAsync(one, asText: true);
        await writer.BeginAsync(Stop);
        await writer.WriteAsync(Rows((1, "a"), (2, "b")), Stop);
        var rows = new RowBuffer();
        rows.BeginRow(3);
        rows.AddInt32(3);
        rows.AddNull();
        rows.AddText("no address");
        rows.EndRow();
        await writer.WriteAsync(rows, Stop);
        var error = await Assert.ThrowsAsync<MigrationException>(() => writer.EndRowsAsync(Stop));
        Assert.Equal("RowRefused", error.ErrorId);
        Assert.Contains("line 3, column a", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Text_with_a_zero_character_is_refused_before_anything_is_sent(bool asText)
    {
        await using var one = await CreateAsync("");
        await using var writer = await OpenAsync(one, asText);
        await writer.BeginAsync(Stop);
        Assert.Equal(1, (await Assert.ThrowsAsync<ValueRefusedException>(() => writer.WriteAsync(Rows((1, "a"), (2, "b\0c")), Stop))).Field);
        await writer.WriteAsync(Rows((1, "a")), Stop);
        Assert.Equal(1, await writer.EndRowsAsync(Stop));
    }

    [Fact]
    public async Task Rows_that_a_trigger_leaves_out_are_not_counted()
    {
        await using var one = await CreateAsync("""
            CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id % 2 = 0 THEN RETURN NULL; END IF; RETURN NEW; END';
            CREATE TRIGGER odd BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION odd();
            """);
        await using var writer = await OpenAsync(one, asText: false);
        await writer.BeginAsync(Stop);
        await writer.WriteAsync(Rows((1, "a"), (2, "b"), (3, "c")), Stop);
        Assert.Equal(2, await writer.EndRowsAsync(Stop));
    }

    [Fact]
    public async Task What_the_server_does_at_the_end_of_rows_can_be_cancelled()
    {
        await using var one = await CreateAsync("""
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';
            CREATE TRIGGER slow AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION slow();
            """);
        await using var writer = await OpenAsync(one, asText: false);
        await writer.BeginAsync(Stop);
        await writer.WriteAsync(Rows((1, "a")), Stop);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.EndRowsAsync(soon.Token));
        await writer.RollbackAsync();
        Assert.Equal(0, await one.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData("12.34", 2, 1234)]
    [InlineData("-0.50", 2, -50)]
    [InlineData("7", 3, 7000)]
    [InlineData("500", 0, 500)]
    [InlineData("92233720368547758.07", 2, long.MaxValue)]
    [InlineData("-92233720368547758.08", 2, long.MinValue)]
    public void An_amount_is_a_number_of_the_smallest_coin(string amount, int places, long units)
    {
        var rows = new RowBuffer();
        rows.BeginRow(1);
        NumericForm.Add(rows, amount);
        rows.EndRow();
        rows.Fields(0).Next(out var value);
        Assert.Equal(units, CopyBinaryRows.Units(value, new DataType(DataKind.Decimal, "money") { Precision = 19, Scale = places }));
    }

    [Fact]
    public async Task Values_that_the_server_would_give_itself_are_written_as_they_are()
    {
        await using var one = await CreateAsync("DROP TABLE t; CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, x text DEFAULT 'given', a inet)");
        await using var writer = await OpenAsync(one, asText: false);
        await writer.BeginAsync(Stop);
        await writer.WriteAsync(Rows((70, null)), Stop);
        await writer.EndRowsAsync(Stop);
        await writer.CommitAsync(Stop);
        Assert.Equal("(70,,)", await one.Database.ScalarAsync<string>("SELECT t::text FROM t"));
    }

    [Fact]
    public async Task Amounts_with_more_places_than_money_has_are_refused()
    {
        await using var one = await CreateAsync("CREATE TABLE m (v money)");
        var structure = await one.Door.ReadStructureAsync(Stop);
        var table = PostgreSqlDoorDatabase.Table(structure, "m");
        await using var writer = await one.Door.OpenWriterAsync(table, [new WrittenColumn("v", one.Door.TypeOf(structure.ColumnsOf(table.Key)[0], structure))], Stop);
        await writer.BeginAsync(Stop);
        var rows = new RowBuffer();
        rows.BeginRow(1);
        NumericForm.Add(rows, "1.005");
        rows.EndRow();
        await Assert.ThrowsAsync<ValueRefusedException>(() => writer.WriteAsync(rows, Stop));
    }

    private static RowBuffer Rows(params (int Id, string? Text)[] values)
    {
        var rows = new RowBuffer();
        foreach (var (id, text) in values)
        {
            rows.BeginRow(3);
            rows.AddInt32(id);
            if (text is null)
            {
                rows.AddNull();
            }
            else
            {
                rows.AddText(text);
            }

            rows.AddNull();
            rows.EndRow();
        }

        return rows;
    }

    private static async Task<RowWriter> OpenAsync(PostgreSqlDoorDatabase one, bool asText)
    {
        var table = new DbObject { Kind = DbKinds.Table, Schema = "public", Name = "t" };
        return await one.Door.OpenWriterAsync(table, [new("id", Integer), new("x", Text), new("a", asText ? Address : Address with { Form = DataForm.Native })], Stop);
    }

    private Task<PostgreSqlDoorDatabase> CreateAsync(string sql) => PostgreSqlDoorDatabase.CreateAsync(server, $"CREATE TABLE t (id int, x text, a inet); {sql}");
}
