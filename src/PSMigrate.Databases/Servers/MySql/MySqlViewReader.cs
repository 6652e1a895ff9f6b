using System.Data.Common;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Reads SHOW CREATE VIEW.</summary>
internal static class MySqlViewReader
{
    private static readonly HashSet<string> ClausesAfterFrom =
        new(["SELECT", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "ON", "USING", "WINDOW", "UNION", "EXCEPT", "INTERSECT", "PARTITION", "INDEX", "KEY"], StringComparer.OrdinalIgnoreCase);

    /// <param name="row">View, Create View, character_set_client, collation_connection.</param>
    public static DbObject Read(DbDataReader row, MySqlContext context)
    {
        var tokens = MySqlTokens.Read(row.GetString(1));
        var cursor = new MySqlCursor(tokens);
        var view = new DbObject { Kind = DbKinds.View, Name = row.GetString(0) };
        var facets = view.Facets;
        while (!cursor.Took("AS"))
        {
            if (cursor.Took("ALGORITHM", "="))
            {
                facets[MySqlFacets.Algorithm] = cursor.Take().Text.ToUpperInvariant();
            }
            else if (cursor.Took("DEFINER", "="))
            {
                facets[DbFacets.Owner] = MySqlTokens.Join(cursor.TakeUntil(token => token.Is("SQL")));
            }
            else if (cursor.Took("SQL", "SECURITY"))
            {
                facets[MySqlFacets.Security] = cursor.Take().Text.ToUpperInvariant();
            }
            else
            {
                cursor.Take();
            }
        }

        var query = cursor.TakeRest();
        if (query.Count > 4 && query[^4].Is("WITH") && query[^2].Is("CHECK") && query[^1].Is("OPTION"))
        {
            facets[MySqlFacets.CheckOption] = query[^3].Text.ToUpperInvariant();
            query.RemoveRange(query.Count - 4, 4);
        }

        var (definition, tables, calls) = ReadQuery(query, context);
        facets[MySqlFacets.Definition] = definition;
        facets[MySqlFacets.ClientCharacterSet] = row.GetString(2);
        facets[MySqlFacets.ConnectionCollation] = row.GetString(3);
        return view with
        {
            // Which kind each name is of is only known once everything has been read.
            Needs =
            [
                .. tables.SelectMany(name => new[] { DbKinds.Table, DbKinds.View, DbKinds.Sequence }.Select(kind => DbObject.KeyOf(kind, null, "", name))),
                .. calls.Select(name => DbObject.KeyOf(DbKinds.Function, null, "", name)),
            ],
        };
    }

    /// <summary>
    /// The query without the connected database's name, the tables that its FROM clauses name, and the functions that it calls. The
    /// server writes every name in quotes; aliases and columns stand elsewhere.
    /// </summary>
    private static (string Text, IReadOnlyCollection<string> Tables, IReadOnlyCollection<string> Calls) ReadQuery(IReadOnlyList<MySqlToken> query, MySqlContext context)
    {
        var text = new List<MySqlToken>(query.Count);
        var tables = new HashSet<string>(StringComparer.Ordinal);
        var calls = new HashSet<string>(StringComparer.Ordinal);
        var inFrom = new Stack<bool>([false]);
        for (var i = 0; i < query.Count; i++)
        {
            var token = query[i];
            if (token.Is("("))
            {
                inFrom.Push(inFrom.Peek());
            }
            else if (token.Is(")") && inFrom.Count > 1)
            {
                inFrom.Pop();
            }
            else if (token.Kind == MySqlTokenKind.Word && (token.Is("FROM") || token.Is("JOIN") || token.Is("STRAIGHT_JOIN") || ClausesAfterFrom.Contains(token.Text)))
            {
                inFrom.Pop();
                inFrom.Push(!ClausesAfterFrom.Contains(token.Text));
            }
            else if (token.Kind == MySqlTokenKind.Name && !(i > 0 && query[i - 1].Is(".")))
            {
                var startsTable = inFrom.Peek() && i > 0 && (query[i - 1].Is("FROM") || query[i - 1].Is("JOIN") || query[i - 1].Is("STRAIGHT_JOIN") || query[i - 1].Is(",") || query[i - 1].Is("("));
                if (context.IsOwnQualifier(query, i) && (startsTable || After(query, i + 3, ".") || After(query, i + 3, "(")))
                {
                    i += 2;
                    token = query[i] with { Spaced = token.Spaced };
                }

                if (After(query, i + 1, "("))
                {
                    calls.Add(token.Name);
                }
                else if (startsTable && !After(query, i + 1, "."))
                {
                    tables.Add(token.Name);
                }
            }

            text.Add(token);
        }

        return (MySqlTokens.Join(text), tables, calls);
    }

    private static bool After(IReadOnlyList<MySqlToken> query, int at, string sign) => at < query.Count && query[at].Is(sign);
}
