using System.Globalization;

namespace PSMigrate.Databases.Servers;

/// <summary>Runs a query that must only read.</summary>
internal sealed class ReadOnlyQuery(ServerEngine engine, ServerSession session)
{
    /// <summary>The first rows, each value as text; null for NULL.</summary>
    /// <exception cref="MigrationException">QueryWrites.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<string?>>> RunAsync(string sql, int mostRows, CancellationToken cancel)
    {
        var rows = new List<IReadOnlyList<string?>>();
        await engine.ReadOnlyAsync(session, () => session.ReadAsync(sql, row =>
        {
            if (rows.Count < mostRows)
            {
                rows.Add([.. Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? null : Text(row.GetValue(i)))]);
            }
        }, cancel), sql, cancel).ConfigureAwait(false);
        return rows;
    }

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexString(bytes).ToLowerInvariant(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
