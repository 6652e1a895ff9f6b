using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Reads a column's line in SHOW CREATE TABLE.</summary>
internal static class MySqlColumnReader
{
    private static readonly HashSet<string> TextTypes =
        new(["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> TypesWithoutNullDefault =
        new(["tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob"], StringComparer.OrdinalIgnoreCase);

    /// <param name="tokens">The line without its comma.</param>
    /// <param name="tableCollation">What its texts have where the line says nothing else.</param>
    public static DbObject Read(IReadOnlyList<MySqlToken> tokens, string table, int position, string tableCollation, MySqlContext context)
    {
        var cursor = new MySqlCursor(tokens);
        var column = new DbObject { Kind = DbKinds.Column, Name = cursor.Take().Name, Parent = table, Position = position };
        var type = cursor.Current.Text;
        var facets = column.Facets;
        facets[DbFacets.Type] = ReadType(cursor);
        var nullable = true;
        var hasDefault = false;
        string? characterSet = null;
        var rest = new List<MySqlToken>();
        while (!cursor.AtEnd)
        {
            if (cursor.Took("CHARACTER", "SET"))
            {
                characterSet = cursor.Take().Text;
            }
            else if (cursor.Took("DEFAULT"))
            {
                hasDefault = true;
                var value = MySqlTokens.Join(ReadDefault(cursor));
                if (!value.Equals("NULL", StringComparison.OrdinalIgnoreCase))
                {
                    facets[DbFacets.Default] = value;
                }
            }
            else if (cursor.Took("NOT", "NULL"))
            {
                nullable = false;
                facets[DbFacets.Nullable] = "no";
            }
            else if (!cursor.Took("NULL") && !ReadOther(cursor, facets))
            {
                rest.Add(cursor.Take());
            }
        }

        if (TextTypes.Contains(type))
        {
            facets.TryAdd(MySqlFacets.Collation, characterSet is null ? tableCollation : context.CollationOf(characterSet));
        }

        if (rest.Count > 0)
        {
            facets[MySqlFacets.Options] = MySqlTokens.Join(rest);
        }

        if (nullable && !hasDefault && !facets.ContainsKey(DbFacets.Generated) && !facets.ContainsKey(DbFacets.WrittenByEngine)
            && (context.Features.ShowsNullDefaultOfTexts || !TypesWithoutNullDefault.Contains(type)))
        {
            facets[MySqlFacets.NoDefault] = "yes";
        }

        var used = UsedColumns(tokens, column.Name);
        return used.Count == 0 ? column : column with { Needs = [.. used.Select(name => DbObject.KeyOf(DbKinds.Column, table, "", name))] };
    }

    private static string ReadType(MySqlCursor cursor)
    {
        var type = new List<MySqlToken> { cursor.Take() };
        if (cursor.Comes("("))
        {
            type.Add(new MySqlToken(MySqlTokenKind.Sign, $"({MySqlTokens.Join(cursor.TakeBrackets())})", false));
        }

        while (cursor.Current.Is("unsigned") || cursor.Current.Is("zerofill") || cursor.Current.Is("signed") || cursor.Current.Is("precision"))
        {
            type.Add(cursor.Take());
        }

        return MySqlTokens.Join(type);
    }

    /// <summary>A literal with its sign, a call, or an expression in brackets: the server writes no other defaults.</summary>
    private static List<MySqlToken> ReadDefault(MySqlCursor cursor)
    {
        var value = new List<MySqlToken>();
        while (cursor.Current.Is("-") || cursor.Current.Is("+"))
        {
            value.Add(cursor.Take());
        }

        if (!cursor.Comes("("))
        {
            value.Add(cursor.Take());
            while (cursor.Comes("."))
            {
                value.Add(cursor.Take());
                value.Add(cursor.Take());
            }

            if (value[^1].Kind == MySqlTokenKind.Word && value[^1].Text[0] == '_' && cursor.Current.Kind is MySqlTokenKind.String or MySqlTokenKind.Number)
            {
                value.Add(cursor.Take());
            }
        }

        if (cursor.Comes("("))
        {
            value.AddRange(Bracketed(cursor));
        }

        return value;
    }

    private static IEnumerable<MySqlToken> Bracketed(MySqlCursor cursor)
    {
        var opening = cursor.Current;
        return [opening, .. cursor.TakeBrackets(), new MySqlToken(MySqlTokenKind.Sign, ")", false)];
    }

    private static bool ReadOther(MySqlCursor cursor, SortedDictionary<string, string> facets)
    {
        if (cursor.Took("COLLATE"))
        {
            facets[MySqlFacets.Collation] = cursor.Take().Text;
        }
        else if (cursor.Took("GENERATED", "ALWAYS", "AS", "ROW"))
        {
            facets[DbFacets.WrittenByEngine] = "ROW " + cursor.Take().Text.ToUpperInvariant();
        }
        else if (cursor.Took("GENERATED", "ALWAYS", "AS") || cursor.Took("AS"))
        {
            facets[DbFacets.Generated] = MySqlTokens.Join(cursor.TakeBrackets());
            facets.TryAdd(MySqlFacets.GeneratedKind, "VIRTUAL");
        }
        else if (cursor.Took("STORED") || cursor.Took("PERSISTENT"))
        {
            facets[MySqlFacets.GeneratedKind] = "STORED";
        }
        else if (cursor.Took("ON", "UPDATE"))
        {
            facets[MySqlFacets.OnUpdate] = MySqlTokens.Join(ReadDefault(cursor));
        }
        else if (cursor.Took("AUTO_INCREMENT"))
        {
            facets[DbFacets.Identity] = "AUTO_INCREMENT";
        }
        else if (cursor.Took("INVISIBLE"))
        {
            facets[MySqlFacets.Visibility] = "INVISIBLE";
        }
        else if (cursor.Took("COMMENT"))
        {
            facets[DbFacets.Comment] = cursor.Take().Text;
        }
        else if (cursor.Took("CHECK"))
        {
            facets[MySqlFacets.ColumnCheck] = MySqlTokens.Join(cursor.TakeBrackets());
        }
        else if (cursor.Took("SRID"))
        {
            facets[MySqlFacets.Srid] = cursor.Take().Text;
        }
        else
        {
            return cursor.Took("VIRTUAL");
        }

        return true;
    }

    /// <summary>Other columns that the line names, in an expression: names in quotes after the first that nothing qualifies.</summary>
    private static List<string> UsedColumns(IReadOnlyList<MySqlToken> tokens, string self)
    {
        var used = new List<string>();
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens[i].Kind == MySqlTokenKind.Name && !tokens[i - 1].Is(".") && !(i + 1 < tokens.Count && (tokens[i + 1].Is(".") || tokens[i + 1].Is("=")))
                && !tokens[i].Name.Equals(self, StringComparison.OrdinalIgnoreCase) && !used.Contains(tokens[i].Name))
            {
                used.Add(tokens[i].Name);
            }
        }

        return used;
    }
}
