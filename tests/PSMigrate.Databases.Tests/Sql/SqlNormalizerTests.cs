using CsCheck;
using Microsoft.Data.Sqlite;
using PSMigrate.Databases.Sql;
using Xunit;

namespace PSMigrate.Databases.Tests.Sql;

public class SqlNormalizerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" ; ; ", "")]
    [InlineData("create  table t(a,b) ;", "CREATE TABLE t ( a , b )")]
    [InlineData("Create Table t -- why\n(/* x */a\r\n,b)", "CREATE TABLE t ( a , b )")]
    [InlineData("select [a b], `a`, \"größe\", \"a\"\"b\"", "SELECT \"a b\" , a , größe , \"a\"\"b\"")]
    [InlineData("select \"select\", [Order], \"1a\", \"\"", "SELECT \"select\" , \"Order\" , \"1a\" , \"\"")]
    [InlineData("a TEXT default 'It''s  A' check(a<>x'0a' and b->>'$.c' >= 1e5)", "a TEXT DEFAULT 'It''s  A' CHECK ( a <> x'0a' AND b ->> '$.c' >= 1e5 )")]
    [InlineData("\"key\" text primary key", "KEY text PRIMARY KEY")]
    [InlineData("a default \"true\"", "a DEFAULT \"true\"")]
    [InlineData("a default \"current_date\"", "a DEFAULT \"current_date\"")]
    public void Gives_one_form(string sql, string normal) => Assert.Equal(normal, Normalize(sql));

    [Theory]
    [InlineData("a  b", "ab")]
    [InlineData("'a  b'", "'a b'")]
    [InlineData("\"a\"", "'a'")]
    [InlineData("a < = b", "a <= b")]
    [InlineData("\"A\"", "a")]
    [InlineData("x '00'", "x'00'")]
    public void Keeps_apart_what_differs(string one, string other) => Assert.NotEqual(Normalize(one), Normalize(other));

    [Fact]
    public void Is_its_own_normal_form() =>
        SqlGen.Soup.Sample(sql =>
        {
            try
            {
                var once = Normalize(sql);
                Assert.Equal(once, Normalize(once));
            }
            catch (MigrationException e)
            {
                Assert.StartsWith("Unclosed", e.ErrorId);
            }
        }, iter: 5000);

    [Fact]
    public void Layout_does_not_matter() =>
        Gen.Select(SqlGen.Statement, statement => statement).Sample(statement =>
        {
            var tokens = SqlTokenizer.Significant(statement, SqlDialect.Sqlite).Select(token => token.In(statement).ToString());
            Assert.Equal(Normalize(statement), Normalize(string.Join("\n/* ; */ ", tokens) + " ;"));
        }, iter: 1000);

    /// <summary>SQLite rewrites the stored text when a column is renamed, quoting names as it likes.</summary>
    [Theory]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, email TEXT NOT NULL CHECK (email LIKE '%@%'))", "email")]
    [InlineData("create table t ( id, [email] text collate nocase unique , check(\"email\" <> '') )", "email")]
    [InlineData("CREATE TABLE t(id, key TEXT, UNIQUE (key))", "key")]
    [InlineData("CREATE TABLE t(id, \"order\" INT, `desc` TEXT)", "order")]
    [InlineData("CREATE TABLE t(id, action, -- what was done\n query TEXT AS (action || 'x'))", "action")]
    [InlineData("CREATE TABLE t(id, 'e mail' TEXT, b AS (\"e mail\"))", "e mail")]
    [InlineData("CREATE TABLE t(id, größe REAL DEFAULT 1.0)", "größe")]
    public void A_rename_there_and_back_leaves_the_same_definition(string definition, string column)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        Execute(connection, definition);
        Execute(connection, $"CREATE INDEX i ON t(\"{column}\" DESC) WHERE \"{column}\" IS NOT NULL");
        Execute(connection, $"CREATE TRIGGER tr AFTER UPDATE OF \"{column}\" ON t BEGIN UPDATE t SET \"{column}\" = new.\"{column}\"; END");
        var before = Definitions(connection);

        Execute(connection, $"ALTER TABLE t RENAME COLUMN \"{column}\" TO other");
        Assert.NotEqual(before, Definitions(connection));
        Execute(connection, $"ALTER TABLE t RENAME COLUMN other TO \"{column}\"");

        // A name in single quotes is a string to the normaliser, and SQLite writes it back in double quotes.
        Assert.Equal(before.Select(sql => sql.Replace($"'{column}'", $"\"{column}\"")), Definitions(connection));
    }

    private static List<string> Definitions(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name";
        using var reader = command.ExecuteReader();
        var definitions = new List<string>();
        while (reader.Read())
        {
            definitions.Add(Normalize(reader.GetString(0)));
        }

        return definitions;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Normalize(string sql) => SqlNormalizer.Normalize(sql, SqlDialect.Sqlite);
}
