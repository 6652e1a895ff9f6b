using Npgsql;
using PSMigrate.Databases.Data;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>A database of a test with the door to it, and what a copy does with a door.</summary>
internal sealed class PostgreSqlDoorDatabase : IAsyncDisposable
{
    private PostgreSqlDoorDatabase(PostgreSqlDatabase database, string settings)
    {
        Database = database;
        var engine = new PostgreSqlEngine();
        var address = engine.Read(TargetAddress.Parse($"postgres:{new NpgsqlConnectionStringBuilder(database.ConnectionString + settings).ConnectionString}"));
        Door = (PostgreSqlDoor)engine.DoorTo(stop => engine.ConnectAsync(address, null, stop));
    }

    public PostgreSqlDatabase Database { get; }

    public PostgreSqlDoor Door { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="settings">What is added to the connection string.</param>
    public static async Task<PostgreSqlDoorDatabase> CreateAsync(PostgreSqlServer server, string sql, string settings = "")
    {
        var database = await server.CreateDatabaseAsync();
        if (sql.Length > 0)
        {
            await database.ExecuteAsync(sql);
        }

        return new PostgreSqlDoorDatabase(database, settings);
    }

    /// <summary>The door's view of a database that is there already.</summary>
    public static PostgreSqlDoorDatabase Of(PostgreSqlDatabase database) => new(database, "");

    public static DbObject Table(DbStructure structure, string name) => structure.Find($"table public.{name}") ?? throw new InvalidOperationException($"There is no table {name}.");

    public async Task<DataType> TypeAsync(string type)
    {
        await Database.ExecuteAsync($"DROP TABLE IF EXISTS one_type; CREATE TABLE one_type (c {type})");
        var structure = await Door.ReadStructureAsync(Stop);
        return Door.TypeOf(structure.ColumnsOf("table public.one_type")[0], structure);
    }

    /// <summary>Copies all rows of a table into another with the same columns.</summary>
    public async Task<long> CopyAsync(string from, string to, bool native = false, PostgreSqlDoorDatabase? other = null)
    {
        other ??= this;
        var structure = await Door.ReadStructureAsync(Stop);
        var target = ReferenceEquals(other, this) ? structure : await other.Door.ReadStructureAsync(Stop);
        var columns = structure.ColumnsOf(Table(structure, from).Key);
        var types = native ? Door.NativeOf(columns, structure) : [.. columns.Select(c => Door.TypeOf(c, structure))];
        await using var moment = await Door.OpenMomentAsync(Stop);
        await using var reader = await moment.ReadAsync(new RowQuery(Table(structure, from), [.. columns.Select((c, i) => new ReadColumn(c.Name, types[i]))], []), Stop);
        await using var writer = await other.Door.OpenWriterAsync(Table(target, to), [.. columns.Select((c, i) => new WrittenColumn(c.Name, types[i]))], Stop);
        await writer.BeginAsync(Stop);
        var rows = new RowBuffer();
        for (var more = true; more; rows.Clear())
        {
            more = await reader.ReadAsync(rows, Stop);
            await writer.WriteAsync(rows, Stop);
        }

        var taken = await writer.EndRowsAsync(Stop);
        await writer.CommitAsync(Stop);
        return taken;
    }

    /// <summary>Copies all rows of a table into an empty one that is like it, and finds both the same.</summary>
    public async Task AssertCopiesAsync(string table, bool native = false)
    {
        var copy = $"{table}_copy";
        await Database.ExecuteAsync($"DROP TABLE IF EXISTS {copy}; CREATE TABLE {copy} (LIKE {table})");
        Assert.Equal(await Database.ScalarAsync<long>($"SELECT count(*) FROM ONLY {table}"), await CopyAsync(table, copy, native));
        Assert.Equal("", await DifferenceAsync(table, copy));
    }

    /// <summary>The rows that one table has and the other has not, as text.</summary>
    public async Task<string> DifferenceAsync(string one, string other)
    {
        await using var connection = await Database.OpenAsync();
        await using var command = new NpgsqlCommand($"""
            SELECT coalesce(string_agg(x.what || left(x.row, 500), E'\n'), '') FROM (
                (SELECT 'missing: ' AS what, t::text AS row FROM ONLY {one} t EXCEPT ALL SELECT 'missing: ', t::text FROM {other} t)
                UNION ALL (SELECT 'too many: ', t::text FROM {other} t EXCEPT ALL SELECT 'too many: ', t::text FROM ONLY {one} t)) x
            """, connection);
        return (string)(await command.ExecuteScalarAsync(Stop))!;
    }

    public async Task<List<string>> ReadAsync(RowQuery query, ReadMoment moment)
    {
        await using var reader = await moment.ReadAsync(query, Stop);
        var rows = new RowBuffer();
        var lines = new List<string>();
        for (var more = true; more; rows.Clear())
        {
            more = await reader.ReadAsync(rows, Stop);
            for (var i = 0; i < rows.Count; i++)
            {
                var fields = rows.Fields(i);
                var texts = new List<string>();
                foreach (var column in query.Columns)
                {
                    texts.Add(fields.Next(out var value) ? FormText.Of(value, column.Type.Form) : "NULL");
                }

                lines.Add(string.Join("|", texts));
            }
        }

        return lines;
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
