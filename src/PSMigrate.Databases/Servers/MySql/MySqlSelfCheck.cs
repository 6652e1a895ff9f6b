using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>The server's own check of every table.</summary>
internal static class MySqlSelfCheck
{
    public static async Task<IReadOnlyList<CheckResult>> RunAsync(MySqlEngine engine, ServerSession session, CancellationToken cancel)
    {
        var tables = (await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false)).Objects.Where(o => o.Kind == DbKinds.Table).ToList();
        var wrong = new List<string>();
        foreach (var table in tables)
        {
            await session.ReadAsync($"CHECK TABLE {engine.Rows.Name(table)} MEDIUM", row =>
            {
                if (row.GetString(2) is "error" or "warning" || (row.GetString(2) == "status" && row.GetString(3) is not ("OK" or "Table is already up to date")))
                {
                    wrong.Add($"{table.Name}: {row.GetString(3)}");
                }
            }, cancel).ConfigureAwait(false);
        }

        return [new CheckResult("tables are whole (CHECK TABLE)", wrong.Count == 0, wrong.Count == 0 ? "ok" : string.Join("; ", wrong))];
    }
}
