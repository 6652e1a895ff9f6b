using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.SqlClient;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>
/// Sessions that live on from one test's connection to the next. A server that only speaks T-SQL takes seconds before a new session knows
/// its catalog; on a real one no session is kept, and what is about sessions themselves is tried without this.
/// </summary>
public sealed class KeptSessions : IAsyncDisposable
{
    /// <summary>A session of such a server grows and slows down with all that it has seen come and go.</summary>
    private const int MostUses = 60;

    private readonly ConcurrentStack<SqlConnection> idle = new();
    private readonly ConditionalWeakTable<SqlConnection, StrongBox<int>> uses = [];

    /// <summary>A connection to a database, over a session that is at rest where there is one.</summary>
    public async Task<DbConnection> OpenAsync(string connectionString, CancellationToken cancel)
    {
        var settings = new SqlConnectionStringBuilder(connectionString);
        var database = settings.InitialCatalog;
        if (!idle.TryPop(out var session))
        {
            settings.InitialCatalog = "master";
            session = new SqlConnection(settings.ConnectionString);
            await session.OpenAsync(cancel);
        }

        try
        {
            await session.ChangeDatabaseAsync(database, cancel);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }

        return new KeptConnection(session, connectionString, database, this);
    }

    /// <summary>Keeps a session that nothing is left in; another is ended.</summary>
    internal void TakeBack(SqlConnection session, string database)
    {
        if (session.State != System.Data.ConnectionState.Open || uses.GetOrCreateValue(session).Value++ >= MostUses || !IsAtRest(session, database))
        {
            session.Dispose();
            return;
        }

        idle.Push(session);
    }

    public async ValueTask DisposeAsync()
    {
        while (idle.TryPop(out var session))
        {
            await session.DisposeAsync();
        }
    }

    private static bool IsAtRest(SqlConnection session, string database)
    {
        try
        {
            session.ChangeDatabase(database);
            using var command = session.CreateCommand();
            command.CommandText = "SET XACT_ABORT OFF; SET IMPLICIT_TRANSACTIONS OFF; SET LOCK_TIMEOUT -1; SET NOCOUNT OFF; SET ROWCOUNT 0; SELECT @@TRANCOUNT + CASE APPLOCK_MODE('public', @lock, 'Session') WHEN 'NoLock' THEN 0 ELSE 1 END";
            command.Parameters.AddWithValue("@lock", $"PSMigrate {database}");
            var left = Convert.ToInt32(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
            session.ChangeDatabase("master");
            return left == 0;
        }
        catch (SqlException)
        {
            return false;
        }
    }
}
