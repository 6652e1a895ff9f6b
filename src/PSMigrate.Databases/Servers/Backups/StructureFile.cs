using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Journal;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>The structure of a database as <c>structure.json</c>: one object after the other, as the engine's catalog describes it.</summary>
internal static class StructureFile
{
    private const string FileName = "structure.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(string folder, DbStructure structure) =>
        StateFolder.WritePrivate(Path.Combine(folder, FileName), JsonSerializer.Serialize(structure.Objects, Options) + "\n");

    public static DbStructure Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            return new DbStructure(JsonSerializer.Deserialize<List<DbObject>>(File.ReadAllText(file), Options) ?? []);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or ArgumentException)
        {
            throw new MigrationException("BackupManifestInvalid", ErrorKind.Conflict, $"{file} cannot be read: {e.Message}", e)
            {
                Offender = file,
                RecommendedAction = "The backup cannot be trusted: use another.",
            };
        }
    }
}
