using System.Text.Json;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Backups;

/// <summary>What a backup holds and how it can be told to be whole: hashes of its files, row counts and fingerprints of its content.</summary>
public sealed record BackupManifest(string Id, string Target, DateTimeOffset At, string By, BackupContent Content)
{
    public const string FileName = "manifest.json";

    public string Format { get; init; } = CurrentFormat;

    /// <summary>SHA-256 of what the manifest says of the content, so that a manifest that was altered is told before it is believed.</summary>
    public string ContentSha256 { get; init; } = "";

    public bool RestoreTested { get; init; }

    public string PlanName { get; init; } = "";

    private const string CurrentFormat = "psmigrate-backup/1";

    private static readonly JsonSerializerOptions Options = new(PlanDocument.LineOptions) { WriteIndented = true };

    public string ToJson() => JsonSerializer.Serialize(this with { ContentSha256 = HashOf(Content) }, Options) + "\n";

    private static string HashOf(BackupContent content) => Fingerprint.OfText(JsonSerializer.Serialize(content, PlanDocument.LineOptions));

    /// <exception cref="MigrationException">BackupNotFound, BackupManifestInvalid, BackupAltered.</exception>
    public static BackupManifest Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            throw new MigrationException("BackupNotFound", ErrorKind.NotFound, $"{folder} is not a backup: it has no {FileName}.")
            {
                Offender = folder,
                RecommendedAction = "Name the folder that Backup-MigrationTarget made.",
            };
        }

        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllText(file), Options);
            if (manifest is { Content: not null } && manifest.ContentSha256 != HashOf(manifest.Content))
            {
                throw new MigrationException("BackupAltered", ErrorKind.Conflict, $"The backup in {folder} cannot be trusted: its {FileName} was altered.")
                {
                    Offender = file,
                    RecommendedAction = "Use another backup. Nothing was changed.",
                };
            }

            return manifest is { Format: CurrentFormat, Content: not null } ? manifest : throw new JsonException($"its format is '{manifest?.Format}', not '{CurrentFormat}'");
        }
        catch (JsonException e)
        {
            throw new MigrationException("BackupManifestInvalid", ErrorKind.Conflict, $"{file} cannot be read: {e.Message}", e)
            {
                Offender = file,
                RecommendedAction = "The backup cannot be trusted: use another.",
            };
        }
    }
}

/// <summary>A backup on disk.</summary>
public sealed record Backup(string Path, BackupManifest Manifest)
{
    public string Id => Manifest.Id;

    public string Target => Manifest.Target;

    public DateTimeOffset At => Manifest.At;

    public bool RestoreTested => Manifest.RestoreTested;

    public long Bytes => Manifest.Content.Files.Sum(f => f.Bytes);

    public long Rows => Manifest.Content.Snapshot.Contents.Sum(c => c.Rows);

    public static Backup Read(string folder) => new(System.IO.Path.GetFullPath(folder), BackupManifest.Read(folder));
}
