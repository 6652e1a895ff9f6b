using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Scripts;

/// <summary>What of a script is taken for the making of its own database, and what remains to be run; of small scripts as of large ones.</summary>
public sealed class ScriptHeadTests
{
    private static readonly OwnDatabase Own = new("shop", StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("DROP DATABASE shop; CREATE DATABASE shop; CREATE TABLE a (x int)", "line 1", "CREATE TABLE a (x int)")]
    [InlineData("SET x = 1; DROP DATABASE Shop;\nUSE `shop`;\nCREATE DATABASE shop; USE shop; INSERT INTO a VALUES (1); USE shop; INSERT INTO a VALUES (2)", "lines 1–3", "INSERT INTO a VALUES (1)|INSERT INTO a VALUES (2)")]
    [InlineData("ALTER DATABASE shop CHARACTER SET utf8mb4;\nDROP DATABASE shop; INSERT INTO a VALUES (1)", "lines 1–2", "INSERT INTO a VALUES (1)")]
    [InlineData("ALTER DATABASE shop CHARACTER SET utf8mb4; INSERT INTO a VALUES (1); DROP DATABASE shop", "", "ALTER DATABASE shop CHARACTER SET utf8mb4|INSERT INTO a VALUES (1)|DROP DATABASE shop")]
    [InlineData("CREATE DATABASE shop; ALTER DATABASE shop CHARACTER SET utf8mb4; INSERT INTO a VALUES (1)", "line 1", "ALTER DATABASE shop CHARACTER SET utf8mb4|INSERT INTO a VALUES (1)")]
    [InlineData("CREATE DATABASE IF NOT EXISTS shop; INSERT INTO a VALUES (1)", "", "INSERT INTO a VALUES (1)")]
    [InlineData("DROP DATABASE other; CREATE DATABASE shop; INSERT INTO a VALUES (1)", "", "DROP DATABASE other|CREATE DATABASE shop|INSERT INTO a VALUES (1)")]
    [InlineData("USE other; INSERT INTO a VALUES (1)", "", "USE other|INSERT INTO a VALUES (1)")]
    [InlineData("BEGIN; DROP DATABASE shop; COMMIT", "", "DROP DATABASE shop")]
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
    [InlineData("IF 1 = 1 USE other\nGO\nUSE [SHOP]; PRINT 'x'\nGO\nUSE shop\nGO", "IF 1 = 1 USE other|PRINT 'x'")]
    public void Going_there_is_taken_out_of_batches(string sql, string remaining) =>
        Assert.All(Both(sql, SqlDialect.SqlServer with { Database = Own }), part => Assert.Equal(remaining.Split('|'), part.Statements.Select(s => s.Text.Trim())));

    [Theory]
    [InlineData("DROP DATABASE shop; CREATE DATABASE shop;")]
    public void A_way_back_has_none(string sql) =>
        Assert.Equal(2, ScriptPart.Read("USE shop; " + sql, "undo", SqlDialect.MySql with { Database = Own }).Statements.Count);

    [Theory]
    [InlineData("DROP DATABASE shop; CREATE DATABASE shop;")]
    public void Without_a_database_nothing_is_left_out(string sql) => Assert.All(Both(sql, SqlDialect.MySql), part => Assert.Equal(2, part.Statements.Count));

    /// <summary>Kept in memory, and read again whenever they are walked over.</summary>
    private static ScriptPart[] Both(string sql, SqlDialect dialect)
    {
        IReadOnlyList<SqlStatement> Statements() => SqlSplitter.Split(MappedText.Of(sql, "script"), dialect);
        return [ScriptPartReader.Read(Statements(), dialect, false), ScriptPartReader.ReadThrough(Statements(), Statements, dialect, false)];
    }
}
