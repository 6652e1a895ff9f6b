using CsCheck;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Tests.Sql;

/// <summary>Random scripts of each server's SQL, from sound to senseless.</summary>
internal static class DialectGen
{
    public static readonly SqlDialect[] All = [SqlDialect.Sqlite, SqlDialect.PostgreSql, SqlDialect.MySql, SqlDialect.SqlServer];

    private static readonly string[] Pieces =
    [
        "CREATE", "OR REPLACE", "FUNCTION", "procedure", "TRIGGER", "BEGIN", "ATOMIC", "END", "CASE", "IF", "ELSE", "LOOP", "WHILE", "x", "é", "GO", "go 5",
        ";", ";", ";", "'", "\"", "`", "[", "]", "$$", "$a$", "$1", "E'\\'", "U&\"", "N'a'", "x'0", "/*", "*/", "/*!50003 ", "/*M!", "/*!99999", "--", "-- ;\n",
        "# ;\n", "\n", "\nGO\n", "\nDELIMITER //\n", "DELIMITER", "//", "\\", "\\restrict x\n", "\\.\n", "COPY t FROM stdin;\n", "\n:setvar a b\n", ":r x", "$(a)", "${v}", "$${",
        "SET sql_mode='ANSI_QUOTES'", "(", ")", ",", ".", "@a", "@@b", "1e5", "::", ":=", "@>", "#>>", "?|", "\u00a0", "\ud800", "\0", "\uFEFF", "alter table t add a int default 1,",
        "-- Rollback\n", "-- Forward migration\n", "INSERT", "SELECT", "UPDATE", "DELETE", "MERGE", "WITH", "DROP TABLE IF EXISTS", "TRY", "CATCH", "BEGIN TRAN", "COMMIT",
    ];

    public static readonly Gen<string> Soup =
        Gen.Frequency((9, Gen.OneOf(Pieces)), (2, Gen.Const(" ")), (1, Gen.String[0, 3])).Array[0, 40].Select(string.Concat);

    private static readonly Gen<string> Inner = Gen.OneOf("a", ";", "--", "/*", "*/", "GO", "END", "\n", "é", " ", "//", "#", "{", "1").Array[0, 5].Select(string.Concat);

    /// <summary>A token with a separator inside that must not count.</summary>
    private static Gen<string> Value(SqlDialect dialect) => Inner.SelectMany(text =>
    {
        var values = new List<string> { $"'{text.Replace("*/", "")}'", "1", "a_b", "(1, 2)", $"\"{text}\"" };
        values.AddRange(dialect.Name switch
        {
            "PostgreSQL" => [$"$${text}$$", $"$q${text}$q$", $"E'{text}\\''", $"U&'{text}'", $"/* /* {text.Replace("*/", "").Replace("/*", "")} */ */ 2", "a::b", "$1", "c @> d"],
            "MySQL" => [$"`{text}`", $"'{text}\\''", $"\"{text}\\\"\"", "@a", "x'00'", "5--1", $"/*!50000 '{text.Replace("*/", "")}' */"],
            "SQL Server" => [$"[{text}]]]", $"N'{text}'", "@a", "#t", $"/* /* {text.Replace("*/", "").Replace("/*", "")} */ */ 2"],
            _ => [$"[{text.Replace("]", "")}]", $"`{text}`", "?1", ":a"],
        });
        return Gen.OneOf(values.Select(Gen.Const).ToArray());
    });

    private static readonly Gen<string> Space = Gen.OneOf(" ", "\n", "\t", " /* ; ' */ ", " -- ; \"\n", "\n\n");

    /// <summary>A query in random layout, and with it the same without what stands before and behind it.</summary>
    public static Gen<string> Statement(SqlDialect dialect) =>
        Gen.Select(Gen.OneOf("select", "delete from t where a =", "insert into t values", "update t set a ="), Value(dialect).Array[1, 3], Space.Array[4],
            (verb, values, spaces) => verb + spaces[0] + string.Concat(values.Select((value, i) => (i > 0 ? "," + spaces[i] : "") + value)))
        .Where(s => !s.Split('\n').Any(line => line.TrimStart().StartsWith("go", StringComparison.OrdinalIgnoreCase)));

    public static string Separator(SqlDialect dialect) => dialect.Name == "SQL Server" ? "\nGO\n" : ";";
}
