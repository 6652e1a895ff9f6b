using PSMigrate.Databases.Tests.Servers;

namespace PSMigrate.Databases.Tests.PostgreSql;

/// <summary>All that is in a database, as pg_dump writes it, in an order that does not depend on how it was made.</summary>
internal static class PostgreSqlImage
{
    public static async Task<IReadOnlyList<string>> ReadAsync(PostgreSqlServer server, string database)
    {
        var text = await ServerPrograms.RunAsync("/usr/bin/env",
        [
            $"PGPASSWORD={server.Password}", Program("pg_dump"), "--host", PostgreSqlServer.Host, "--port", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--username", PostgreSqlServer.User, "--dbname", database,
        ]);
        return [.. text.Split("\n\n").Select(Rows).Where(part => part.Length > 0 && !part.StartsWith('\\')).Order(StringComparer.Ordinal)];
    }

    public static string Program(string name) => Path.Combine(ServerPrograms.Find(name, [PostgreSqlServer.Programs!])!, name);

    /// <summary>Without the headings, and rows in an order of their own.</summary>
    private static string Rows(string part)
    {
        var lines = part.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal)).ToList();
        return lines is [var first, ..] && first.StartsWith("COPY ", StringComparison.Ordinal) ? string.Join('\n', lines.Order(StringComparer.Ordinal)) : string.Join('\n', lines);
    }
}
