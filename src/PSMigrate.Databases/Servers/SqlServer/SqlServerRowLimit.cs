using System.Globalization;
using System.Runtime.CompilerServices;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.SqlServer;

/// <summary>
/// <c>SET ROWCOUNT</c> limits every statement of a session. Ours must see all rows that a script is about to lose: a script's limit is in force
/// for its own batches only, and put in force again before each of them.
/// </summary>
internal sealed class SqlServerRowLimit
{
    private const string None = "SET ROWCOUNT 0";

    private readonly ConditionalWeakTable<ServerSession, string> limits = [];

    public async Task BeforeAsync(ServerSession session, CancellationToken cancel)
    {
        if (limits.TryGetValue(session, out var limit))
        {
            await session.ExecuteAsync($"SET ROWCOUNT {limit}", cancel).ConfigureAwait(false);
        }
    }

    /// <summary>After a batch. The server does not tell what is set; the batch must.</summary>
    /// <exception cref="MigrationException">RowCountNotKnown.</exception>
    public async Task AfterAsync(ServerSession session, StatementFacts facts, CancellationToken cancel)
    {
        var set = facts.Each.Where(f => f.Kind == StatementKind.Set).SelectMany(f => f.Assignments.Where(a => a.Name == "rowcount").Select(a => (a.Value, f.IsConditional))).ToList();
        if (set.Count == 0 && !limits.TryGetValue(session, out _))
        {
            return;
        }

        await session.ExecuteAsync(None, cancel).ConfigureAwait(false);
        if (set.Count == 0)
        {
            return;
        }

        limits.Remove(session);
        var (value, isConditional) = set[^1];
        if (isConditional || !long.TryParse(value?.Trim(' ', ';'), NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
        {
            throw new MigrationException("RowCountNotKnown", ErrorKind.InvalidInput, "The batch leaves SET ROWCOUNT at what only running it tells, so that the rows it goes on to lose cannot be captured for certain")
            {
                RecommendedAction = "End the batch with SET ROWCOUNT 0, or write TOP into its statements.",
            };
        }

        if (limit > 0)
        {
            limits.Add(session, limit.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The script is over, or begins anew.</summary>
    public void Forget(ServerSession session) => limits.Remove(session);
}
