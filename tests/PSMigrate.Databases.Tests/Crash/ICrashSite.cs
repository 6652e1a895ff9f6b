using PSMigrate.Databases.Crash;
using PSMigrate.Databases.Tests.Sqlite;

namespace PSMigrate.Databases.Tests.Crash;

/// <summary>Where the databases of rooms are, and the plan in the language that they speak.</summary>
internal interface ICrashSite
{
    string PlanFile { get; }

    /// <summary>What lies beside the plan, by name.</summary>
    IReadOnlyDictionary<string, string> Scripts { get; }

    /// <summary>The room with the address of its database.</summary>
    CrashRoom Place(CrashRoom room);

    /// <summary>Makes the room's database.</summary>
    /// <param name="template">A room whose database is the same, and that nothing has touched; null for the first of all.</param>
    void SetUp(CrashRoom room, CrashRoom? template);

    DatabaseImage ImageOf(CrashRoom room);

    IReadOnlyList<string> CapturesOf(CrashRoom room);
}
