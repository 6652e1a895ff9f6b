using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MySqlConnector;
using PSMigrate.Databases.Tests.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(MariaDbServer))]

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>
/// A private MariaDB server (MySQL where that is what is installed) on loopback for the whole test assembly, started by the first
/// test that wants it. It ends with the test process, however that ends: a shell stands between them that waits for its input to close.
/// </summary>
public sealed class MariaDbServer : IAsyncDisposable
{
    public const string User = "tester";

    private const string Missing = "MariaDB's server programs (mariadbd and mariadb-install-db, or mysqld) are not installed.";

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly bool durable;
    private string? folder;
    private Process? keeper;
    private int databases;

    public MariaDbServer()
        : this(durable: false)
    {
    }

    private MariaDbServer(bool durable) => this.durable = durable;

    /// <summary>The server's program, with its path; null where there is none.</summary>
    public static string? Program { get; } = FindProgram("mariadbd") ?? FindProgram("mysqld");

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

    private string ServerPidFile => Path.Combine(Folder, "mariadbd.pid");

    /// <summary>A server of a test's own, to be killed and started again; with <paramref name="durable"/> what it committed survives that.</summary>
    public static MariaDbServer CreateOwn(bool durable) => new(durable);

    /// <summary>Starts the server unless it runs; skips the test where it is not installed, except where CI says that it must be.</summary>
    public async Task StartAsync()
    {
        if (Program is null)
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
                await CreateDataAsync();
            }

            await LaunchAsync();
        }
        finally
        {
            gate.Release();
        }
    }

    public string ConnectionString(string database = "mysql", string user = User, string? password = null) => new MySqlConnectionStringBuilder
    {
        Server = Host,
        Port = (uint)Port,
        Database = database,
        UserID = user,
        Password = password ?? Password,
        Pooling = false,
        SslMode = MySqlSslMode.Required,
        ConnectionTimeout = 30,
        AllowUserVariables = true,
        AllowZeroDateTime = true,
    }.ConnectionString;

    /// <summary>An empty database, which goes when it is disposed of.</summary>
    public async Task<MariaDbDatabase> CreateDatabaseAsync(string? name = null)
    {
        await StartAsync();
        name ??= string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref databases)}");
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new MariaDbDatabase(this, name);
    }

    /// <summary>Runs a statement in the database <c>mysql</c>, as the server's administrator.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new MySqlConnection(ConnectionString());
        await connection.OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Kills the server, as a power cut would.</summary>
    public async Task KillAsync()
    {
        await ServerPrograms.RunAsync("/bin/sh", ["-c", $"kill -KILL {File.ReadAllText(ServerPidFile).Trim()}"]);
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

    private async Task CreateDataAsync()
    {
        ServerPrograms.RemoveLeftovers("psmigrate-mariadb-");
        folder = ServerPrograms.CreateFolder("psmigrate-mariadb-");
        ServerCertificate.Write(CertificateFile, Path.Combine(folder, "server.key"));

        // The server runs this at every start, and replaces what the installation left open to everyone.
        await File.WriteAllTextAsync(Path.Combine(folder, "accounts.sql"), $"""
            CREATE USER IF NOT EXISTS '{User}'@'127.0.0.1' IDENTIFIED BY '{Password}';
            GRANT ALL PRIVILEGES ON *.* TO '{User}'@'127.0.0.1' WITH GRANT OPTION;
            DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1';
            ALTER USER 'root'@'localhost' IDENTIFIED BY '{Password}';
            """);
        await ServerPrograms.GiveAwayAsync(folder, "mysql");
        await ServerPrograms.RunAsync(ServerPrograms.AsServerUser("mysql", FindProgram("mariadb-install-db") is { } install
            ? [install, "--no-defaults", $"--datadir={DataFolder}", "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
            : [Program!, "--no-defaults", "--initialize-insecure", $"--datadir={DataFolder}"]));
    }

    private async Task LaunchAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            // The port is kept over restarts, as clients know it; another program may take a free one before the server does.
            Port = Port == 0 ? FreePort() : Port;
            keeper = ServerPrograms.StartKept(ServerPrograms.AsServerUser("mysql", [Program!, .. Settings()]), LogFile, Folder, "TERM");
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

    private string[] Settings() =>
    [
        "--no-defaults",
        $"--datadir={DataFolder}",
        // A server that starts removes what it takes for leftovers there, another server's files among them.
        $"--tmpdir={DataFolder}",
        $"--socket={Path.Combine(Folder, "socket")}",
        $"--pid-file={ServerPidFile}",
        $"--init-file={Path.Combine(Folder, "accounts.sql")}",
        $"--ssl-ca={CertificateFile}",
        $"--ssl-cert={CertificateFile}",
        $"--ssl-key={Path.Combine(Folder, "server.key")}",
        $"--bind-address={Host}",
        string.Create(CultureInfo.InvariantCulture, $"--port={Port}"),
        "--skip-name-resolve",
        "--character-set-server=utf8mb4",
        "--performance-schema=ON",
        "--max-connections=200",
        "--innodb-buffer-pool-size=64M",
        $"--innodb-flush-log-at-trx-commit={(durable ? 1 : 0)}",
        $"--innodb-flush-method={(durable ? "fsync" : "nosync")}",
        .. Path.GetFileName(Program) == "mariadbd" && !durable ? ["--innodb-doublewrite=OFF", "--sync-frm=OFF"] : Array.Empty<string>(),
    ];

    private async Task<bool> AnswersAsync()
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromSeconds(60) && !ServerPrograms.ServerIsGone(Folder);)
        {
            try
            {
                await using var connection = new MySqlConnection(ConnectionString());
                await connection.OpenAsync();
                return true;
            }
            catch (MySqlException)
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

    private static string? FindProgram(string name) =>
        ServerPrograms.Find(name, ["/usr/sbin", "/usr/bin", "/usr/libexec", "/usr/local/sbin", "/usr/local/bin", "/usr/local/mysql/bin"]) is { } found
            ? Path.Combine(found, name)
            : null;
}
