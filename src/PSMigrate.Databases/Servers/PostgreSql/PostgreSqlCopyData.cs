using Npgsql;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>Sends <c>COPY … FROM stdin</c> with the rows that stand in the script behind it.</summary>
internal static class PostgreSqlCopyData
{
    public static Task<long> SendAsync(ServerSession session, SqlStatement statement, CancellationToken cancel) => session.TranslateAsync(async () =>
    {
        await using (var writer = await ((NpgsqlConnection)session.Connection).BeginTextImportAsync(statement.Text, cancel).ConfigureAwait(false))
        {
            using var rows = statement.CopyData!.Open();
            var buffer = new char[1 << 16];
            while (await rows.ReadAsync(buffer, cancel).ConfigureAwait(false) is var read and > 0)
            {
                await writer.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
            }
        }

        return 0L;
    }, cancel);
}
