using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Writes ALTER TABLE for a table's columns, keys and constraints. An AUTO_INCREMENT column and the one key that it rests on cannot
/// be without each other: the key's statements give the column the word and take it away.
/// </summary>
internal static class MySqlPartWriter
{
    public static IEnumerable<string> Create(DbObject part, DbStructure of)
    {
        if (part.Kind == DbKinds.Column)
        {
            yield return $"{Table(part)} ADD COLUMN {MySqlColumnText.Definition(part, counts: false)}{PlaceOf(part, of)}";
            if (part.Facet(MySqlFacets.NoDefault) is not null)
            {
                yield return $"{Table(part)} {MySqlTableWriter.DropDefault(part.Name)}";
            }
        }
        else
        {
            yield return $"{Table(part)} ADD {MySqlKeyText.Definition(part)}{(CountingIn(of, part) is { } column ? $", MODIFY COLUMN {MySqlColumnText.Definition(column, counts: true)}" : "")}";
        }
    }

    public static string Drop(DbObject part, MySqlFeatures features) => part.Kind switch
    {
        DbKinds.Column => $"{Table(part)} DROP COLUMN {MySqlName.Quote(part.Name)}",
        _ => $"{Table(part)} {(Counting(part) is { } column ? $"MODIFY COLUMN {column}, " : "")}{DropWords(part, features)}",
    };

    public static IEnumerable<string>? Alter(DbObject from, DbObject to, MySqlFeatures features) => to.Kind switch
    {
        DbKinds.Column => AlterColumn(from, to),
        DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index => AlterKey(from, to, features),
        DbKinds.Check => InPlace(from, to, features)?.Select(clause => $"{Table(to)} {clause}"),
        _ => null,
    };

    public static string DropWords(DbObject part, MySqlFeatures features) => part.Kind switch
    {
        DbKinds.PrimaryKey => "DROP PRIMARY KEY",
        DbKinds.ForeignKey => $"DROP FOREIGN KEY {MySqlName.Quote(part.Name)}",
        DbKinds.Check => $"{features.DropCheckWords} {MySqlName.Quote(part.Name)}",
        _ => $"DROP INDEX {MySqlName.Quote(part.Name)}",
    };

    /// <summary>Columns that come back stand where they stood.</summary>
    private static string PlaceOf(DbObject column, DbStructure of) =>
        of.ColumnsOf(column.Parent!).LastOrDefault(c => c.Position < column.Position) is { } before ? $" AFTER {MySqlName.Quote(before.Name)}" : " FIRST";

    /// <summary>The column that counts, where it can rest on the key.</summary>
    private static DbObject? CountingIn(DbStructure of, DbObject key) => key.Kind is DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.Index
        ? of.ColumnsOf(key.Parent!).FirstOrDefault(c => c.Facet(DbFacets.Identity) is not null
            && (key.Columns[0] == c.Name || (key.Columns.Contains(c.Name) && key.Notes.ContainsKey(MySqlFacets.MadeWithTableNote))))
        : null;

    private static string? Counting(DbObject key) => key.Notes.GetValueOrDefault(MySqlFacets.CountsNote);

    private static IEnumerable<string>? AlterColumn(DbObject from, DbObject to)
    {
        if (!CanBecome(from, to))
        {
            return null;
        }

        // Where there is no key yet that it can rest on, the key makes the column count.
        var counts = from.Notes.ContainsKey(MySqlFacets.KeyedNote);
        var definition = MySqlColumnText.Definition(to, counts);
        var words = from.Name == to.Name ? $"MODIFY COLUMN {definition}" : $"CHANGE COLUMN {MySqlName.Quote(from.Name)} {definition}";
        return [$"{Table(to)} {words}", .. to.Facet(MySqlFacets.NoDefault) is null ? Array.Empty<string>() : [$"{Table(to)} {MySqlTableWriter.DropDefault(to.Name)}"]];
    }

    /// <summary>The server makes no virtual column a stored one, nor the other way round, and leaves those that it writes alone.</summary>
    public static bool CanBecome(DbObject from, DbObject to) =>
        from.Facet(DbFacets.WrittenByEngine) == to.Facet(DbFacets.WrittenByEngine)
        && (from.Facet(MySqlFacets.GeneratedKind) == to.Facet(MySqlFacets.GeneratedKind)
            || (from.Facet(MySqlFacets.GeneratedKind) != "VIRTUAL" && to.Facet(MySqlFacets.GeneratedKind) is null));

    private static string[] AlterKey(DbObject from, DbObject to, MySqlFeatures features)
    {
        var name = MySqlName.Quote(to.Name);
        if ((@from with { Name = to.Name }).IsLike(to))
        {
            return from.Name == to.Name ? [] : [$"{Table(to)} RENAME INDEX {MySqlName.Quote(from.Name)} TO {name}"];
        }

        if (from.Name == to.Name && InPlace(from, to, features) is { } clauses)
        {
            return [.. clauses.Select(clause => $"{Table(to)} {clause}")];
        }

        // In one statement, so that a column that counts and a foreign key that rests on the index are never without.
        return [$"{Table(to)} {DropWords(from, features)}, ADD {MySqlKeyText.Definition(to)}"];
    }

    /// <summary>What ALTER TABLE says where a key or check need not be made anew; null where it must be.</summary>
    public static string[]? InPlace(DbObject from, DbObject to, MySqlFeatures features) => to.Kind switch
    {
        DbKinds.UniqueKey or DbKinds.Index when SameBut(from, to, MySqlFacets.Visibility) =>
            [$"ALTER INDEX {MySqlName.Quote(to.Name)} {(to.Facet(MySqlFacets.Visibility) is null ? features.ShownIndexWord : features.HiddenIndexWord)}"],
        DbKinds.Check when features.HasCheckEnforcement && SameBut(from, to, MySqlFacets.Enforced) =>
            [$"ALTER CHECK {MySqlName.Quote(to.Name)} {(to.Facet(MySqlFacets.Enforced) == "no" ? "NOT ENFORCED" : "ENFORCED")}"],
        _ => null,
    };

    private static bool SameBut(DbObject from, DbObject to, string facet)
    {
        DbObject Without(DbObject one) => one with { Parent = to.Parent, Facets = new SortedDictionary<string, string>(one.Facets.Where(f => f.Key != facet).ToDictionary(), StringComparer.Ordinal) };
        return Without(from).IsLike(Without(to));
    }

    private static string Table(DbObject part) => $"ALTER TABLE {MySqlName.Quote(MySqlFacets.TableOf(part))}";
}
