using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MySqlConnector;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Journal;

namespace PSMigrate.Databases.Servers.MySql.Backups;

/// <summary>
/// The server's own dump program and client. They must be of the server's flavour, as MySQL's and MariaDB's dumps are not each other's, and
/// not older than the server.
/// </summary>
internal sealed partial class MySqlTools
{
    /// <summary>A folder in which tools are looked for and nowhere else; an empty one is a way to do without them.</summary>
    public const string FolderVariable = "PSMIGRATE_MYSQL_BIN";

    private readonly string dump;
    private readonly string client;
    private readonly bool isMariaDb;

    private MySqlTools(string dump, string client, Version version, bool isMariaDb) => (this.dump, this.client, Version, this.isMariaDb) = (dump, client, version, isMariaDb);

    public Version Version { get; }

    public string Name => Path.GetFileNameWithoutExtension(dump);

    /// <returns>Null where there are none that fit, with the reason.</returns>
    public static async Task<(MySqlTools? Tools, string WhyNot)> FindAsync(MySqlFeatures server, Version atLeast, CancellationToken cancel)
    {
        var whyNot = "mariadb-dump and mysqldump were not found";
        (string Dump, string Client)[] names = server.IsMariaDb ? [("mariadb-dump", "mariadb"), ("mysqldump", "mysql")] : [("mysqldump", "mysql")];
        foreach (var (folder, name) in Folders().SelectMany(f => names.Select(n => (f, n))))
        {
            var (dump, client) = (Program(folder, name.Dump), Program(folder, name.Client));
            if (!File.Exists(dump) || !File.Exists(client))
            {
                continue;
            }

            var said = await new ChildProgram(dump, ["--no-defaults", "--version"], new Dictionary<string, string?>()).RunAsync("BackupFailed", cancel).ConfigureAwait(false);
            var match = VersionNumber().Match(said);
            var isMariaDb = said.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
            if (!match.Success || isMariaDb != server.IsMariaDb)
            {
                whyNot = $"{dump} is not of {(server.IsMariaDb ? "MariaDB" : "MySQL")}";
            }
            else if (Version.Parse(match.Groups[1].Value) is var version && (version.Major, version.Minor).CompareTo((atLeast.Major, atLeast.Minor)) < 0)
            {
                whyNot = $"{dump} {version} is older than version {atLeast.Major}.{atLeast.Minor}";
            }
            else
            {
                return (new MySqlTools(dump, client, version, isMariaDb), "");
            }
        }

        return (null, whyNot);
    }

    /// <param name="heard">Hears every line that it says.</param>
    public async Task DumpAsync(ServerBackupContext context, string file, Action<string> heard, CancellationToken cancel)
    {
        string[] more = isMariaDb ? [] : ["--set-gtid-purged=OFF", "--column-statistics=0"];
        await RunAsync(context, dump,
            [
                "--single-transaction", "--skip-lock-tables", "--quick", "--routines", "--triggers", "--hex-blob", "--no-tablespaces", "--default-character-set=utf8mb4", "--verbose",
                .. more, context.Address.Database,
            ],
            "BackupFailed", heard, null,
            async (output, stop) =>
            {
                await using var target = new System.IO.Compression.GZipStream(StateFolder.OpenPrivate(file, FileMode.Create), System.IO.Compression.CompressionLevel.Fastest);
                await output.CopyToAsync(target, 1 << 17, stop).ConfigureAwait(false);
            }, cancel).ConfigureAwait(false);
    }

    public Task LoadAsync(ServerBackupContext context, string database, string file, Action<long> read, CancellationToken cancel) => RunAsync(
        context, client, ["--default-character-set=utf8mb4", "--binary-mode", "--batch", $"--database={database}"], "RestoreFailed", _ => { },
        async (input, stop) =>
        {
            await using var packed = File.OpenRead(file);
            await using var source = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress);
            // What PSMigrate connects with leaves checks of the driver's defaults as they are; a dump brings its own.
            var buffer = new byte[1 << 17];
            for (int length; (length = await source.ReadAsync(buffer.AsMemory(), stop).ConfigureAwait(false)) > 0;)
            {
                await input.WriteAsync(buffer.AsMemory(0, length), stop).ConfigureAwait(false);
                read(packed.Position);
            }
        }, null, cancel);

    private async Task RunAsync(
        ServerBackupContext context, string program, IReadOnlyList<string> arguments, string errorId, Action<string> heard,
        Func<Stream, CancellationToken, Task>? input, Func<Stream, CancellationToken, Task>? output, CancellationToken cancel)
    {
        context.Observer.Detail($"{Path.GetFileName(program)} {string.Join(' ', arguments)}");
        var folder = Directory.CreateTempSubdirectory("psmigrate-client-");
        try
        {
            var options = Path.Combine(folder.FullName, "client.cnf");
            await using (var file = StateFolder.OpenPrivate(options, FileMode.CreateNew))
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(Options(context)), cancel).ConfigureAwait(false);
            }

            await new ChildProgram(program, [$"--defaults-file={options}", .. arguments], new Dictionary<string, string?> { ["MYSQL_PWD"] = null, ["MYSQL_HOST"] = null, ["MYSQL_TCP_PORT"] = null, ["LC_ALL"] = "C" })
            {
                Heard = heard,
                Input = input,
                Output = output,
                IsChatter = line => line.StartsWith("-- ", StringComparison.Ordinal),
            }.RunAsync(errorId, cancel).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>An option file that only this account can read: on the command line everybody would see the password.</summary>
    private string Options(ServerBackupContext context)
    {
        var settings = new MySqlConnectionStringBuilder(context.Address.ConnectionString);
        var text = new StringBuilder("[client]\n");
        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal)}\"\n");
            }
        }

        var isSocket = settings.Server.StartsWith('/') || settings.ConnectionProtocol is MySqlConnectionProtocol.UnixSocket;
        Set(isSocket ? "socket" : "host", settings.Server);
        Set("protocol", isSocket ? "socket" : "tcp");
        Set("port", settings.Port.ToString(CultureInfo.InvariantCulture));
        Set("user", settings.UserID);
        Set("password", settings.Password);
        Set("ssl-ca", settings.SslCa);
        Set("ssl-cert", settings.SslCert);
        Set("ssl-key", settings.SslKey);
        if (isMariaDb)
        {
            text.Append(settings.SslMode switch
            {
                MySqlSslMode.None => "skip-ssl\n",
                MySqlSslMode.VerifyCA or MySqlSslMode.VerifyFull => "ssl\nssl-verify-server-cert\n",
                MySqlSslMode.Required => "ssl\nskip-ssl-verify-server-cert\n",
                _ => "skip-ssl-verify-server-cert\n",
            });
        }
        else
        {
            Set("ssl-mode", settings.SslMode switch
            {
                MySqlSslMode.None => "DISABLED",
                MySqlSslMode.Required => "REQUIRED",
                MySqlSslMode.VerifyCA => "VERIFY_CA",
                MySqlSslMode.VerifyFull => "VERIFY_IDENTITY",
                _ => "PREFERRED",
            });
        }

        return text.ToString();
    }

    private static string[] Folders() => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } only ? [only]
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static string Program(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    [GeneratedRegex(@"(?:Distrib|from|Ver) (\d+\.\d+\.\d+)")]
    private static partial Regex VersionNumber();
}
