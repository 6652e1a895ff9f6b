using System.Collections.Frozen;

namespace PSMigrate.Databases.Sql.MySql;

/// <summary>The tables that a join is made of, each with the name that the statement gives it. Those in subqueries are left out.</summary>
internal sealed class MySqlTableReferences
{
    private static readonly FrozenSet<string> NoAlias = WordSet.Of(
        "JOIN INNER CROSS LEFT RIGHT NATURAL STRAIGHT_JOIN OUTER ON USING SET WHERE ORDER LIMIT USE FORCE IGNORE FOR PARTITION RETURNING FROM");

    private readonly List<(SqlObjectName Table, string Called)> all = [];

    public IReadOnlyList<SqlObjectName> Tables => [.. all.Select(r => r.Table).Distinct()];

    /// <summary>The table that is called so in the statement; the name itself where it is none of them.</summary>
    public SqlObjectName Resolve(SqlObjectName name) =>
        all.FindIndex(r => string.Equals(r.Called, name.Name, StringComparison.OrdinalIgnoreCase) && (name.Schema is null || name.Schema == r.Table.Schema)) is var at and >= 0 ? all[at].Table : name;

    /// <summary>Reads up to a word outside parentheses, or to the end.</summary>
    public static MySqlTableReferences Read(TokenCursor cursor, params string[] upTo)
    {
        var references = new MySqlTableReferences();
        var isExpected = true;
        while (!cursor.AtEnd && !cursor.IsAny(upTo))
        {
            if (isExpected && cursor.IsPunctuation('('))
            {
                isExpected = !references.SkipQuery(cursor);
            }
            else if (isExpected && !cursor.Is("LATERAL") && cursor.TakeObjectName() is { } table)
            {
                references.Add(table, cursor);
                isExpected = false;
            }
            else if (cursor.TakePunctuation(',') || cursor.TakeAny("JOIN", "STRAIGHT_JOIN"))
            {
                isExpected = true;
            }
            else if (cursor.IsPunctuation('('))
            {
                cursor.SkipGroup();
            }
            else
            {
                cursor.Skip();
            }
        }

        return references;
    }

    /// <summary>Skips a subquery as a whole; of other parentheses only the one that opens them.</summary>
    private bool SkipQuery(TokenCursor cursor)
    {
        if (cursor.Is("SELECT", 1) || cursor.Is("WITH", 1) || cursor.Is("VALUES", 1))
        {
            cursor.SkipGroup();
            return true;
        }

        cursor.Skip();
        return false;
    }

    private void Add(SqlObjectName table, TokenCursor cursor)
    {
        if (cursor.Take("PARTITION"))
        {
            cursor.SkipGroup();
        }

        var called = cursor.Take("AS") || (cursor.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedIdentifier && !NoAlias.Contains(cursor.Current.ToString())) ? cursor.TakeName() : null;
        all.Add((table, called ?? table.Name));
    }
}
