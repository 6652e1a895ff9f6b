using System.Text.RegularExpressions;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

/// <summary>What of a script is taken for the making of its own database, and what remains to be run; of small scripts as of large ones.</summary>
public sealed partial class ScriptHeadTests
{
    private static readonly OwnDatabase Own = new("shop", StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("DROP DATABASE shop; CREATE DATABASE shop; CREATE TABLE a (x int)", "line 1", "CREATE TABLE a (x int)")]
    [InlineData("SET x = 1; DROP DATABASE Shop;\nUSE `shop`;\nCREATE DATABASE shop; USE shop; INSERT INTO a VALUES (1); USE shop; INSERT INTO a VALUES (2)", "lines 1–3", "INSERT INTO a VALUES (1)|INSERT INTO a VALUES (2)")]
    [InlineData("ALTER DATABASE shop CHARACTER SET utf8mb4;\nDROP DATABASE shop; INSERT INTO a VALUES (1)", "lines 1–2", "INSERT INTO a VALUES (1)")]
    [InlineData("SET @old = @@unique_checks, unique_checks = 0; DROP SCHEMA IF EXISTS shop; CREATE SCHEMA shop; INSERT INTO a VALUES (1)", "line 1", "SET @old = @@unique_checks, unique_checks = 0|INSERT INTO a VALUES (1)")]
    [InlineData("ALTER DATABASE shop CHARACTER SET utf8mb4; INSERT INTO a VALUES (1); DROP DATABASE other", "", "ALTER DATABASE shop CHARACTER SET utf8mb4|INSERT INTO a VALUES (1)|DROP DATABASE other")]
    [InlineData("CREATE DATABASE shop; ALTER DATABASE shop CHARACTER SET utf8mb4; INSERT INTO a VALUES (1)", "line 1", "ALTER DATABASE shop CHARACTER SET utf8mb4|INSERT INTO a VALUES (1)")]
    [InlineData("CREATE DATABASE IF NOT EXISTS shop; INSERT INTO a VALUES (1)", "", "INSERT INTO a VALUES (1)")]
    [InlineData("DROP DATABASE other; CREATE DATABASE shop; INSERT INTO a VALUES (1)", "", "DROP DATABASE other|CREATE DATABASE shop|INSERT INTO a VALUES (1)")]
    [InlineData("USE other; SET x = 1; DROP DATABASE shop; USE shop; INSERT INTO a VALUES (1); USE other", "line 1", "INSERT INTO a VALUES (1)")]
    public void Is_what_stands_before_anything_else(string sql, string lines, string remaining)
    {
        var dialect = SqlDialect.MySql with { Database = Own };

        Assert.All(Both(sql, dialect), part =>
        {
            Assert.Equal(lines, part.Head?.Lines ?? "");
            Assert.Equal(remaining.Split('|'), part.Statements.Select(s => s.Text));
            Assert.Equal(part.Statements.Count, part.Statements.Count());
        });
    }

    [Theory]
    [InlineData("USE shop\nCREATE TABLE a (x int)\nGO\nINSERT INTO a VALUES (1)", "CREATE TABLE a (x int)|INSERT INTO a VALUES (1)")]
    [InlineData("USE master\nGO\nUSE [SHOP]; PRINT 'x'\nGO\nUSE shop\nGO\nUSE [master]\nGO", "PRINT 'x'")]
    public void Going_there_is_taken_out_of_batches(string sql, string remaining) =>
        Assert.All(Both(sql, SqlDialect.SqlServer with { Database = Own }), part => Assert.Equal(remaining.Split('|'), part.Statements.Select(s => s.Text.Trim())));

    /// <summary>Sample databases for SQL Server are written so.</summary>
    [Theory]
    [InlineData("SET NOCOUNT ON\nGO\nset nocount on\nset dateformat mdy\nUSE master\ndeclare @d varchar(55)\nselect @d = convert(varchar, getdate(), 113)\nraiserror('Beginning %s', 1, 1, @d) with nowait\nGO\nif exists (select * from sysdatabases where name='shop')\nbegin\n  raiserror('Dropping', 0, 1)\n  DROP database shop\nend\nGO\nCHECKPOINT\ngo\nCREATE DATABASE shop\nGO\nCHECKPOINT\nGO\nUSE shop\nGO\nif db_name() <> 'shop'\n  raiserror('no', 16, 1)\nGO\nCREATE TABLE a (x int)", "CREATE TABLE a (x int)")]
    [InlineData("PRINT ''\nGO\nUSE [master];\nGO\nIF EXISTS (SELECT [name] FROM [master].[sys].[databases] WHERE [name] = N'Shop')\n    DROP DATABASE Shop;\nIF @@ERROR = 3702\n    RAISERROR('open', 127, 127) WITH NOWAIT, LOG;\nGO\nCREATE DATABASE Shop;\nGO\nALTER DATABASE Shop SET RECOVERY SIMPLE;\nGO\nUSE Shop;\nGO\nCREATE TABLE a (x int)", "CREATE TABLE a (x int)")]
    public void A_head_may_tell_and_look(string sql, string last) =>
        Assert.All(Both(sql, SqlDialect.SqlServer with { Database = Own }), part =>
        {
            Assert.NotNull(part.Head);
            Assert.DoesNotContain(part.Statements, s => s.Text.Contains("DROP", StringComparison.OrdinalIgnoreCase) || s.Text.Contains("USE ", StringComparison.OrdinalIgnoreCase));
            Assert.Equal(last, part.Statements.Last().Text.Trim());
        });

    [Theory]
    [InlineData("PRINT 'x'\nGO\nUSE other\nGO\nCREATE TABLE a (x int)", 3)]
    [InlineData("USE other\nUSE other2\nSELECT 1 UPDATE a SET x = 1", 1)]
    [InlineData("INSERT INTO a VALUES (1)\nIF 1 = 1 USE other\nGO", 2)]
    [InlineData("USE other\nINSERT INTO a VALUES (1)\nUSE shop", 1)]
    public void What_would_be_done_elsewhere_is_refused(string sql, int line)
    {
        var error = Assert.Throws<MigrationException>(() => Both(sql, SqlDialect.SqlServer with { Database = Own }));

        Assert.Equal("OtherDatabase", error.ErrorId);
        Assert.Equal(line, error.Place!.Line);
    }

    [Theory]
    [InlineData("INSERT INTO `shop`.`a` SELECT b.x FROM shop . b", "INSERT INTO `a` SELECT b.x FROM b")]
    [InlineData("INSERT INTO shop.a SELECT shop.b.x FROM b", "INSERT INTO a SELECT b.x FROM b")]
    [InlineData("INSERT INTO shop.a SELECT shop.x FROM shop.b AS shop", "INSERT INTO shop.a SELECT shop.x FROM shop.b AS shop")]
    [InlineData("INSERT INTO other.shop VALUES ('shop.a')", "INSERT INTO other.shop VALUES ('shop.a')")]
    [InlineData("GRANT SELECT ON shop.* TO x", "GRANT SELECT ON shop.* TO x")]
    [InlineData("CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW INSERT INTO shop.log VALUES (1)", "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW INSERT INTO log VALUES (1)")]
    public void On_a_copy_the_database_s_name_means_the_copy(string sql, string run) =>
        Assert.All(Both(sql, SqlDialect.MySql with { Database = Own with { IsCopy = true } }), part => Assert.Equal(run, Spaces().Replace(Assert.Single(part.Statements).Text, " ")));

    [Theory]
    [InlineData("INSERT INTO [Shop].dbo.a SELECT x FROM shop..b", "INSERT INTO dbo.a SELECT x FROM b")]
    [InlineData("INSERT INTO shop.dbo.a SELECT x FROM shop.b", "INSERT INTO shop.dbo.a SELECT x FROM shop.b")]
    public void On_a_copy_the_database_s_name_before_schemas_does_too(string sql, string run) =>
        Assert.All(Both(sql, SqlDialect.SqlServer with { Database = Own with { IsCopy = true } }), part => Assert.Equal(run, Spaces().Replace(Assert.Single(part.Statements).Text, " ")));

    [Fact]
    public void On_the_target_itself_statements_are_sent_as_they_are_written() =>
        Assert.All(Both("INSERT INTO shop.a VALUES (1)", SqlDialect.MySql with { Database = Own }), part => Assert.Equal("INSERT INTO shop.a VALUES (1)", Assert.Single(part.Statements).Text));

    [Theory]
    [InlineData("BEGIN; DROP DATABASE shop; COMMIT")]
    [InlineData("INSERT INTO a VALUES (1); DROP DATABASE IF EXISTS shop")]
    [InlineData("INSERT INTO a VALUES (1); USE other; DROP SCHEMA SHOP")]
    public void Dropping_the_database_further_down_is_refused(string sql) =>
        Assert.Equal("DropsDatabase", Assert.Throws<MigrationException>(() => Both(sql, SqlDialect.MySql with { Database = Own })).ErrorId);

    [Fact]
    public void Dropping_the_database_is_no_way_back() =>
        Assert.Equal("DropsDatabase", Assert.Throws<MigrationException>(() => ScriptPart.Read("USE shop; DROP DATABASE shop", "undo", SqlDialect.MySql with { Database = Own })).ErrorId);

    [Theory]
    [InlineData("DROP DATABASE shop; CREATE DATABASE shop;")]
    public void Without_a_database_nothing_is_left_out(string sql) => Assert.All(Both(sql, SqlDialect.MySql), part => Assert.Equal(2, part.Statements.Count));

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();

    /// <summary>Kept in memory, and read again whenever they are walked over.</summary>
    private static ScriptPart[] Both(string sql, SqlDialect dialect)
    {
        IReadOnlyList<SqlStatement> Statements() => SqlSplitter.Split(MappedText.Of(sql, "script"), dialect);
        return [ScriptPartReader.Read(Statements(), dialect, false), ScriptPartReader.ReadThrough(Statements(), Statements, dialect, false)];
    }
}
