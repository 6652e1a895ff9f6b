using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>What can be checked of a database by SQL: that its indexes are valid, and that its constraints hold for all rows.</summary>
internal static class PostgreSqlSelfCheck
{
    public static async Task<IReadOnlyList<CheckResult>> RunAsync(ServerSession session, CancellationToken cancel)
    {
        var invalid = await session.ListAsync("SELECT indexrelid::regclass::text FROM pg_catalog.pg_index WHERE NOT indisvalid ORDER BY 1", row => row.GetString(0), cancel).ConfigureAwait(false);
        var unchecked_ = await session.ListAsync("SELECT conrelid::regclass || '.' || conname FROM pg_catalog.pg_constraint WHERE NOT convalidated ORDER BY 1", row => row.GetString(0), cancel).ConfigureAwait(false);
        return
        [
            new CheckResult("indexes are valid", invalid.Count == 0, invalid.Count == 0 ? "ok" : string.Join("; ", invalid)),
            new CheckResult("constraints are validated", unchecked_.Count == 0, unchecked_.Count == 0 ? "ok" : $"not validated: {string.Join("; ", unchecked_)}"),
        ];
    }
}
