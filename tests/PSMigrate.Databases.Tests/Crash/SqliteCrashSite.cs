using Microsoft.Data.Sqlite;
using PSMigrate.Databases.Crash;
using PSMigrate.Databases.Tests.Sqlite;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>Each room has its database as a file.</summary>
internal sealed class SqliteCrashSite : ICrashSite
{
    public string PlanFile => CrashPlan.PlanFile;

    public IReadOnlyDictionary<string, string> Scripts => CrashPlan.Scripts;

    public CrashRoom Place(CrashRoom room) => room;

    public void SetUp(CrashRoom room, CrashRoom? template)
    {
        if (template is not null)
        {
            CrashRooms.Copy(Path.GetDirectoryName(template.Database)!, Path.GetDirectoryName(room.Database)!);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(room.Database)!);
        using var connection = new SqliteConnection($"Data Source={room.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = CrashPlan.Setup;
        command.ExecuteNonQuery();
    }

    public DatabaseImage ImageOf(CrashRoom room) => DatabaseImage.Of(room.Database);

    public IReadOnlyList<string> CapturesOf(CrashRoom room) => [.. DatabaseImage.Captures(room.Database).Where(name => name != "psmigrate_progress")];
}
