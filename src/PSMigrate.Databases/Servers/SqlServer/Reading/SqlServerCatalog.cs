using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>
/// What the catalog of this server has. Versions differ by views and columns of the catalog; asking for them is surer than a table of
/// versions, also for servers that only speak SQL Server's language.
/// </summary>
internal sealed partial class SqlServerCatalog
{
    /// <summary>By server and version: all its databases have the same views, and it keeps them until it is another version.</summary>
    private static readonly ConcurrentDictionary<(string Server, string Version), SqlServerCatalog> Known = new();

    private readonly Dictionary<string, HashSet<string>> views = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Asks once for each server.</summary>
    public static async Task<SqlServerCatalog> OfAsync(ServerSession session, CancellationToken cancel)
    {
        if (Known.TryGetValue((session.Connection.DataSource, session.Connection.ServerVersion), out var known))
        {
            return known;
        }

        var catalog = new SqlServerCatalog();
        await session.ReadAsync(
            """
            SELECT o.name, c.name
            FROM sys.all_objects o JOIN sys.all_columns c ON c.object_id = o.object_id
            WHERE o.type = 'V' AND o.schema_id = SCHEMA_ID('sys') AND o.name NOT LIKE 'dm[_]%'
            """,
            row =>
            {
                var view = row.GetString(0);
                if (!catalog.views.TryGetValue(view, out var columns))
                {
                    catalog.views[view] = columns = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
                }

                columns.Add(row.GetString(1));
            },
            cancel).ConfigureAwait(false);
        Known[(session.Connection.DataSource, session.Connection.ServerVersion)] = catalog;
        return catalog;
    }

    public bool Has(string view) => views.ContainsKey(view);

    public bool Has(string view, string column) => views.TryGetValue(view, out var columns) && columns.Contains(column);

    /// <summary>The views of a query that the server lacks.</summary>
    public IReadOnlyList<string> Missing(string sql) => [.. Views().Matches(sql).Select(m => m.Groups["view"].Value).Where(v => !Has(v)).Distinct()];

    /// <summary>Writes <c>{c.is_hidden|0}</c> as the column where the view has it, and as the other value where it does not.</summary>
    public string Fit(string sql)
    {
        var aliases = Views().Matches(sql).ToDictionary(m => m.Groups["alias"].Value, m => m.Groups["view"].Value, StringComparer.Ordinal);
        return Choices().Replace(sql, choice =>
        {
            var column = choice.Groups["column"].Value;
            return Has(aliases[choice.Groups["alias"].Value], column) ? $"{choice.Groups["alias"].Value}.{column}" : $"{choice.Groups["other"].Value} AS {column}";
        });
    }

    [GeneratedRegex(@"\bsys\.(?<view>\w+) (?<alias>\w+)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Views();

    [GeneratedRegex(@"\{(?<alias>\w+)\.(?<column>\w+)\|(?<other>[^}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Choices();
}
