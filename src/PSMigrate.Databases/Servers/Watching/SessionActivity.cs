namespace PSMigrate.Databases.Servers.Watching;

/// <summary>What a server says of one of its sessions while it works.</summary>
/// <param name="State">In the server's words: what it does or waits for.</param>
/// <param name="Blockers">Who holds what it waits for: session, program, account, host, since when; none where it waits for nobody.</param>
public sealed record SessionActivity(string State, IReadOnlyList<string> Blockers)
{
    /// <summary>0 to 100; null where the server does not tell.</summary>
    public int? Percent { get; init; }

    /// <summary>Rows that its transaction has written, or that the statement has come to; null where the server does not tell.</summary>
    public long? Rows { get; init; }
}

/// <summary>How much room a database and its server's log take, in bytes; null where the server does not tell this account.</summary>
/// <param name="Log">What was ever written to the log, where the server counts it so; else the log's size.</param>
public sealed record ServerSizes(long? Data, long? Log);
