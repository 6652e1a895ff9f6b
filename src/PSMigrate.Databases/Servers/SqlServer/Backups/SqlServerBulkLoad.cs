using System.Data;
using System.Globalization;
using Microsoft.Data.SqlClient;

namespace PSMigrate.Databases.Servers.SqlServer.Backups;

/// <summary>Sends rows of a built-in backup by the driver's bulk copy, in whatever transaction is open on the session.</summary>
internal static class SqlServerBulkLoad
{
    /// <param name="forms">Of types that a bulk copy takes: see <see cref="SqlServerColumnForm.BulkType"/>.</param>
    public static Task<bool> SendAsync(ServerSession session, string table, IReadOnlyList<SqlServerColumnForm> forms, IReadOnlyList<byte[]?[]> rows, CancellationToken cancel)
    {
        session.Observer.Detail($"INSERT BULK {table}");
        return session.TranslateAsync(async () =>
        {
            using var content = new DataTable { Locale = CultureInfo.InvariantCulture };
            using var copy = new SqlBulkCopy((SqlConnection)session.Connection, SqlBulkCopyOptions.KeepIdentity | SqlBulkCopyOptions.KeepNulls, null) { DestinationTableName = table, BulkCopyTimeout = 0 };
            foreach (var form in forms)
            {
                content.Columns.Add(form.Name, form.BulkType!);
                copy.ColumnMappings.Add(form.Name, form.Name);
            }

            foreach (var row in rows)
            {
                content.Rows.Add([.. row.Select((value, i) => value is null ? DBNull.Value : forms[i].Decode(value))]);
            }

            await copy.WriteToServerAsync(content, cancel).ConfigureAwait(false);
            return true;
        }, cancel);
    }
}
