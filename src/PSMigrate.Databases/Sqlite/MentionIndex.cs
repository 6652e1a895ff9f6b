using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// Which objects' definitions mention a name. Any word may be a name, and in SQLite a string may too; what is found beyond
/// the real references does no harm.
/// </summary>
internal sealed class MentionIndex
{
    private readonly Dictionary<string, HashSet<string>> byName = new(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> NamesIn(string sql)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var token in SqlTokenizer.Significant(sql, SqlDialect.Sqlite))
        {
            var text = sql.AsSpan(token.Offset, token.Length);
            switch (token.Kind)
            {
                case SqlTokenKind.Word:
                    var word = text.ToString();
                    if (!SqliteKeywords.All.Contains(word) || SqliteKeywords.UsableAsNames.Contains(word))
                    {
                        names.Add(word);
                    }

                    break;
                case SqlTokenKind.QuotedIdentifier or SqlTokenKind.String when text.Length >= 2:
                    var quote = text[^1];
                    names.Add(text[1..^1].ToString().Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal));
                    break;
            }
        }

        return names;
    }

    public void Add(SqliteObject one)
    {
        foreach (var name in NamesIn(one.Sql).Append(one.Table))
        {
            if (name.Equals(one.Name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!byName.TryGetValue(name, out var mentioning))
            {
                byName[name] = mentioning = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            }

            mentioning.Add(one.Name);
        }
    }

    public IEnumerable<string> Of(string name) => byName.TryGetValue(name, out var mentioning) ? mentioning : [];
}
