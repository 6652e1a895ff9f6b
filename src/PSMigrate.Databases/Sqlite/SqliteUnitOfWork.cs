using System.Globalization;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Sqlite;

/// <summary>A transaction, with the pragmas that must be set before it begins and put back after it.</summary>
internal sealed class SqliteUnitOfWork : IUnitOfWork
{
    private readonly SqliteSession session;
    private readonly SqliteHistory history;
    private readonly Action afterRollback;
    private readonly List<string> putBack = [];
    private readonly IReadOnlyList<string>? violationsBefore;
    private TimeSpan? busyTimeout;
    private bool committed;

    public SqliteUnitOfWork(SqliteSession session, string settings, SqliteHistory history, Action afterRollback)
    {
        this.session = session;
        this.history = history;
        this.afterRollback = afterRollback;
        try
        {
            foreach (var setting in settings.Split(';').Where(s => s.Contains('=', StringComparison.Ordinal)))
            {
                var name = setting[..setting.IndexOf('=', StringComparison.Ordinal)];
                if (name == "busy_timeout")
                {
                    busyTimeout = session.BusyTimeout;
                    session.BusyTimeout = TimeSpan.FromMilliseconds(long.Parse(setting[(name.Length + 1)..], CultureInfo.InvariantCulture));
                    continue;
                }

                if (session.Text($"PRAGMA {name}") is { } former)
                {
                    putBack.Add($"PRAGMA {name} = {former}");
                }

                session.Execute($"PRAGMA {setting}");
            }

            // With enforcement off, nobody but us looks whether the script leaves the foreign keys whole.
            if (settings != SqliteUnitSettings.Undo && settings.Contains("foreign_keys", StringComparison.Ordinal) && session.Long("PRAGMA foreign_keys") == 0)
            {
                violationsBefore = ForeignKeys.Violations(session);
            }

            session.Execute("BEGIN IMMEDIATE");
        }
        catch
        {
            PutBack();
            throw;
        }
    }

    public Task CommitAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (violationsBefore is not null)
        {
            var broken = ForeignKeys.Violations(session).Except(violationsBefore, StringComparer.Ordinal).ToList();
            if (broken.Count > 0)
            {
                throw new MigrationException("ForeignKeysBroken", ErrorKind.Failed,
                    $"Foreign keys would be broken: {string.Join("; ", broken.Take(5))}{(broken.Count > 5 ? $" and {broken.Count - 5} more" : "")}.")
                {
                    Offender = session.File,
                    RecommendedAction = "Mend the rows in the script; it runs with foreign_keys off, so that SQLite does not say so itself.",
                };
            }
        }

        session.Execute("COMMIT");
        committed = true;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        if (!committed)
        {
            // SQLite has rolled back by itself after some errors, such as a full disk.
            if (session.InTransaction)
            {
                session.Execute("ROLLBACK");
            }

            history.Forget();
            afterRollback();
        }

        PutBack();
        return ValueTask.CompletedTask;
    }

    private void PutBack()
    {
        session.BusyTimeout = busyTimeout ?? session.BusyTimeout;
        foreach (var pragma in Enumerable.Reverse(putBack))
        {
            session.Execute(pragma);
        }
    }
}
