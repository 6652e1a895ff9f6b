using System.Globalization;
using System.Threading.Channels;
using MySqlConnector;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Writes rows by LOAD DATA LOCAL, or by prepared inserts where the server does not allow that. LOAD DATA LOCAL mends what does not fit and leaves out
/// rows whose key is there already, and says so only in warnings: each warning is a failure, and each row is counted.
/// </summary>
internal sealed class MySqlRowWriter : RowWriter
{
    /// <summary>What is given is kept or refused, and never made up: no next number for 0, no other engine for a table.</summary>
    private const string Settings =
        "SET SESSION time_zone = '+00:00', SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION', SESSION sql_notes = 1, SESSION max_error_count = 64, SESSION net_read_timeout = 31536000, SESSION wait_timeout = 31536000";

    /// <summary>Numbers of warnings that say that a value was changed or left out (the servers' error message references).</summary>
    private static readonly HashSet<int> Losses = [1048, 1263, 1264, 1265, 1292, 1364, 1366, 1406, 1411, 1690];

    /// <summary>Numbers of errors that are about a row's values, besides those that <see cref="MySqlErrors"/> knows.</summary>
    private static readonly HashSet<int> OfValues = [1153, 1301, 1367, 1416, 1526, 1644, 1748, 3140, 3144, 3732];

    private readonly ServerSession session;
    private readonly DbObject table;
    private readonly IReadOnlyList<MySqlTargetColumn> columns;
    private readonly MySqlInsert? insert;
    private readonly List<MySqlError> warnings = [];
    private MySqlLoad? load;
    private bool isOpen;
    private long sent;
    private long taken;

    private MySqlRowWriter(ServerSession session, DbObject table, IReadOnlyList<MySqlTargetColumn> columns, bool loads)
    {
        this.session = session;
        this.table = table;
        this.columns = columns;
        insert = loads ? null : new MySqlInsert(session, MySqlName.Quote(table.Name), columns);
        ((MySqlConnection)session.Connection).InfoMessage += (_, told) => warnings.AddRange(told.Errors);
    }

    /// <param name="session">Of the writer's own from now on.</param>
    public static async Task<MySqlRowWriter> OpenAsync(ServerSession session, DbObject table, IReadOnlyList<WrittenColumn> columns, bool loads, CancellationToken cancel)
    {
        await session.ExecuteAsync(Settings, cancel).ConfigureAwait(false);
        var described = new Dictionary<string, Func<DataForm, MySqlTargetColumn>>(StringComparer.OrdinalIgnoreCase);
        await session.ReadAsync(
            "SELECT column_name, column_type, character_set_name, is_nullable, datetime_precision, character_octet_length FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = @p1",
            row =>
            {
                var (name, type, set, isNullable) = (row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3) == "YES");
                int? digits = row.IsDBNull(4) ? null : Convert.ToInt32(row.GetValue(4), CultureInfo.InvariantCulture);
                long? length = row.IsDBNull(5) ? null : Convert.ToInt64(row.GetValue(5), CultureInfo.InvariantCulture);
                described[name] = form => new MySqlTargetColumn(name, form, type, set, isNullable, digits, length);
            }, cancel, table.Name).ConfigureAwait(false);
        return new MySqlRowWriter(session, table, [.. columns.Select(c => described.TryGetValue(c.Name, out var made) ? made(c.Type.Form) : throw Missing(table, c.Name))], loads);
    }

    public override async Task BeginAsync(CancellationToken cancel)
    {
        sent = taken = 0;
        warnings.Clear();
        await session.ExecuteAsync("START TRANSACTION", cancel).ConfigureAwait(false);
        isOpen = true;
    }

    public override async Task WriteAsync(RowBuffer rows, CancellationToken cancel)
    {
        if (rows.Count == 0)
        {
            return;
        }

        try
        {
            if (insert is not null)
            {
                taken += await insert.WriteAsync(rows, cancel).ConfigureAwait(false);
                sent += rows.Count;
                RequireAll();
                return;
            }

            load ??= new MySqlLoad(session, MySqlName.Quote(table.Name), columns, cancel);
            var text = await TakeAsync(load, cancel).ConfigureAwait(false);
            try
            {
                Encode(rows, text);
            }
            catch
            {
                load.GiveBack(text);
                throw;
            }

            await load.SendAsync(text, cancel).ConfigureAwait(false);
            sent += rows.Count;
        }
        catch (MigrationException e)
        {
            throw OfRows(e);
        }
    }

    public override async Task<long> EndRowsAsync(CancellationToken cancel)
    {
        if (load is { } ending)
        {
            try
            {
                taken += await ending.EndAsync().ConfigureAwait(false);
            }
            catch (MigrationException e)
            {
                throw OfRows(e);
            }
            finally
            {
                load = null;
                await ending.DisposeAsync().ConfigureAwait(false);
            }
        }

        RequireAll();
        return taken;
    }

    public override async Task<long> ExecuteAsync(string sql, CancellationToken cancel, params object?[] values)
    {
        await EndRowsAsync(cancel).ConfigureAwait(false);
        var rows = await session.ExecuteAsync(sql, cancel, values).ConfigureAwait(false);
        // Strict as the session is, a number loses its last places with no more than a note.
        warnings.RemoveAll(w => !Losses.Contains((int)w.ErrorCode));
        return warnings.Count == 0 ? rows : throw Warned();
    }

    public override async Task CommitAsync(CancellationToken cancel)
    {
        await EndRowsAsync(cancel).ConfigureAwait(false);
        await session.ExecuteAsync("COMMIT", cancel).ConfigureAwait(false);
        isOpen = false;
    }

    public override async Task RollbackAsync()
    {
        if (load is { } unwanted)
        {
            load = null;
            await unwanted.GiveUpAsync().ConfigureAwait(false);
            await unwanted.DisposeAsync().ConfigureAwait(false);
        }

        warnings.Clear();
        if (isOpen && session.Connection.State == System.Data.ConnectionState.Open)
        {
            isOpen = false;
            await session.ExecuteAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await RollbackAsync().ConfigureAwait(false);
        }
        catch (MigrationException)
        {
            // The end of the connection rolls back as well.
        }

        if (insert is not null)
        {
            await insert.DisposeAsync().ConfigureAwait(false);
        }

        await session.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<MySqlRowText> TakeAsync(MySqlLoad load, CancellationToken cancel)
    {
        try
        {
            return await load.TakeAsync(cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            await load.EndAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Encode(RowBuffer rows, MySqlRowText into)
    {
        for (var r = 0; r < rows.Count; r++)
        {
            var fields = rows.Fields(r);
            for (var i = 0; i < columns.Count; i++)
            {
                try
                {
                    if (fields.Next(out var value))
                    {
                        columns[i].Write(value, into, escapes: true);
                    }
                    else
                    {
                        columns[i].RequireNullable();
                        into.Add("\\N"u8);
                    }
                }
                catch (ValueRefusedException e)
                {
                    e.Field = i;
                    throw;
                }

                into.Add(i == columns.Count - 1 ? (byte)'\n' : (byte)'\t');
            }
        }
    }

    private void RequireAll()
    {
        if (warnings.Count > 0)
        {
            throw Warned();
        }

        if (taken != sent)
        {
            throw Refused($"of {sent.ToString(CultureInfo.InvariantCulture)} rows the server took {taken.ToString(CultureInfo.InvariantCulture)}", null);
        }
    }

    private MigrationException Warned()
    {
        var told = string.Join("; ", warnings.Take(3).Select(w => w.Message)) + (warnings.Count > 3 ? $"; and {(warnings.Count - 3).ToString(CultureInfo.InvariantCulture)} more" : "");
        warnings.Clear();
        return Refused(told, null);
    }

    private MigrationException OfRows(MigrationException e) =>
        e.ErrorId is "ConstraintViolated" or "ValueDoesNotFit" || (e.InnerException is MySqlException told && OfValues.Contains((int)told.ErrorCode)) ? Refused(e.Message, e.InnerException) : e;

    private MigrationException Refused(string told, Exception? inner) => new("RowRefused", ErrorKind.Failed, $"{table.FullName} does not take what was copied: {told.TrimEnd('.')}.", inner)
    {
        Offender = table.FullName,
        RecommendedAction = "Mend the rows at their source, leave them out, or let the column be wider.",
    };

    private static MigrationException Missing(DbObject table, string column) => new("CopyColumnMissing", ErrorKind.NotFound, $"{table.FullName} has no column {column}.")
    {
        Offender = table.FullName,
        RecommendedAction = "It was renamed or dropped since the plan was made: plan again.",
    };
}
