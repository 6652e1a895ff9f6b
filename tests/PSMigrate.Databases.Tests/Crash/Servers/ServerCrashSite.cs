using System.Collections.Concurrent;
using PSMigrate.Databases.Crash;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sqlite;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>Each room has a database on the server, and a proxy of its own in front of it.</summary>
/// <param name="database">Makes an empty one.</param>
/// <param name="through">The address of a database as it is seen through a port.</param>
internal sealed class ServerCrashSite(ServerCrashPlan plan, Func<TestDatabase> database, Func<int> port, Func<TestDatabase, int, string> through) : ICrashSite, IDisposable
{
    private readonly ConcurrentDictionary<string, (TestDatabase Database, RequestProxy Proxy)> places = new(StringComparer.Ordinal);

    public string PlanFile => plan.PlanFile;

    public IReadOnlyDictionary<string, string> Scripts => plan.Scripts;

    public CrashRoom Place(CrashRoom room)
    {
        var made = database();
        var proxy = new RequestProxy(port());
        places[room.Folder] = (made, proxy);
        return new CrashRoom(room.Folder) { Server = through(made, proxy.Port) };
    }

    public void SetUp(CrashRoom room, CrashRoom? template) => places[room.Folder].Database.Execute(plan.Setup);

    public DatabaseImage ImageOf(CrashRoom room) => places[room.Folder].Database.Image();

    public IReadOnlyList<string> CapturesOf(CrashRoom room) => places[room.Folder].Database.Captures();

    public TestDatabase DatabaseOf(CrashRoom room) => places[room.Folder].Database;

    public RequestProxy ProxyOf(CrashRoom room) => places[room.Folder].Proxy;

    /// <summary>Removes a room that is not needed any longer.</summary>
    public void Leave(CrashRoom room)
    {
        if (places.TryRemove(room.Folder, out var place))
        {
            place.Proxy.Dispose();
            place.Database.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var (found, proxy) in places.Values)
        {
            proxy.Dispose();
            found.Dispose();
        }
    }
}
