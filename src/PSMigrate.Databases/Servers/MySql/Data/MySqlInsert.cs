using System.Text;
using MySqlConnector;
using PSMigrate.Databases.Data;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// Rows as the parameters of prepared statements of many rows, for servers that do not take LOAD DATA from a client (local_infile), as MySQL does not unless
/// it is told to.
/// </summary>
internal sealed class MySqlInsert(ServerSession session, string table, IReadOnlyList<MySqlTargetColumn> columns) : IAsyncDisposable
{
    /// <summary>A statement takes 65,535 of them.</summary>
    private const int MostParameters = 8000;

    private const int MostRows = 512;

    /// <summary>Above it rows go one by one, so that none is refused for the length of its neighbours (max_allowed_packet).</summary>
    private const int MostBytes = 1 << 20;

    private readonly int mostRows = Math.Clamp(MostParameters / columns.Count, 1, MostRows);
    private readonly MySqlRowText text = new();
    private readonly Dictionary<int, MySqlCommand> prepared = [];

    /// <returns>How many rows the server says it took.</returns>
    public async Task<long> WriteAsync(RowBuffer rows, CancellationToken cancel)
    {
        // All of them first: what is refused is so before anything was sent.
        text.Clear();
        var places = Encode(rows);
        var taken = 0L;
        for (var first = 0; first < rows.Count;)
        {
            var most = text.Length > MostBytes ? 1 : Math.Min(mostRows, rows.Count - first);
            // A power of two, so that a few statements do for all.
            var count = 1 << System.Numerics.BitOperations.Log2((uint)most);
            if (!prepared.TryGetValue(count, out var command))
            {
                prepared[count] = command = await PrepareAsync(count, cancel).ConfigureAwait(false);
            }

            for (var i = 0; i < count * columns.Count; i++)
            {
                var (at, size) = places[(first * columns.Count) + i];
                command.Parameters[i].Value = size < 0 ? DBNull.Value : text.Memory.Slice(at, size);
            }

            taken += await session.TranslateAsync(() => command.ExecuteNonQueryAsync(cancel), cancel).ConfigureAwait(false);
            first += count;
        }

        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in prepared.Values)
        {
            await command.DisposeAsync().ConfigureAwait(false);
        }
    }

    private List<(int At, int Size)> Encode(RowBuffer rows)
    {
        var places = new List<(int, int)>(rows.Count * columns.Count);
        for (var r = 0; r < rows.Count; r++)
        {
            var fields = rows.Fields(r);
            for (var i = 0; i < columns.Count; i++)
            {
                var at = text.Length;
                try
                {
                    if (fields.Next(out var value))
                    {
                        columns[i].Write(value, text, escapes: false);
                        places.Add((at, text.Length - at));
                    }
                    else
                    {
                        columns[i].RequireNullable();
                        places.Add((at, -1));
                    }
                }
                catch (ValueRefusedException e)
                {
                    e.Field = i;
                    throw;
                }
            }
        }

        return places;
    }

    private async Task<MySqlCommand> PrepareAsync(int rows, CancellationToken cancel)
    {
        var insert = new StringBuilder($"INSERT INTO {table} ({MySqlName.List(columns.Select(c => c.Name))}) VALUES ");
        session.Observer.Detail($"{insert}…");
        var command = new MySqlCommand { Connection = (MySqlConnection)session.Connection, CommandTimeout = 0 };
        for (var r = 0; r < rows; r++)
        {
            insert.Append(r == 0 ? "(" : ", (");
            for (var i = 0; i < columns.Count; i++)
            {
                var name = $"@v{command.Parameters.Count}";
                insert.Append(i == 0 ? "" : ", ").Append(columns[i].Convert(name));
                command.Parameters.Add(new MySqlParameter(name, MySqlDbType.LongBlob));
            }

            insert.Append(')');
        }

        command.CommandText = insert.ToString();
        await session.TranslateAsync(async () =>
        {
            await command.PrepareAsync(cancel).ConfigureAwait(false);
            return true;
        }, cancel).ConfigureAwait(false);
        return command;
    }
}
