using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>The facets that only MySQL's and MariaDB's objects have, and the notes that its writer needs.</summary>
internal static class MySqlFacets
{
    // Tables.
    public const string Engine = "engine";
    public const string Partitions = "partitions";
    public const string SystemPeriod = "system period";
    public const string Period = "period";
    public const string Versioning = "versioning";

    /// <summary>Begins the facet of each option that a table has besides: <c>option ROW_FORMAT</c>.</summary>
    public const string OptionPrefix = "option ";

    // Columns, tables and the database.
    public const string Collation = "collation";
    public const string OnUpdate = "on update";
    public const string GeneratedKind = "generated kind";
    public const string Visibility = "visibility";
    public const string ColumnCheck = "check";
    public const string Srid = "srid";

    /// <summary>Nullable columns whose default was dropped: a row must give a value.</summary>
    public const string NoDefault = "no default";

    /// <summary>What else a definition says, as the server writes it.</summary>
    public const string Options = "options";

    // Keys and indexes.
    public const string IndexType = "type";
    public const string Parts = "parts";
    public const string Using = "using";
    public const string Parser = "parser";

    // Foreign keys and checks.
    public const string ReferredDatabase = "referred database";
    public const string OnDelete = "on delete";
    public const string Match = "match";
    public const string Expression = "expression";
    public const string Enforced = "enforced";

    // Views and code.
    public const string Algorithm = "algorithm";
    public const string Security = "security";
    public const string CheckOption = "check option";
    public const string Definition = "definition";
    public const string SqlMode = "sql mode";
    public const string ClientCharacterSet = "client character set";
    public const string ConnectionCollation = "connection collation";
    public const string DatabaseCollation = "database collation";
    public const string Timing = "timing";
    public const string Event = "event";
    public const string Follows = "follows";
    public const string Schedule = "schedule";
    public const string Completion = "completion";
    public const string Status = "status";
    public const string TimeZone = "time zone";

    /// <summary>
    /// A note on the one key that an AUTO_INCREMENT column rests on: the column's definition without that word. The server refuses
    /// the one without the other.
    /// </summary>
    public const string CountsNote = "counts";

    /// <summary>A note on sequences: the value that comes next, which is content.</summary>
    public const string NextNote = "next";

    /// <summary>A note on columns that could be made to count, as there is a key for that.</summary>
    public const string KeyedNote = "keyed";

    /// <summary>A note on keys that are part of their table's own statement.</summary>
    public const string MadeWithTableNote = "made with table";

    public static string OptionName(string facet) => facet[OptionPrefix.Length..];

    /// <summary>The name of the table that an object is part of.</summary>
    public static string TableOf(DbObject part) => part.Parent![(part.Parent!.IndexOf(' ', StringComparison.Ordinal) + 1)..];
}
