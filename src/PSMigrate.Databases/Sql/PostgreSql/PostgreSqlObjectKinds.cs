namespace PSMigrate.Databases.Sql.PostgreSql;

/// <summary>Reads the words for a kind of object: <c>MATERIALIZED VIEW</c>, <c>TEXT SEARCH CONFIGURATION</c>.</summary>
internal static class PostgreSqlObjectKinds
{
    private static readonly (string[] Words, SqlObjectKind Kind)[] All =
    [
        (["MATERIALIZED", "VIEW"], SqlObjectKind.MaterializedView), (["EVENT", "TRIGGER"], SqlObjectKind.EventTrigger),
        (["FOREIGN", "TABLE"], SqlObjectKind.ForeignTable), (["FOREIGN", "DATA", "WRAPPER"], SqlObjectKind.Other),
        (["USER", "MAPPING"], SqlObjectKind.Other), (["ACCESS", "METHOD"], SqlObjectKind.Other), (["LARGE", "OBJECT"], SqlObjectKind.Other),
        (["OPERATOR", "CLASS"], SqlObjectKind.Other), (["OPERATOR", "FAMILY"], SqlObjectKind.Other), (["OPERATOR"], SqlObjectKind.Other),
        (["TEXT", "SEARCH", "CONFIGURATION"], SqlObjectKind.Other), (["TEXT", "SEARCH", "DICTIONARY"], SqlObjectKind.Other),
        (["TEXT", "SEARCH", "PARSER"], SqlObjectKind.Other), (["TEXT", "SEARCH", "TEMPLATE"], SqlObjectKind.Other),
        (["DEFAULT", "PRIVILEGES"], SqlObjectKind.Other), (["DEFAULT", "CONVERSION"], SqlObjectKind.Other),
        (["PROCEDURAL", "LANGUAGE"], SqlObjectKind.Other), (["TABLE"], SqlObjectKind.Table), (["INDEX"], SqlObjectKind.Index),
        (["VIEW"], SqlObjectKind.View), (["SEQUENCE"], SqlObjectKind.Sequence), (["SCHEMA"], SqlObjectKind.Schema),
        (["TYPE"], SqlObjectKind.Type), (["DOMAIN"], SqlObjectKind.Domain), (["FUNCTION"], SqlObjectKind.Function),
        (["PROCEDURE"], SqlObjectKind.Procedure), (["ROUTINE"], SqlObjectKind.Function), (["AGGREGATE"], SqlObjectKind.Aggregate),
        (["TRIGGER"], SqlObjectKind.Trigger), (["RULE"], SqlObjectKind.Rule), (["POLICY"], SqlObjectKind.Policy),
        (["EXTENSION"], SqlObjectKind.Extension), (["ROLE"], SqlObjectKind.Role), (["USER"], SqlObjectKind.Role),
        (["GROUP"], SqlObjectKind.Role), (["DATABASE"], SqlObjectKind.Database), (["TABLESPACE"], SqlObjectKind.Tablespace),
        (["SERVER"], SqlObjectKind.Server), (["PUBLICATION"], SqlObjectKind.Publication), (["SUBSCRIPTION"], SqlObjectKind.Subscription),
        (["STATISTICS"], SqlObjectKind.Statistics), (["SYSTEM"], SqlObjectKind.System), (["COLLATION"], SqlObjectKind.Other),
        (["CONVERSION"], SqlObjectKind.Other), (["CAST"], SqlObjectKind.Other), (["TRANSFORM"], SqlObjectKind.Other),
        (["LANGUAGE"], SqlObjectKind.Other), (["COLUMN"], SqlObjectKind.Other), (["CONSTRAINT"], SqlObjectKind.Other),
    ];

    /// <summary>Takes the words; null where none of them stand here.</summary>
    public static SqlObjectKind? Take(TokenCursor cursor)
    {
        foreach (var (words, kind) in All)
        {
            var matches = true;
            for (var i = 0; i < words.Length && matches; i++)
            {
                matches = cursor.Is(words[i], i);
            }

            if (matches)
            {
                cursor.Mark += words.Length;
                return kind;
            }
        }

        return null;
    }
}
