using System.Text;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Writes keys, indexes, foreign keys and checks as CREATE TABLE and ALTER TABLE … ADD take them.</summary>
internal static class MySqlKeyText
{
    public static string Definition(DbObject part) => part.Kind switch
    {
        DbKinds.ForeignKey => ForeignKey(part),
        DbKinds.Check => $"CONSTRAINT {MySqlName.Quote(part.Name)} CHECK ({part.Facet(MySqlFacets.Expression)}){(part.Facet(MySqlFacets.Enforced) == "no" ? " NOT ENFORCED" : "")}",
        _ => Key(part),
    };

    private static string Key(DbObject key)
    {
        var text = new StringBuilder(key.Kind switch
        {
            DbKinds.PrimaryKey => "PRIMARY KEY",
            DbKinds.UniqueKey => $"UNIQUE KEY {MySqlName.Quote(key.Name)}",
            _ => $"{key.Facet(MySqlFacets.IndexType)} KEY {MySqlName.Quote(key.Name)}".TrimStart(),
        });
        text.Append($" ({key.Facet(MySqlFacets.Parts) ?? MySqlName.List(key.Columns)})");
        Add(text, key, MySqlFacets.Using, " USING ");
        Add(text, key, MySqlFacets.Options, " ");
        Add(text, key, MySqlFacets.Parser, " WITH PARSER ");
        Add(text, key, DbFacets.Comment, " COMMENT ");
        Add(text, key, MySqlFacets.Visibility, " ");
        return text.ToString();
    }

    private static string ForeignKey(DbObject key)
    {
        var referred = key.RefersTo![(key.RefersTo!.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        var target = key.Facet(MySqlFacets.ReferredDatabase) is { } database
            ? $"{MySqlName.Quote(database)}.{MySqlName.Quote(referred[(database.Length + 1)..])}"
            : MySqlName.Quote(referred);
        var text = new StringBuilder($"CONSTRAINT {MySqlName.Quote(key.Name)} FOREIGN KEY ({MySqlName.List(key.Columns)}) REFERENCES {target} ({MySqlName.List(key.ReferredColumns)})");
        Add(text, key, MySqlFacets.Match, " MATCH ");
        Add(text, key, MySqlFacets.OnDelete, " ON DELETE ");
        Add(text, key, MySqlFacets.OnUpdate, " ON UPDATE ");
        return text.ToString();
    }

    private static void Add(StringBuilder text, DbObject key, string facet, string words)
    {
        if (key.Facet(facet) is { } value)
        {
            text.Append(words).Append(value);
        }
    }
}
