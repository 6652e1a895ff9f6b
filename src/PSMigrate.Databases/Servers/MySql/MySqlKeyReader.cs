using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Reads the lines of SHOW CREATE TABLE that are no columns: keys, indexes, foreign keys and checks.</summary>
internal static class MySqlKeyReader
{
    /// <summary>Null where the line is something else.</summary>
    public static DbObject? Read(MySqlCursor cursor, string table)
    {
        if (cursor.Took("PRIMARY", "KEY"))
        {
            return ReadKey(cursor, DbKinds.PrimaryKey, "PRIMARY", table, null);
        }

        if (cursor.Took("UNIQUE", "KEY"))
        {
            return ReadKey(cursor, DbKinds.UniqueKey, cursor.Take().Name, table, null);
        }

        if (cursor.Took("KEY"))
        {
            return ReadKey(cursor, DbKinds.Index, cursor.Take().Name, table, null);
        }

        if (cursor.Took("CONSTRAINT"))
        {
            var name = cursor.Take().Name;
            return cursor.Took("FOREIGN", "KEY") ? ReadForeignKey(cursor, name, table)
                : cursor.Took("CHECK") ? ReadCheck(cursor, name, table)
                : throw new FormatException($"The constraint {name} is of an unknown kind: {cursor.Current.Text}");
        }

        // FULLTEXT KEY, SPATIAL KEY, VECTOR KEY and what may come.
        if (cursor.Current.Kind == MySqlTokenKind.Word && !cursor.Comes("PERIOD"))
        {
            var type = cursor.Take().Text.ToUpperInvariant();
            return cursor.Took("KEY") ? ReadKey(cursor, DbKinds.Index, cursor.Take().Name, table, type)
                : throw new FormatException($"A part of the table begins with the unknown word {type}.");
        }

        return null;
    }

    private static DbObject ReadKey(MySqlCursor cursor, string kind, string name, string table, string? type)
    {
        var parts = MySqlCursor.Items(cursor.TakeBrackets());
        var facets = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(facets, MySqlFacets.IndexType, type);
        if (parts.Any(part => part.Count != 1 || part[0].Kind != MySqlTokenKind.Name))
        {
            facets[MySqlFacets.Parts] = string.Join(", ", parts.Select(MySqlTokens.Join));
        }

        var rest = new List<MySqlToken>();
        while (!cursor.AtEnd)
        {
            if (cursor.Took("USING"))
            {
                facets[MySqlFacets.Using] = cursor.Take().Text;
            }
            else if (cursor.Took("COMMENT"))
            {
                facets[DbFacets.Comment] = cursor.Take().Text;
            }
            else if (cursor.Took("WITH", "PARSER"))
            {
                facets[MySqlFacets.Parser] = cursor.Take().Text;
            }
            else if (cursor.Comes("INVISIBLE") || cursor.Comes("IGNORED"))
            {
                facets[MySqlFacets.Visibility] = cursor.Take().Text.ToUpperInvariant();
            }
            else
            {
                rest.Add(cursor.Take());
            }
        }

        if (rest.Count > 0)
        {
            facets[MySqlFacets.Options] = MySqlTokens.Join(rest);
        }

        return new DbObject { Kind = kind, Name = name, Parent = table, Facets = facets, Columns = [.. parts.Select(ColumnOf)] };
    }

    /// <summary>An expression, and a period that may not overlap, are no column.</summary>
    private static string ColumnOf(List<MySqlToken> part) =>
        part[0].Kind == MySqlTokenKind.Name && !part.Any(token => token.Is("WITHOUT")) ? part[0].Name : "";

    private static DbObject ReadForeignKey(MySqlCursor cursor, string name, string table)
    {
        var columns = Names(cursor.TakeBrackets());
        var facets = new SortedDictionary<string, string>(StringComparer.Ordinal);
        cursor.Took("REFERENCES");
        var referred = cursor.Take().Name;
        var schema = "";
        if (cursor.Took("."))
        {
            schema = referred;
            facets[MySqlFacets.ReferredDatabase] = schema;
            referred = cursor.Take().Name;
        }

        var referredColumns = Names(cursor.TakeBrackets());
        while (!cursor.AtEnd)
        {
            if (cursor.Took("MATCH"))
            {
                facets[MySqlFacets.Match] = cursor.Take().Text.ToUpperInvariant();
            }
            else if (cursor.Took("ON", "DELETE"))
            {
                facets[MySqlFacets.OnDelete] = Action(cursor);
            }
            else if (cursor.Took("ON", "UPDATE"))
            {
                facets[MySqlFacets.OnUpdate] = Action(cursor);
            }
            else
            {
                throw new FormatException($"The foreign key {name} has an unknown word: {cursor.Current.Text}");
            }
        }

        return new DbObject
        {
            Kind = DbKinds.ForeignKey,
            Name = name,
            Parent = table,
            Facets = facets,
            Columns = columns,
            RefersTo = DbObject.KeyOf(DbKinds.Table, null, schema, referred),
            ReferredColumns = referredColumns,
        };
    }

    private static string Action(MySqlCursor cursor)
    {
        var first = cursor.Take().Text.ToUpperInvariant();
        return first is "SET" or "NO" ? $"{first} {cursor.Take().Text.ToUpperInvariant()}" : first;
    }

    private static DbObject ReadCheck(MySqlCursor cursor, string name, string table)
    {
        var expression = cursor.TakeBrackets();
        var check = new DbObject
        {
            Kind = DbKinds.Check,
            Name = name,
            Parent = table,
            Facets = { [MySqlFacets.Expression] = MySqlTokens.Join(expression) },
            Needs = [.. expression.Where(t => t.Kind == MySqlTokenKind.Name).Select(t => DbObject.KeyOf(DbKinds.Column, table, "", t.Name)).Distinct()],
        };
        if (cursor.Took("NOT", "ENFORCED"))
        {
            check.Facets[MySqlFacets.Enforced] = "no";
        }

        return check;
    }

    private static List<string> Names(IReadOnlyList<MySqlToken> tokens) => [.. tokens.Where(t => t.Kind == MySqlTokenKind.Name).Select(t => t.Name)];

    private static void Add(SortedDictionary<string, string> facets, string name, string? value)
    {
        if (value is not null)
        {
            facets[name] = value;
        }
    }
}
