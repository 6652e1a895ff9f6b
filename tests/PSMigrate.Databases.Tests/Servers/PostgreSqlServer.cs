using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>
/// A private PostgreSQL server on loopback for the whole test assembly, started by the first test that wants it. It ends with the
/// test process, however that ends: a shell stands between them that waits for its input to close.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    public const string User = "tester";

    private const string Missing = "PostgreSQL's server programs (initdb, postgres) are not installed.";

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly bool durable;
    private string? folder;
    private Process? keeper;
    private int databases;

    /// <summary>How databases are made, where that can be said: by copying files, which is the quicker where nothing is synced to the disk.</summary>
    private string strategy = "";

    public PostgreSqlServer()
        : this(durable: false)
    {
    }

    private PostgreSqlServer(bool durable) => this.durable = durable;

    /// <summary>The folder of the server's programs; null where there are none.</summary>
    public static string? Programs { get; } = FindPrograms();

    public static string Host => "127.0.0.1";

    public int Port { get; private set; }

    public string Password { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    /// <summary>The certificate that the server shows, for clients that verify it; issued to <c>localhost</c> and 127.0.0.1.</summary>
    public string CertificateFile => Path.Combine(Folder, "server.crt");

    public string LogFile => Path.Combine(Folder, "server.log");

    /// <summary>What the server has written to its log so far.</summary>
    public string Log => File.Exists(LogFile) ? ServerPrograms.ReadShared(LogFile) : "";

    private string Folder => folder ?? throw new InvalidOperationException("The server was not started.");

    private string DataFolder => Path.Combine(Folder, "data");

    /// <summary>A server of a test's own, to be killed and started again; with <paramref name="durable"/> what it committed survives that.</summary>
    public static PostgreSqlServer CreateOwn(bool durable) => new(durable);

    /// <summary>Starts the server unless it runs; skips the test where it is not installed, except where CI says that it must be.</summary>
    public async Task StartAsync()
    {
        if (Programs is null)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is not "true", Missing);
            Assert.Fail(Missing);
        }

        await gate.WaitAsync();
        try
        {
            if (keeper is { HasExited: false })
            {
                return;
            }

            if (folder is null)
            {
                await CreateClusterAsync();
            }

            await LaunchAsync();
            strategy = await ScalarAsync<int>("SELECT current_setting('server_version_num')::int / 10000") >= 15 ? " STRATEGY file_copy" : "";
        }
        finally
        {
            gate.Release();
        }
    }

    public string ConnectionString(string database = "postgres", string user = User, string? password = null) => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Database = database,
        Username = user,
        Password = password ?? Password,
        Pooling = false,
        Timeout = 30,
        IncludeErrorDetail = true,
        // Each connection is a new one: the tests of connecting are those that encrypt.
        SslMode = SslMode.Disable,
    }.ConnectionString;

    /// <summary>A database that goes when it is disposed of: empty, or a copy of one that nobody is connected to.</summary>
    public async Task<PostgreSqlDatabase> CreateDatabaseAsync(string? name = null, string template = "template0")
    {
        await StartAsync();
        name ??= string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref databases)}");
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}{strategy}");
        return new PostgreSqlDatabase(this, name);
    }

    /// <summary>Runs a statement in the database <c>postgres</c>, as the server's administrator.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T?)await command.ExecuteScalarAsync();
    }

    /// <summary>Kills the server and all of its processes, as a power cut would.</summary>
    public async Task KillAsync()
    {
        var postmaster = int.Parse(File.ReadLines(Path.Combine(DataFolder, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        await ServerPrograms.RunAsync("/bin/sh", ["-c", $"pids=$(pgrep -P {postmaster}); kill -KILL {postmaster} $pids"]);
        await StopAsync();
    }

    /// <summary>Stops the server and keeps its data; it may be started again, on the same port.</summary>
    public async Task StopAsync()
    {
        if (keeper is not null)
        {
            await EndKeeperAsync("keep");
        }
    }

    /// <summary>What the death of the test process would do.</summary>
    internal void CloseInputOfKeeper() => keeper!.StandardInput.Close();

    public async ValueTask DisposeAsync()
    {
        if (keeper is { HasExited: false })
        {
            await EndKeeperAsync("remove");
        }

        if (folder is not null && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        gate.Dispose();
    }

    private async Task CreateClusterAsync()
    {
        ServerPrograms.RemoveLeftovers("psmigrate-postgresql-");
        folder = ServerPrograms.CreateFolder("psmigrate-postgresql-");
        var passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password);
        ServerCertificate.Write(CertificateFile, Path.Combine(folder, "server.key"));
        await ServerPrograms.GiveAwayAsync(folder, "postgres");
        await ServerPrograms.RunAsync(ServerPrograms.AsServerUser("postgres",
            [Path.Combine(Programs!, "initdb"), "-D", DataFolder, "-U", User, "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]));
        File.Delete(passwordFile);
        await File.AppendAllTextAsync(Path.Combine(DataFolder, "postgresql.conf"), $"""

            listen_addresses = '{Host}'
            unix_socket_directories = ''
            ssl = on
            ssl_cert_file = '{CertificateFile}'
            ssl_key_file = '{Path.Combine(folder, "server.key")}'
            wal_level = logical
            max_connections = 200
            max_prepared_transactions = 10
            shared_buffers = 64MB
            jit = off
            fsync = {(durable ? "on" : "off")}
            synchronous_commit = {(durable ? "on" : "off")}
            full_page_writes = {(durable ? "on" : "off")}
            autovacuum_naptime = 60s
            """);
    }

    private async Task LaunchAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            // The port is kept over restarts, as clients know it; another program may take a free one before the server does.
            Port = Port == 0 ? FreePort() : Port;
            keeper = ServerPrograms.StartKept(ServerPrograms.AsServerUser("postgres",
                [Path.Combine(Programs!, "postgres"), "-D", DataFolder, "-p", Port.ToString(CultureInfo.InvariantCulture)]), LogFile, Folder, "INT");
            if (await AnswersAsync())
            {
                return;
            }

            await EndKeeperAsync("keep");
            if (attempt == 5)
            {
                throw new InvalidOperationException($"The test server did not start: {Log}");
            }

            Port = 0;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromSeconds(60) && !ServerPrograms.ServerIsGone(Folder);)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString());
                await connection.OpenAsync();
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }

    private Task EndKeeperAsync(string word)
    {
        var ending = keeper!;
        keeper = null;
        return ServerPrograms.EndKeptAsync(ending, word);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FindPrograms() => ServerPrograms.Find("initdb",
        [.. ServerPrograms.Newest("/usr/lib/postgresql", "bin"), .. ServerPrograms.Answer("pg_config", "--bindir"), "/usr/local/pgsql/bin"]);
}
