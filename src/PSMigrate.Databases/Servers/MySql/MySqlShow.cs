using System.Data.Common;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>Asks for many definitions at once: a round trip each would take longer than the reading.</summary>
internal static class MySqlShow
{
    public const int BatchSize = 100;

    /// <param name="statements">One for each object: <c>SHOW CREATE TABLE `a`</c>.</param>
    /// <param name="refused">Hears of an object, by its place in the list, whose definition the server does not give, and why.</param>
    public static async Task ReadAsync(
        ServerSession session, IReadOnlyList<string> statements, Action<int, DbDataReader> row, Action<int, MigrationException> refused, CancellationToken cancel)
    {
        for (var start = 0; start < statements.Count; start += BatchSize)
        {
            var some = statements.Skip(start).Take(BatchSize).ToList();
            var next = start;
            try
            {
                await session.ReadAsync(string.Join(";\n", some), reader => row(next++, reader), cancel).ConfigureAwait(false);
            }
            catch (MigrationException e) when (e.InnerException is DbException && session.Connection.State == System.Data.ConnectionState.Open)
            {
                // Each gives one row, so that the one that failed is the one after the last row; the others are asked for one by one.
                for (; next < start + some.Count; next++)
                {
                    await ReadOneAsync(session, statements[next], next, row, refused, cancel).ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task ReadOneAsync(
        ServerSession session, string statement, int at, Action<int, DbDataReader> row, Action<int, MigrationException> refused, CancellationToken cancel)
    {
        try
        {
            await session.ReadAsync(statement, reader => row(at, reader), cancel).ConfigureAwait(false);
        }
        catch (MigrationException e) when (e.InnerException is DbException && session.Connection.State == System.Data.ConnectionState.Open)
        {
            refused(at, e);
        }
    }
}
