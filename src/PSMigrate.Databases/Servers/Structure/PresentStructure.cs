namespace PSMigrate.Databases.Servers.Structure;

/// <summary>The whole structure as it is, which is read again only when the session has sent something that may have changed it.</summary>
internal sealed class PresentStructure(ServerEngine engine, ServerSession session)
{
    private DbStructure? known;
    private long readAt;

    public async Task<DbStructure> ReadAsync(CancellationToken cancel)
    {
        if (known is null || readAt != session.Acts)
        {
            readAt = session.Acts;
            known = await engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
        }

        return known;
    }

    /// <summary>Notes what went by statements that were sent since the structure was read, and took nothing else with them.</summary>
    /// <param name="statements">How many.</param>
    public void Drop(IReadOnlyCollection<DbObject> gone, int statements)
    {
        if (known is not null && session.Acts == readAt + statements)
        {
            known.Replace(gone, []);
            readAt = session.Acts;
        }
    }
}
