using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.PostgreSql.Backups;

/// <summary>
/// PostgreSQL's own tools of one version. They read databases of servers of their version and older ones (see pg_dump's documentation), so
/// they must not be older than the server.
/// </summary>
internal sealed partial class PostgreSqlTools
{
    /// <summary>A folder in which tools are looked for and nowhere else; an empty one is a way to do without them.</summary>
    public const string FolderVariable = "PSMIGRATE_PG_BIN";

    /// <summary>What a password or a service file of somebody else's would say is not meant for this server.</summary>
    private static readonly string[] Foreign = ["PGSERVICE", "PGSERVICEFILE", "PGHOSTADDR", "PGDATABASE", "PGTARGETSESSIONATTRS", "PGLOADBALANCEHOSTS", "PGCLIENTENCODING", "PGDATESTYLE"];

    private readonly string folder;
    private readonly IMigrationObserver observer;

    private PostgreSqlTools(string folder, Version version, IMigrationObserver observer)
    {
        this.folder = folder;
        Version = version;
        this.observer = observer;
    }

    public Version Version { get; }

    /// <summary>As many tables at a time as there are processors, and not more than four: the server has other work.</summary>
    public static int Jobs => Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>
    /// Finds tools that are not older than asked for: of that version rather than of a newer one, whose restoring may use what the server
    /// does not know yet.
    /// </summary>
    /// <returns>Null where there are none, with the reason.</returns>
    public static async Task<(PostgreSqlTools? Tools, string WhyNot)> FindAsync(ServerBackupContext context, int major, CancellationToken cancel)
    {
        if (new NpgsqlConnectionStringBuilder(context.Address.ConnectionString).SslPassword is { Length: > 0 })
        {
            return (null, "the key of the client's certificate has a password, which cannot be handed to pg_dump safely");
        }

        var found = new List<PostgreSqlTools>();
        foreach (var folder in Folders().Where(f => File.Exists(Program(f, "pg_dump")) && File.Exists(Program(f, "pg_restore"))))
        {
            if (await VersionAsync(folder, cancel).ConfigureAwait(false) is { } version)
            {
                found.Add(new PostgreSqlTools(folder, version, context.Observer));
            }
        }

        // Of equals the first one: the order of the path is the user's choice.
        return found.Where(t => t.Version.Major >= major).OrderBy(t => t.Version.Major).FirstOrDefault() is { } tools ? (tools, "")
            : (null, found.Count == 0 ? "pg_dump and pg_restore were not found" : $"pg_dump {found.Max(t => t.Version)} is older than version {major}");
    }

    /// <summary>Runs a tool against a database of the server.</summary>
    /// <param name="heard">Hears every line that it says.</param>
    public Task RunAsync(
        ServerBackupContext context, string program, IReadOnlyList<string> arguments, string errorId, Action<string> heard, CancellationToken cancel,
        Func<Stream, CancellationToken, Task>? input = null, Func<Stream, CancellationToken, Task>? output = null)
    {
        observer.Detail($"{program} {string.Join(' ', arguments)}");
        return new ChildProgram(Program(folder, program), arguments, Variables(context))
        {
            Heard = heard,
            Input = input,
            Output = output,
            IsChatter = line => Chatter().IsMatch(line),
        }.RunAsync(errorId, cancel);
    }

    public bool Has(string program) => File.Exists(Program(folder, program));

    /// <summary>A database as libpq's connection strings name it: whatever is in the name, it is a name.</summary>
    public static string ConnectionTo(string database) =>
        $"dbname='{database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } only)
        {
            return [only];
        }

        var installed = OperatingSystem.IsWindows()
            ? Versions(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"))
            : Versions("/usr/lib/postgresql").Concat(Directory.Exists("/usr") ? Directory.GetDirectories("/usr", "pgsql-*").Select(d => Path.Combine(d, "bin")) : []);
        // On Debian, what is on the path is a script that chooses among the installed ones by its own rules.
        return installed.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
    }

    private static IEnumerable<string> Versions(string parent) => Directory.Exists(parent) ? Directory.GetDirectories(parent).Order(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")) : [];

    private static string Program(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    private static async Task<Version?> VersionAsync(string folder, CancellationToken cancel)
    {
        try
        {
            var said = await new ChildProgram(Program(folder, "pg_dump"), ["--version"], new Dictionary<string, string?>()).RunAsync("BackupFailed", cancel).ConfigureAwait(false);
            var match = VersionNumber().Match(said);
            return match.Success ? new Version(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)) : null;
        }
        catch (MigrationException)
        {
            // One that does not even tell its version is none.
            return null;
        }
    }

    /// <summary>The connection as libpq reads it from the environment (its documentation, "Environment Variables").</summary>
    private static Dictionary<string, string?> Variables(ServerBackupContext context)
    {
        var settings = new NpgsqlConnectionStringBuilder(context.Address.ConnectionString);
        var variables = Foreign.ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                variables[name] = value;
            }
        }

        variables["PGHOST"] = settings.Host;
        variables["PGPORT"] = settings.Port.ToString(CultureInfo.InvariantCulture);
        variables["PGDATABASE"] = context.Address.Database;
        variables["PGAPPNAME"] = "PSMigrate";
        variables["PGSSLMODE"] = settings.SslMode switch
        {
            SslMode.Disable => "disable",
            SslMode.Allow => "allow",
            SslMode.Require => "require",
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => "prefer",
        };
        Set("PGUSER", settings.Username);
        Set("PGPASSWORD", settings.Password);
        Set("PGPASSFILE", settings.Passfile);
        Set("PGSSLCERT", settings.SslCertificate);
        Set("PGSSLKEY", settings.SslKey);
        Set("PGOPTIONS", settings.Options);
        Set("PGCONNECT_TIMEOUT", settings.Timeout > 0 ? settings.Timeout.ToString(CultureInfo.InvariantCulture) : null);
        Set("PGKRBSRVNAME", settings.KerberosServiceName == "postgres" ? null : settings.KerberosServiceName);
        Set("PGSSLROOTCERT", settings.RootCertificate ?? (settings.SslMode is SslMode.VerifyCA or SslMode.VerifyFull ? SystemCertificates() : null));
        // What it says is read: in the language of its programmers.
        variables["LC_ALL"] = "C";
        return variables;
    }

    /// <summary>The driver trusts the system's authorities; libpq must be told where they are.</summary>
    private static string? SystemCertificates() =>
        Environment.GetEnvironmentVariable("PGSSLROOTCERT") is { Length: > 0 } ? null
        : new[] { "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem" }.FirstOrDefault(File.Exists);

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)(?:\.|[a-z]+)(\d+)")]
    private static partial Regex VersionNumber();

    /// <summary>What the tools say of their progress, and not of errors.</summary>
    [GeneratedRegex("^pg_(dump|restore): (?!error|warning|fatal|detail|hint|while|from|last message)")]
    private static partial Regex Chatter();
}
