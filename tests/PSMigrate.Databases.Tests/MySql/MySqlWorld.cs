using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.MySql;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

namespace PSMigrate.Databases.Tests.MySql;

/// <summary>A database of one test, with a session, and what the reader and the writer make of it.</summary>
internal sealed class MySqlWorld : IAsyncDisposable
{
    private readonly MariaDbDatabase database;

    private MySqlWorld(MariaDbDatabase database, ServerSession session, MySqlFeatures features)
    {
        this.database = database;
        Session = session;
        Features = features;
        Writer = new MySqlStructureWriter(features);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ServerSession Session { get; }

    public MySqlFeatures Features { get; }

    public IStructureWriter Writer { get; }

    public string Name => database.Name;

    public static async Task<MySqlWorld> CreateAsync(MariaDbServer server, params string[] statements)
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync("CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'app', 'other user'@'10.0.0.%' IDENTIFIED BY 'other'; CREATE ROLE IF NOT EXISTS reader");
        var session = await database.OpenSessionAsync();
        var world = new MySqlWorld(database, session, await MySqlFeatures.ReadAsync(session, Cancel));
        try
        {
            await world.RunAsync(statements);
            return world;
        }
        catch (InvalidOperationException)
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public async Task RunAsync(IEnumerable<string> statements)
    {
        foreach (var statement in statements)
        {
            try
            {
                await Session.ExecuteAsync(statement, Cancel);
            }
            catch (MigrationException e)
            {
                throw new InvalidOperationException($"{e.Message}\n{statement}", e);
            }
        }
    }

    public Task<DbStructure> ReadAsync(params string[] relations) => new MySqlStructureReader().ReadAsync(Session, relations.Length == 0 ? null : relations, Cancel);

    /// <summary>Makes the database like a structure, and makes sure that it is.</summary>
    public async Task BecomeAsync(DbStructure wanted, IStructureWriter writer)
    {
        var settings = await SettingsAsync();
        await RunAsync(StructureChange.Plan(await ReadAsync(), wanted, writer));
        var difference = DifferenceBetween(wanted, await ReadAsync());
        Assert.True(difference.Length == 0, difference);
        Assert.Equal(settings, await SettingsAsync());
    }

    /// <summary>What reading and writing must leave as they were.</summary>
    public Task<string?> SettingsAsync() => Session.ScalarAsync<string>(
        "SELECT CONCAT_WS('/', @@sql_mode, @@character_set_client, @@collation_connection, @@time_zone, @@sql_select_limit, @@sql_quote_show_create, @@foreign_key_checks, @@system_versioning_alter_history)", Cancel);

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>What differs, for people; empty where nothing does.</summary>
    public static string DifferenceBetween(DbStructure expected, DbStructure actual) => string.Join("\n\n", expected.Objects.Concat(actual.Objects).Select(o => o.Key).Distinct()
        .Select(key => (Key: key, Expected: expected.Find(key), Actual: actual.Find(key)))
        .Where(o => o.Expected is null || o.Actual is null || !o.Expected.IsLike(o.Actual) || o.Expected.Position != o.Actual.Position)
        .Select(o => $"{o.Key}\nexpected: {Said(o.Expected)}\nactual: {Said(o.Actual)}"));

    private static string Said(DbObject? one) => one is null ? "nothing" : $"{one.Definition}{(one.Position > 0 ? $"\nposition: {one.Position}" : "")}";
}
