using CsCheck;

namespace PSMigrate.Databases.Tests.Sql;

/// <summary>Random SQL, from sound to senseless.</summary>
internal static class SqlGen
{
    private static readonly string[] Pieces =
    [
        "CREATE", "create", "TEMP", "temporary", "TRIGGER", "BEGIN", "END", "EXPLAIN", "SELECT", "CASE", "WITH", "x", "é", "$a",
        ";", ";", ";", "'a;b'", "'it''s'", "\"q;\"", "[b;]", "`c;`", "x'00'", "x'", "1e-5", "0x1F", "(", ")", "-", "->", "'", "\"",
        "[", "]", "`", "/*", "*/", "/* ; */", "--", "-- ;\n", "\n", "\r\n", "\r", " ", "\t", "\uFEFF", "$", "${", "}", ":", "?1",
        "$a::b(c;d)", "COMMIT", "PRAGMA foreign_keys=off", "-- Rollback\n", "-- Forward migration\n", "-- Requires: x\n", "\ud800",
    ];

    /// <summary>Pieces of SQL in any order, mixed with any characters.</summary>
    public static readonly Gen<string> Soup =
        Gen.Frequency((9, Gen.OneOf(Pieces)), (1, Gen.String[0, 3])).Array[0, 40].Select(string.Concat);

    /// <summary>The words and marks that decide where statements end, with nothing left open.</summary>
    public static readonly Gen<string> BoundarySoup = Gen.OneOf(
        "CREATE", "create", "TEMP", "TEMPORARY", "TRIGGER", "trigger", "END", "end", "EXPLAIN", "x", "SELECT", ";", ";", ";",
        "'a;b'", "\"END;\"", "[;]", "`;`", "/* ; */", "-- ;\n", "1", "(", ")").Array[1, 30].Select(parts => string.Join(' ', parts));

    private static readonly Gen<string> Trivia =
        Gen.OneOf(" ", "  ", "\n", "\t", "\r\n", " /* ; ' */ ", " -- ; \"\n", " /**/ ", "\f").Array[1, 3].Select(string.Concat);

    private static readonly Gen<string> Text = Gen.OneOf("a", ";", "''", "--", "/*", "END;", "\n", "é", "\"", "[", " ").Array[0, 5].Select(string.Concat);

    private static readonly Gen<string> Value = Gen.OneOf(
        Text.Select(text => $"'{text}'"),
        Gen.OneOf("1", "1.5e-3", ".5", "0xFF", "NULL", "x'00FF'", "?1", ":p", "@p", "$p", "$p::q(r;s)", "(SELECT ';')",
            "CASE WHEN 1 THEN 2 ELSE 3 END", "- - 1", "CURRENT_DATE"));

    private static readonly Gen<string> Alias = Text.Select(text => text.Replace("''", "'")).SelectMany(text => Gen.OneOf(
        $"\"n{text.Replace("\"", "\"\"")}\"", $"[n{text}]", $"`n{text}`", "n", "\"END\""));

    private static readonly Gen<string[]> Simple = Gen.OneOf(
        Gen.Select(Value, Alias, (value, alias) => new[] { "SELECT", value, "AS", alias }),
        Gen.Select(Value, value => new[] { "INSERT", "INTO", "t", "(", "a", ")", "VALUES", "(", value, ")" }),
        Gen.Select(Value, value => new[] { "UPDATE", "t", "SET", "a", "=", value, "WHERE", "b", "=", value }),
        Gen.Const(new[] { "WITH", "c", "AS", "(", "SELECT", "1", "AS", "x", ")", "DELETE", "FROM", "t", "WHERE", "a", "IN", "(", "SELECT", "x", "FROM", "c", ")" }));

    private static readonly Gen<string[]> TriggerBody = Gen.OneOf(
        Simple.Where(tokens => !tokens.Any(token => token[0] is '?' or ':' or '@' or '$') && tokens[0] != "WITH"),
        Gen.Const(new[] { "SELECT", "CASE", "WHEN", "NEW.a", "THEN", "RAISE", "(", "ABORT", ",", "'no; END;'", ")", "END" }))
        .Select(tokens => tokens.Append(";").ToArray());

    private static readonly Gen<string[]> Trigger = Gen.Select(
        Gen.OneOf<string[]>([], ["EXPLAIN"], ["EXPLAIN", "QUERY", "PLAN"]),
        Gen.OneOf<string[]>([], ["TEMP"], ["temporary"]),
        TriggerBody.Array[1, 3],
        (explain, temp, body) => (string[])
        [
            .. explain, "CREATE", .. temp, "trigger", "tr", "AFTER", "INSERT", "ON", "t", "WHEN", "CASE", "1", "WHEN", "1", "THEN", "1", "END",
            "BEGIN", .. body.SelectMany(tokens => tokens), "END",
        ]);

    /// <summary>A statement that SQLite prepares on a database with a table <c>t(a, b)</c>, in random layout.</summary>
    public static readonly Gen<string> Statement =
        Gen.Frequency(
            (4, Simple),
            (2, Trigger),
            (1, Gen.OneOf<string[]>(["BEGIN"], ["COMMIT"], ["END"], ["PRAGMA", "user_version"], ["CREATE", "TABLE", "u", "(", "x", ")"])))
        .SelectMany(tokens => Trivia.Array[tokens.Length].Select(trivia =>
            string.Concat(tokens.Zip(trivia, (token, space) => token + space)).TrimEnd()))
        // A line comment at the end would swallow what is put after it.
        .Where(statement => !statement[(statement.LastIndexOf('\n') + 1)..].Contains("--"));

    /// <summary>Statements one after the other, with random trivia and empty statements between them.</summary>
    public static readonly Gen<string> Script =
        Gen.Select(Trivia, Statement, Gen.OneOf(";", ";;", " ; ", "; ;"), (trivia, statement, end) => trivia + statement + end)
            .Array[0, 6].Select(string.Concat);
}
