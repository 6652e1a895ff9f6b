using System.Collections.Frozen;

namespace PSMigrate.Databases.Sql;

/// <summary>Sets of words in which case does not matter.</summary>
internal static class WordSet
{
    /// <param name="text">The words, with white space between them.</param>
    public static FrozenSet<string> Of(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
