using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>
/// Sees which sequences a statement took away or set to another value. What it draws from a sequence is given out for good and stays so:
/// others may have drawn at the same time, and what two have drawn must never be given out again.
/// </summary>
internal sealed class SequenceWatch
{
    private readonly ServerEngine engine;
    private readonly ServerSession session;
    private readonly bool sets;
    private readonly IReadOnlyList<SequenceValue> former;

    private SequenceWatch(ServerEngine engine, ServerSession session, bool sets, IReadOnlyList<SequenceValue> former)
    {
        this.engine = engine;
        this.session = session;
        this.sets = sets;
        this.former = former;
    }

    /// <summary>True for a statement that says that it sets a sequence: by <c>setval</c>, or by <c>RESTART</c>.</summary>
    public static bool Sets(SqlStatement statement) =>
        statement.Text.Contains("setval", StringComparison.OrdinalIgnoreCase) || statement.Text.Contains("restart", StringComparison.OrdinalIgnoreCase);

    public static async Task<SequenceWatch> BeginAsync(ServerEngine engine, ServerSession session, SqlStatement statement, CancellationToken cancel) =>
        new(engine, session, Sets(statement), await engine.SequencesAsync(session, cancel).ConfigureAwait(false));

    /// <summary>What the statement did to sequences; null where it did nothing.</summary>
    public async Task<ServerOp?> EndAsync(CancellationToken cancel)
    {
        if (former.Count == 0)
        {
            return null;
        }

        var now = (await engine.SequencesAsync(session, cancel).ConfigureAwait(false)).ToDictionary(s => s.Id, StringComparer.Ordinal);
        var moves = former.Select(was => new SequenceMove(was, now.GetValueOrDefault(was.Id))).Where(m => m.Left is not { } left
            || left.StepsAhead(m.Former) is var ahead && (ahead < 0 || (sets && ahead > 0) || left.Increment != m.Former.Increment)).ToList();
        return moves.Count == 0 ? null : new ServerOp.Sequences(moves);
    }
}
