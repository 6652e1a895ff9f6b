using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Npgsql;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.PostgreSql.Catalog;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Backups;

/// <summary>
/// The backup that needs no tools: the structure as the catalog describes it, and each table's rows as COPY gives them, all as of one
/// moment and over several connections. The format is open: docs/backup-format.md.
/// </summary>
/// <param name="sampleRows">About how many rows of each table are taken at most; null for all.</param>
internal sealed class PostgreSqlLogicalBackup(ServerBackupContext context, int? sampleRows = null)
{
    private const string NoBinaryForm = "42883";

    /// <summary>What was taken of the rows.</summary>
    public RowSample Sample { get; private set; } = RowSample.Whole;

    public async Task<BackupContent> BackupAsync(string folder, CancellationToken cancel)
    {
        var moment = await PostgreSqlMoment.OpenAsync(context, cancel).ConfigureAwait(false);
        await using var _ = moment.ConfigureAwait(false);
        var version = await moment.Session.ScalarAsync<string>("SELECT current_setting('server_version')", cancel).ConfigureAwait(false);
        var structure = await ReadAllAsync(context, moment.Session, cancel).ConfigureAwait(false);
        foreach (var one in structure.NotCovered)
        {
            context.Observer.Warning($"Not part of a backup without pg_dump: {one}.");
        }

        StructureFile.Write(folder, structure);
        StateFolder.CreatePrivate(Path.Combine(folder, "data"));
        if (sampleRows is { } most)
        {
            Sample = await new RowSampler(context.Engine, moment.Session, structure, most, context.Observer).ChooseAsync(cancel).ConfigureAwait(false);
        }

        var tables = structure.Objects.Where(o => o.Kind == DbKinds.Table && ServerSnapshot.HasContent(o))
            .SelectMany(table => Sample.SourcesOf(table, context.Engine.Rows.Only(table)).Select(source => (Table: table, Source: source)))
            .Select((rows, i) => new RowSource(rows.Table, rows.Source, $"data/{i + 1:D5}.copy.gz")).ToList();
        var files = await CopyAsync(moment, folder, structure, tables, cancel).ConfigureAwait(false);
        var sequences = await PostgreSqlSequences.ReadAsync(moment.Session, onlyReadable: false, cancel).ConfigureAwait(false);
        var snapshot = await new ServerSnapshot(context.Engine, moment.Session).ReadAsync(sampleRows is null ? SnapshotDepth.Checksums : SnapshotDepth.Structure, context.Observer, cancel).ConfigureAwait(false);
        new BackupDescription(context.Engine.Scheme, version!, BackupDescription.BuiltIn) { Tables = files, Sequences = sequences }.Write(folder);
        return new BackupContent(await BackupFiles.NoteAsync(folder, cancel).ConfigureAwait(false), snapshot);
    }

    /// <summary>The structure with PSMigrate's own objects: the history comes back with the database.</summary>
    public static async Task<DbStructure> ReadAllAsync(ServerBackupContext context, ServerSession session, CancellationToken cancel)
    {
        await session.ExecuteAsync($"SELECT set_config('{CatalogScope.ReadsOwn}', 'on', false)", cancel).ConfigureAwait(false);
        var structure = await context.Engine.Reader.ReadAsync(session, null, cancel).ConfigureAwait(false);
        await session.ExecuteAsync($"SELECT set_config('{CatalogScope.ReadsOwn}', 'off', false)", cancel).ConfigureAwait(false);
        return structure;
    }

    private async Task<IReadOnlyList<TableFile>> CopyAsync(
        PostgreSqlMoment moment, string folder, DbStructure structure, IReadOnlyList<RowSource> tables, CancellationToken cancel)
    {
        // Large tables first, so that none of them is left over at the end for one connection alone.
        var sizes = await context.Engine.RowEstimatesAsync(moment.Session, cancel).ConfigureAwait(false);
        var open = new ConcurrentQueue<RowSource>(tables.OrderByDescending(t => sizes.GetValueOrDefault(t.Table.Key)));
        var done = new ConcurrentDictionary<string, TableFile>(StringComparer.Ordinal);
        var activity = $"Backing up {context.Address.Database}";
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        async Task WorkAsync()
        {
            var here = await moment.JoinAsync(context, all.Token).ConfigureAwait(false);
            await using var _ = here.ConfigureAwait(false);
            while (open.TryDequeue(out var next))
            {
                var columns = TableKey.Stored(next.Table, structure).Select(c => c.Name).ToList();
                var form = await CopyAsync(here.Session, next.Source, columns, Path.Combine(folder, next.File), all.Token).ConfigureAwait(false);
                done[next.File] = new TableFile(next.Table.Key, columns, next.File, form);
                context.Observer.Progress(new ProgressReport(activity, next.Table.FullName, 1, done.Count * 100 / tables.Count));
            }
        }

        await Workers.RunAsync(Math.Min(PostgreSqlTools.Jobs, tables.Count), WorkAsync, all).ConfigureAwait(false);
        context.Observer.Progress(new ProgressReport(activity, "Done", 1, 100, Completed: true));
        return [.. tables.Select(t => done[t.File])];
    }

    /// <returns>The form in which the rows are: binary, or text where a type has no binary form.</returns>
    private static async Task<string> CopyAsync(ServerSession session, string source, IReadOnlyList<string> columns, string file, CancellationToken cancel)
    {
        var rows = $"COPY (SELECT {string.Join(", ", columns.Select(Quote))} FROM {source}) TO STDOUT";
        await session.ExecuteAsync("SAVEPOINT psmigrate_copy", cancel).ConfigureAwait(false);
        session.Observer.Detail(rows);
        try
        {
            await session.TranslateAsync(() => CopyBinaryAsync((NpgsqlConnection)session.Connection, rows, file, cancel), cancel).ConfigureAwait(false);
            return TableFile.Binary;
        }
        catch (MigrationException e) when (e.InnerException is PostgresException { SqlState: NoBinaryForm })
        {
            await session.ExecuteAsync("ROLLBACK TO SAVEPOINT psmigrate_copy", cancel).ConfigureAwait(false);
            await session.TranslateAsync(() => CopyTextAsync((NpgsqlConnection)session.Connection, rows, file, cancel), cancel).ConfigureAwait(false);
            return TableFile.Text;
        }
    }

    private static async Task<bool> CopyBinaryAsync(NpgsqlConnection connection, string rows, string file, CancellationToken cancel)
    {
        await using var gzip = Packed(file);
        await using var source = await connection.BeginRawBinaryCopyAsync(rows + " (FORMAT binary)", cancel).ConfigureAwait(false);
        await source.CopyToAsync(gzip, 1 << 17, cancel).ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> CopyTextAsync(NpgsqlConnection connection, string rows, string file, CancellationToken cancel)
    {
        await using var gzip = Packed(file);
        using var source = await connection.BeginTextExportAsync(rows, cancel).ConfigureAwait(false);
        await using var writer = new StreamWriter(gzip, new UTF8Encoding(false));
        var buffer = new char[1 << 16];
        for (int read; (read = await source.ReadAsync(buffer.AsMemory(), cancel).ConfigureAwait(false)) > 0;)
        {
            await writer.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
        }

        return true;
    }

    private static GZipStream Packed(string file) => new(new BufferedStream(StateFolder.OpenPrivate(file, FileMode.Create), 1 << 16), CompressionLevel.Fastest);

    /// <param name="Source">What stands after FROM to read the rows.</param>
    private sealed record RowSource(DbObject Table, string Source, string File);
}
