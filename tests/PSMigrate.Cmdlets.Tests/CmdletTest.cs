using PSMigrate.Cmdlets.Tests.Rooms;
using PSMigrate.Cmdlets.Tests.Shell;

namespace PSMigrate.Cmdlets.Tests;

/// <summary>A folder of its own, and a session that stands in it; the process stands elsewhere.</summary>
public abstract class CmdletTest : IDisposable
{
    protected CmdletTest()
    {
        Session = new Session(Room.Folder);
    }

    private protected Room Room { get; } = new();

    private protected Session Session { get; }

    public void Dispose()
    {
        Session.Dispose();
        Room.Dispose();
        GC.SuppressFinalize(this);
    }
}
