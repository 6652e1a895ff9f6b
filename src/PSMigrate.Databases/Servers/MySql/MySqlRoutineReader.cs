using System.Data.Common;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Reads SHOW CREATE of procedures, functions and packages. Bodies stay as they were written.</summary>
internal static class MySqlRoutineReader
{
    /// <param name="row">Name, sql_mode, Create …, character_set_client, collation_connection, Database Collation.</param>
    /// <returns>Null where the account may not read the definition.</returns>
    public static DbObject? Read(DbDataReader row, string kind)
    {
        if (row.IsDBNull(2))
        {
            return null;
        }

        var routine = new DbObject
        {
            Kind = kind,
            Name = row.GetString(0),
            Needs = kind == MySqlKinds.PackageBody ? [MySqlKinds.DefaultsKey, DbObject.KeyOf(MySqlKinds.Package, null, "", row.GetString(0))] : [MySqlKinds.DefaultsKey],
        };
        var text = row.GetString(2);
        var mode = row.GetString(1);
        var start = AfterDefiner(text, mode.Contains("ANSI_QUOTES", StringComparison.Ordinal), out var definer);
        routine.Facets[DbFacets.Owner] = definer;
        routine.Facets[MySqlFacets.Definition] = text[start..];
        AddSettings(routine.Facets, mode, row.GetString(3), row.GetString(4), row.GetString(5));
        return routine;
    }

    public static void AddSettings(SortedDictionary<string, string> facets, string mode, string characterSet, string collation, string databaseCollation)
    {
        facets[MySqlFacets.SqlMode] = mode;
        facets[MySqlFacets.ClientCharacterSet] = characterSet;
        facets[MySqlFacets.ConnectionCollation] = collation;
        facets[MySqlFacets.DatabaseCollation] = databaseCollation;
    }

    /// <summary>Where the definition goes on after <c>CREATE DEFINER=… </c>; only this beginning is the server's own writing.</summary>
    private static int AfterDefiner(string text, bool ansiQuotes, out string definer)
    {
        definer = "";
        var at = 0;
        var word = NextWord(text, ref at);
        if (!word.Equals("CREATE", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException($"A definition does not begin with CREATE: {text[..Math.Min(text.Length, 40)]}");
        }

        var start = at;
        word = NextWord(text, ref at);
        if (!word.StartsWith("DEFINER", StringComparison.OrdinalIgnoreCase))
        {
            return start;
        }

        // DEFINER=`a b`@`host`: the account ends at the first white space outside of quotes.
        at = text.IndexOf('=', start) + 1;
        start = at;
        for (var quote = '\0'; at < text.Length && (quote != '\0' || !char.IsWhiteSpace(text[at])); at++)
        {
            quote = quote == '\0' ? text[at] is '`' or '"' or '\'' ? text[at] : '\0' : text[at] == quote ? '\0' : quote;
        }

        var account = MySqlTokens.Read(text[start..at], ansiQuotes).Where(t => !t.Is("@")).Select(t => MySqlName.Quote(t.Name));
        definer = string.Join('@', account);
        return at + 1;
    }

    private static string NextWord(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        var word = text[start..at];
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return word;
    }
}
