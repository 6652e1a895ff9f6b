using Microsoft.SqlServer.TransactSql.ScriptDom;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Servers.SqlServer.Backups;
using PSMigrate.Databases.Servers.Structure;
using Xunit;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>What is written for captures, undo, locks and backups is T-SQL to the parser that Microsoft's own tools use, of every version from 2016 to 2022.</summary>
public sealed class RowTextTests
{
    private static readonly SqlServerEngine Engine = new();

    private static readonly DbObject Table = new() { Kind = DbKinds.Table, Schema = "o'dd] schema", Name = "ta'b]le" };

    private static readonly string[] Types =
    [
        "int", "bigint", "bit", "decimal(38,10)", "money", "float", "real", "date", "time(7)", "datetime", "datetime2(7)", "smalldatetime", "datetimeoffset(7)", "uniqueidentifier",
        "char(5)", "varchar(max)", "nvarchar(40)", "text", "ntext", "image", "binary(4)", "varbinary(max)", "xml", "xml(CONTENT [dbo].[c])", "sql_variant", "hierarchyid", "geography", "geometry", "timestamp", "[dbo].[short]", "[dbo].[of assembly]",
    ];

    private static readonly IReadOnlyList<DbObject> Columns = [.. Types.Select((type, i) => new DbObject
    {
        Kind = DbKinds.Column,
        Name = $"c]'{i}",
        Parent = Table.Key,
        Facets = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["type"] = type },
        Notes = type == "[dbo].[short]" ? new SortedDictionary<string, string>(StringComparer.Ordinal) { ["base type"] = "varchar(5)" } : new(StringComparer.Ordinal),
    })];

    public static TheoryData<int> Versions { get; } = [130, 140, 150, 160];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Everything_that_is_done_to_rows_parses(int version)
    {
        var sql = Engine.Rows;
        var capture = new CaptureShape(Table, [Columns[0], Columns[16]], Columns, "capture_x_1", Engine.Own("capture_x_1"));
        var hash = sql.Hash([.. Columns.Select(c => ($"t.{sql.Quote(c.Name)}", c))]);
        var identity = Columns[0] with { Facets = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["type"] = "int", ["identity"] = "IDENTITY(1,1)" } };
        Parses(version,
        [
            .. sql.BeginCapture(capture), .. sql.BeginCapture(capture with { KeysOnly = true }), .. sql.EndCapture(capture),
            sql.CreateTable(capture.Store, [.. Columns.Select((c, i) => ($"c{i}", $"{sql.CaptureType(c)} NULL")), ("h", $"{sql.HashType} NULL")], []),
            $"INSERT INTO x SELECT {string.Join(", ", Columns.Select(c => sql.ToCapture($"t.{sql.Quote(c.Name)}", c)))} FROM {sql.Name(Table)} t",
            $"SELECT {sql.CountAndSum(hash)} FROM {sql.Name(Table)} t",
            sql.UpdateJoined(capture.Store, [("h", hash)], $"{sql.Name(Table)} AS p", "t.k0 = p.id"),
            sql.DeleteJoined(sql.Name(Table), $"{capture.Store} AS c", "c.k0 = t.id"),
            .. sql.InsertExactly(Table, [identity], "SELECT c0 FROM x"), .. sql.InsertExactly(Table, Columns, $"SELECT {string.Join(", ", Columns.Select((c, i) => sql.FromCapture($"c.c{i}", c)))} FROM x c"),
            $"SELECT {string.Join(", ", Columns.Select((c, i) => $"{sql.AsText($"c{i}", c)} AS a{i}, {sql.Exactly($"c{i}", c)} AS e{i}"))} FROM x WHERE {string.Join(" AND ", Columns.Select((c, i) => sql.Same($"x.c{i}", $"y.c{i}", c)))}",
            sql.Limit("SELECT 1 FROM x", 5), sql.DropTable(capture.Store), $"UPDATE x SET h = {sql.NoHash}",
            Engine.BeginTransaction, Engine.Commit, Engine.Rollback, Engine.Savepoint("s"), Engine.RollbackTo("s"), .. Engine.Limits(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)),
        ]);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Everything_that_is_done_to_whole_databases_parses(int version) => Parses(version,
    [
        SqlServerBackupText.Backup("o'dd]", @"C:\it's\here.bak", compressed: true), SqlServerBackupText.Backup("d", "/var/x.bak", compressed: false),
        SqlServerBackupText.Verify("x'.bak"), SqlServerBackupText.Header("x.bak"), SqlServerBackupText.Files("x.bak"),
        SqlServerBackupText.Restore("o'dd]", "x.bak", [("a'", @"C:\a'.mdf"), ("b", "/b.ldf")]),
        SqlServerBackupText.Create("o'dd]", "Latin1_General_CI_AS"), SqlServerBackupText.Create("d", null), SqlServerBackupText.PutOthersOut("d]"), SqlServerBackupText.Drop("d]"),
        SqlServerBackupText.Close("d"), SqlServerBackupText.Open("d"), SqlServerBackupText.Rename("a]", "b'"), SqlServerBackupText.Renumber("[dbo].[t']", "5"), SqlServerBackupText.Restart("[dbo].[s]", "-7"),
        SqlServerBackupText.Hold("[dbo].[t]"), $"SELECT {string.Join(", ", Columns.SelectMany(c => new SqlServerColumnForm(c).Read()))} FROM x",
        .. Columns.Select(c => new SqlServerColumnForm(c)).Where(f => f.Form != SqlServerColumnForm.Variant).Select(f => $"INSERT INTO x SELECT {f.Write([0x31], "@p1").Expression}"),
    ]);

    [Fact]
    public void A_default_in_parentheses_is_the_same_for_all_rows_and_a_function_is_not()
    {
        Assert.True(Engine.Rows.IsConstant("((0))"));
        Assert.True(Engine.Rows.IsConstant("('Bern')"));
        Assert.False(Engine.Rows.IsConstant("(getdate())"));
    }

    [Theory]
    [InlineData(3211, "10 percent processed.", 10)]
    [InlineData(3211, "Verarbeitet: 35 Prozent.", 35)]
    [InlineData(4035, "Processed 360 pages for database 'x'", null)]
    public void The_percentage_is_read_in_whatever_language(int number, string message, int? expected) => Assert.Equal(expected, SqlServerProgress.Read([(number, message)]));

    private static void Parses(int version, IEnumerable<string> statements)
    {
        TSqlParser parser = version switch { 130 => new TSql130Parser(true), 140 => new TSql140Parser(true), 150 => new TSql150Parser(true), _ => new TSql160Parser(true) };
        foreach (var statement in statements)
        {
            using var reader = new StringReader(statement);
            parser.Parse(reader, out var found);
            Assert.True(found.Count == 0, $"{string.Join('\n', found.Select(e => e.Message))}\n    {statement}");
        }
    }
}
