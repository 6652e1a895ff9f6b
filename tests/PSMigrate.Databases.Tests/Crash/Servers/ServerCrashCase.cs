using PSMigrate.Databases.Crash;

namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>What comes between a runner and its server.</summary>
internal enum Disturbance
{
    /// <summary>The connection is cut; both ends live on.</summary>
    CutConnection,

    /// <summary>Our process is killed.</summary>
    KillProcess,

    /// <summary>An administrator ends the session on the server.</summary>
    EndSession,

    /// <summary>The server is killed, and started again.</summary>
    KillServer,
}

/// <summary>A run or an undo that is disturbed at one of its requests, and what the operator does in the end.</summary>
/// <param name="Request">The request's number, from 1.</param>
internal sealed record ServerCrashCase(OperatorAct Act, Disturbance What, Delivery Delivery, int Request, OperatorAct WayOn)
{
    public override string ToString() => $"{Act}, {What} at request {Request} ({Delivery}), then {WayOn}";
}
