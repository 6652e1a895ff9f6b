using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Puts statements between the settings that they are meant under and those that the session had, which stay in its variables
/// meanwhile. What a definition means depends on them: quotes, backslashes, and what code is kept to be run under.
/// </summary>
internal static class MySqlSettings
{
    /// <summary>A value that does not fit is an error and is not cut; a zero date is a value as any other.</summary>
    private const string TableMode = "STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION";

    /// <param name="numbersRows">A zero in a column that counts is there only because it is new; otherwise it is a value as any other.</param>
    public static IReadOnlyList<string> ForTables(IReadOnlyList<string> statements, MySqlFeatures features, bool numbersRows = false)
    {
        var mode = Quoted(numbersRows ? TableMode : TableMode + ",NO_AUTO_VALUE_ON_ZERO");
        return Around(statements, features.HasVersioningGuard ? [("sql_mode", mode), ("system_versioning_alter_history", "'KEEP'")] : [("sql_mode", mode)]);
    }

    /// <summary>Views, routines, triggers and events are made under what they were made under before.</summary>
    public static IReadOnlyList<string> ForCode(IReadOnlyList<string> statements, DbObject code, DbStructure? of)
    {
        var settings = new List<(string Name, string Value)> { ("sql_mode", Quoted(code.Facet(MySqlFacets.SqlMode) ?? "")) };
        if (code.Facet(MySqlFacets.ClientCharacterSet) is { } client && Sends(client, statements))
        {
            settings.Add(("character_set_client", client));
        }

        if (code.Facet(MySqlFacets.ConnectionCollation) is { } collation)
        {
            settings.Add(("collation_connection", collation));
        }

        if (code.Facet(MySqlFacets.TimeZone) is { } zone)
        {
            settings.Add(("time_zone", Quoted(zone)));
        }

        return InDatabaseOf(Around(statements, settings), code, of);
    }

    /// <summary>Parameters without a character set have the one that the database had when the code was made.</summary>
    private static IReadOnlyList<string> InDatabaseOf(IReadOnlyList<string> statements, DbObject code, DbStructure? of) =>
        code.Facet(MySqlFacets.DatabaseCollation) is { } then && of?.Find(MySqlKinds.DefaultsKey)?.Facet(MySqlFacets.Collation) is { } now && then != now
            ? [AlterDatabase(then), .. statements, AlterDatabase(now)]
            : statements;

    public static string AlterDatabase(string collation) =>
        $"ALTER DATABASE CHARACTER SET = {MySqlColumnText.CharacterSetOf(collation)} COLLATE = {collation}";

    /// <summary>The driver sends UTF-8 whatever the setting says: a statement that would be misread is sent under the driver's own.</summary>
    private static bool Sends(string characterSet, IReadOnlyList<string> statements) => characterSet == "utf8mb4"
        || (characterSet is "utf8" or "utf8mb3" ? !statements.Any(s => s.Any(char.IsSurrogate)) : statements.All(s => System.Text.Ascii.IsValid(s)));

    private static IReadOnlyList<string> Around(IReadOnlyList<string> statements, IReadOnlyList<(string Name, string Value)> settings) => statements.Count == 0 ? statements :
    [
        $"SET {string.Join(", ", settings.Select(s => $"@psmigrate_{s.Name} = @@SESSION.{s.Name}"))}, {string.Join(", ", settings.Select(s => $"SESSION {s.Name} = {s.Value}"))}",
        .. statements,
        $"SET {string.Join(", ", settings.Select(s => $"SESSION {s.Name} = @psmigrate_{s.Name}"))}",
    ];

    private static string Quoted(string value) => $"'{value}'";
}
