using System.Text.Json;
using PSMigrate.Journal;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>What stands in <c>backup.json</c> of a server's backup: how it was made, and of what. See docs/backup-format.md.</summary>
/// <param name="Engine">The engine's scheme: postgres, mysql.</param>
/// <param name="ServerVersion">As the server calls it.</param>
/// <param name="Way">The tool that made it, such as pg_dump; or <see cref="BuiltIn"/>.</param>
internal sealed record BackupDescription(string Engine, string ServerVersion, string Way)
{
    public const string FileName = "backup.json";
    public const string BuiltIn = "built-in";
    private const string CurrentFormat = "psmigrate-database/1";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string Format { get; init; } = CurrentFormat;

    /// <summary>The version of the tool; empty for the built-in way.</summary>
    public string ToolVersion { get; init; } = "";

    /// <summary>Where the server keeps the backup, as it sees it; null for those whose files are all in the folder.</summary>
    public string? ServerFile { get; init; }

    /// <summary>The built-in way: the tables whose rows are in files, and these files.</summary>
    public IReadOnlyList<TableFile> Tables { get; init; } = [];

    /// <summary>The built-in way: where the sequences stood.</summary>
    public IReadOnlyList<SequenceValue> Sequences { get; init; } = [];

    public bool IsBuiltIn => Way == BuiltIn;

    public void Write(string folder) => StateFolder.WritePrivate(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Options) + "\n");

    /// <exception cref="MigrationException">BackupManifestInvalid.</exception>
    public static BackupDescription Read(string folder, string engine)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            var read = JsonSerializer.Deserialize<BackupDescription>(File.ReadAllText(file), Options) ?? throw new JsonException("it is empty");
            return read.Format != CurrentFormat ? throw new JsonException($"its format is '{read.Format}', not '{CurrentFormat}'")
                : read.Engine != engine ? throw new JsonException($"it is of {read.Engine}, not of {engine}")
                : read;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            throw new MigrationException("BackupManifestInvalid", ErrorKind.Conflict, $"{file} cannot be read: {e.Message}", e)
            {
                Offender = file,
                RecommendedAction = "The backup cannot be trusted, or is of another kind of database: use another.",
            };
        }
    }
}

/// <param name="Table">The table, by its key in structure.json.</param>
/// <param name="Columns">The columns in the order in which the file has them.</param>
/// <param name="File">Relative to the backup's folder.</param>
/// <param name="Form">How the rows are written: see docs/backup-format.md.</param>
internal sealed record TableFile(string Table, IReadOnlyList<string> Columns, string File, string Form)
{
    public const string Binary = "binary";
    public const string Text = "text";

    /// <summary>MySQL: what each column's bytes are: a character set, or one of the words of docs/backup-format.md.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];
}
