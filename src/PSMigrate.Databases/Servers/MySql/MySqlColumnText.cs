using System.Text;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Writes a column's whole definition, as CREATE TABLE, ADD COLUMN and MODIFY COLUMN take it.</summary>
internal static class MySqlColumnText
{
    /// <param name="counts">False to leave AUTO_INCREMENT out, while there is no key that it can rest on.</param>
    public static string Definition(DbObject column, bool counts)
    {
        var text = new StringBuilder(MySqlName.Quote(column.Name)).Append(' ').Append(column.Facet(DbFacets.Type));
        if (column.Facet(MySqlFacets.Collation) is { } collation)
        {
            text.Append($" CHARACTER SET {CharacterSetOf(collation)} COLLATE {collation}");
        }

        Add(text, column, DbFacets.Generated, " GENERATED ALWAYS AS ({0}) " + column.Facet(MySqlFacets.GeneratedKind));
        if (column.Facet(DbFacets.WrittenByEngine) is { } writer)
        {
            text.Append($" GENERATED ALWAYS AS {writer}");
        }
        else if (column.Facet(DbFacets.Nullable) == "no")
        {
            text.Append(" NOT NULL");
        }
        else if (column.Facet(DbFacets.Generated) is null)
        {
            // Without the word, old servers take a timestamp as NOT NULL.
            text.Append(" NULL");
        }

        Add(text, column, MySqlFacets.Srid, " SRID {0}");
        Add(text, column, MySqlFacets.Options, " {0}");
        Add(text, column, MySqlFacets.Visibility, " {0}");
        Add(text, column, DbFacets.Default, " DEFAULT {0}");
        Add(text, column, MySqlFacets.OnUpdate, " ON UPDATE {0}");
        if (counts)
        {
            Add(text, column, DbFacets.Identity, " {0}");
        }

        Add(text, column, DbFacets.Comment, " COMMENT {0}");
        Add(text, column, MySqlFacets.ColumnCheck, " CHECK ({0})");
        return text.ToString();
    }

    public static string CharacterSetOf(string collation) => collation.Split('_')[0];

    private static void Add(StringBuilder text, DbObject column, string facet, string form)
    {
        if (column.Facet(facet) is { } value)
        {
            text.Append(form.Replace("{0}", value, StringComparison.Ordinal));
        }
    }
}
