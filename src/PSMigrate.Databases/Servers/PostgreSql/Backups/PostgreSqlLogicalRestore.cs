using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Npgsql;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Backups;

/// <summary>Restores what <see cref="PostgreSqlLogicalBackup"/> has written.</summary>
internal sealed class PostgreSqlLogicalRestore(ServerBackupContext context, string folder, BackupDescription description)
{
    /// <summary>Nothing is looked up by the search path, bodies of functions may name what is made later, and nobody's policy hides a row. As in what pg_dump writes.</summary>
    private const string Settings =
        "SET search_path = ''; SET check_function_bodies = off; SET xmloption = content; SET row_security = off; SET statement_timeout = 0; SET lock_timeout = '5min'; SET idle_in_transaction_session_timeout = 0; SET default_tablespace = ''; SET client_min_messages = warning";

    /// <summary>What of a table could keep its rows out, and is put on it when they are in.</summary>
    private static readonly string[] GivenLater = ["row security", DbFacets.Permissions];

    private readonly DbStructure structure = context.Original is null ? StructureFile.Read(folder) : WithoutRoles(StructureFile.Read(folder));

    /// <summary>Roles are the server's: on another one they may be missing, so that owners and rights are left out.</summary>
    private static DbStructure WithoutRoles(DbStructure structure) => new(structure.Objects.Where(o => o.Kind is not ("default privileges" or "user mapping")).Select(o => o with
    {
        Facets = new SortedDictionary<string, string>(o.Facets.Where(f => f.Key is not (DbFacets.Owner or DbFacets.Permissions)).ToDictionary(f => f.Key, f => f.Value), StringComparer.Ordinal),
    }), structure.NotCovered);

    private IStructureWriter Writer => context.Engine.Writer;

    private string Activity => $"Restoring {context.Address.Database}";

    /// <summary>Fills a database that was just made, over several connections.</summary>
    public async Task IntoNewAsync(string database, CancellationToken cancel)
    {
        var session = await OpenAsync(database, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var removal = new StructureRemoval(context.Engine, await PostgreSqlLogicalBackup.ReadAllAsync(context, session, cancel).ConfigureAwait(false), structure);
        await RunAsync(session, removal.Statements, cancel).ConfigureAwait(false);
        var order = new RestoreOrder(structure);
        await MakeBeforeAsync(session, order, removal, cancel).ConfigureAwait(false);
        await LoadAsync(database, order, cancel).ConfigureAwait(false);
        await MakeAfterAsync(session, order, removal, cancel).ConfigureAwait(false);
        await SetSequencesAsync(session, cancel).ConfigureAwait(false);
    }

    /// <summary>Replaces the content of the database in one transaction: as long as it is not whole, nothing has changed.</summary>
    public async Task InPlaceAsync(CancellationToken cancel)
    {
        var session = await OpenAsync(null, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await session.ExecuteAsync("BEGIN", cancel).ConfigureAwait(false);
        var removal = new StructureRemoval(context.Engine, await PostgreSqlLogicalBackup.ReadAllAsync(context, session, cancel).ConfigureAwait(false), structure);
        await RunAsync(session, removal.Statements, cancel).ConfigureAwait(false);
        var order = new RestoreOrder(structure);
        await MakeBeforeAsync(session, order, removal, cancel).ConfigureAwait(false);
        foreach (var file in FilesOf(order.Before))
        {
            await LoadAsync(session, file, cancel).ConfigureAwait(false);
        }

        await MakeAfterAsync(session, order, removal, cancel).ConfigureAwait(false);
        await SetSequencesAsync(session, cancel).ConfigureAwait(false);
        await session.ExecuteAsync("COMMIT", CancellationToken.None).ConfigureAwait(false);
        context.Observer.Progress(new ProgressReport(Activity, "Done", 1, 100, Completed: true));
    }

    private async Task<ServerSession> OpenAsync(string? database, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(database, cancel).ConfigureAwait(false);
        await session.ExecuteAsync(Settings, cancel).ConfigureAwait(false);
        return session;
    }

    private async Task MakeBeforeAsync(ServerSession session, RestoreOrder order, StructureRemoval removal, CancellationToken cancel)
    {
        foreach (var one in order.Before)
        {
            await RunAsync(session, Make(one.Kind == DbKinds.Table ? Bare(one) : one, removal), cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// An index that lacks some partitions would be made whole when they are attached, and so it comes after them; event triggers and
    /// subscriptions come at the very end, as they would hear of the rest.
    /// </summary>
    private async Task MakeAfterAsync(ServerSession session, RestoreOrder order, StructureRemoval removal, CancellationToken cancel)
    {
        foreach (var one in order.After.OrderBy(o => o.Kind is "event trigger" or "subscription" ? 2 : o.Kind == DbKinds.Index && o.Facet("valid") is not null ? 1 : 0))
        {
            if (one.Kind == DbKinds.Table)
            {
                await RunAsync(session, Make(Bare(one), removal), cancel).ConfigureAwait(false);
                foreach (var file in FilesOf([one]))
                {
                    await LoadAsync(session, file, cancel).ConfigureAwait(false);
                }
            }
            else
            {
                await RunAsync(session, Make(one, removal), cancel).ConfigureAwait(false);
            }
        }

        foreach (var table in structure.Objects.Where(o => o.Kind == DbKinds.Table && GivenLater.Any(o.Facets.ContainsKey)))
        {
            await RunAsync(session, Writer.Alter(Bare(table), table)!, cancel).ConfigureAwait(false);
        }
    }

    private IReadOnlyList<string> Make(DbObject one, StructureRemoval removal) =>
        one.Parent is { } parent && structure.Find(parent) is not null && Writer.IsMadeWithParent(one) ? []
        : removal.Kept(one) is { } present ? Writer.Alter(present, one)!
        : Writer.Create(one.Kind == "subscription" ? Silent(one) : one, structure);

    /// <summary>A subscription that was made again must not take from its publisher what the original receives; pg_dump does the same.</summary>
    private static DbObject Silent(DbObject subscription) =>
        subscription with { Facets = new SortedDictionary<string, string>(subscription.Facets, StringComparer.Ordinal) { ["enabled"] = "no" } };

    private static DbObject Bare(DbObject table) =>
        table with { Facets = new SortedDictionary<string, string>(table.Facets.Where(f => !GivenLater.Contains(f.Key)).ToDictionary(f => f.Key, f => f.Value), StringComparer.Ordinal) };

    private IEnumerable<TableFile> FilesOf(IEnumerable<DbObject> objects)
    {
        var keys = objects.Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
        return description.Tables.Where(t => keys.Contains(t.Table));
    }

    private async Task LoadAsync(string database, RestoreOrder order, CancellationToken cancel)
    {
        var files = FilesOf(order.Before).ToList();
        var open = new ConcurrentQueue<TableFile>(files.OrderByDescending(f => new FileInfo(Path.Combine(folder, f.File)).Length));
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        async Task WorkAsync()
        {
            var session = await OpenAsync(database, all.Token).ConfigureAwait(false);
            await using var _ = session.ConfigureAwait(false);
            while (open.TryDequeue(out var next))
            {
                context.Observer.Progress(new ProgressReport(Activity, structure.Find(next.Table)?.FullName ?? next.Table, 1, (files.Count - open.Count - 1) * 100 / files.Count));
                await LoadAsync(session, next, all.Token).ConfigureAwait(false);
            }
        }

        await Workers.RunAsync(Math.Min(PostgreSqlTools.Jobs, files.Count), WorkAsync, all).ConfigureAwait(false);
        context.Observer.Progress(new ProgressReport(Activity, "Done", 1, 100, Completed: true));
    }

    private async Task LoadAsync(ServerSession session, TableFile rows, CancellationToken cancel)
    {
        var table = structure.Find(rows.Table) ?? throw new MigrationException("BackupManifestInvalid", ErrorKind.Conflict, $"The backup has rows of {rows.Table}, and not the table.")
        {
            Offender = folder,
            RecommendedAction = "The backup cannot be trusted: use another.",
        };
        var columns = rows.Columns.Count > 0 ? $" ({string.Join(", ", rows.Columns.Select(Quote))})" : "";
        var copy = $"COPY {Of(table)}{columns} FROM STDIN";
        session.Observer.Detail(copy);
        await session.TranslateAsync(async () =>
        {
            await using var file = new GZipStream(File.OpenRead(Path.Combine(folder, rows.File)), CompressionMode.Decompress);
            try
            {
                await (rows.Form == TableFile.Binary
                    ? LoadBinaryAsync((NpgsqlConnection)session.Connection, copy, file, cancel)
                    : LoadTextAsync((NpgsqlConnection)session.Connection, copy, file, cancel)).ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                throw new MigrationException("BackupManifestInvalid", ErrorKind.Conflict, $"{rows.File} is not whole: {e.Message}", e)
                {
                    Offender = folder,
                    RecommendedAction = "The backup cannot be trusted: use another.",
                };
            }

            return true;
        }, cancel).ConfigureAwait(false);
    }

    private static async Task LoadBinaryAsync(NpgsqlConnection connection, string copy, Stream rows, CancellationToken cancel)
    {
        await using var target = await connection.BeginRawBinaryCopyAsync(copy + " (FORMAT binary)", cancel).ConfigureAwait(false);
        try
        {
            await rows.CopyToAsync(target, 1 << 17, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not NpgsqlException)
        {
            // Closing it would keep the rows that came so far.
            await target.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task LoadTextAsync(NpgsqlConnection connection, string copy, Stream rows, CancellationToken cancel)
    {
        await using var target = await connection.BeginTextImportAsync(copy, cancel).ConfigureAwait(false);
        using var reader = new StreamReader(rows, new UTF8Encoding(false));
        var buffer = new char[1 << 16];
        for (int read; (read = await reader.ReadAsync(buffer.AsMemory(), cancel).ConfigureAwait(false)) > 0;)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
        }
    }

    private async Task SetSequencesAsync(ServerSession session, CancellationToken cancel)
    {
        foreach (var one in description.Sequences)
        {
            await PostgreSqlSequences.SetAsync(session, one, cancel).ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(ServerSession session, IEnumerable<string> statements, CancellationToken cancel)
    {
        foreach (var statement in statements)
        {
            session.Observer.Detail(statement);
            await session.TranslateAsync(async () =>
            {
                // One command of a batch is sent as it stands: the driver would cut a text at semicolons, also in function bodies.
                await using var batch = new NpgsqlBatch((NpgsqlConnection)session.Connection) { Timeout = 0 };
                batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
                return await batch.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
            }, cancel).ConfigureAwait(false);
        }
    }
}
