using System.Data.Common;
using Microsoft.Data.SqlClient;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.SqlServer.Backups;

/// <summary>
/// The backup for servers that give none of their own, such as Azure SQL Database: the structure as the catalog describes it, and each table's
/// rows, by one connection that sees one moment. The format is open: docs/backup-format.md.
/// </summary>
/// <param name="sampleRows">About how many rows of each table are taken at most; null for all.</param>
internal sealed class SqlServerLogicalBackup(ServerBackupContext context, int? sampleRows = null)
{
    /// <summary>How long writers are waited for where a moment can only be had by keeping them out.</summary>
    private const int MostMilliseconds = 10_000;

    /// <summary>What was taken of the rows.</summary>
    public RowSample Sample { get; private set; } = RowSample.Whole;

    public async Task<BackupContent> BackupAsync(string folder, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(null, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await BeginAsync(session, cancel).ConfigureAwait(false);
        var version = await session.ScalarAsync<string>("SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128))", cancel).ConfigureAwait(false);
        var structure = await new SqlServerStructureReader(readsOwn: true).ReadAsync(session, null, cancel).ConfigureAwait(false);
        StructureFile.Write(folder, structure);
        if (sampleRows is { } most)
        {
            Sample = await new RowSampler(context.Engine, session, structure, most, context.Observer).ChooseAsync(cancel).ConfigureAwait(false);
        }

        StateFolder.CreatePrivate(Path.Combine(folder, "data"));
        var files = new List<TableFile>();
        var tables = structure.Objects.Where(o => o.Kind == DbKinds.Table && ServerSnapshot.HasContent(o)).ToList();
        var activity = $"Backing up {context.Address.Database}";
        foreach (var table in tables)
        {
            context.Observer.Progress(new ProgressReport(activity, table.FullName, 1, files.Count * 100 / tables.Count));
            var forms = TableKey.Stored(table, structure).Select(c => new SqlServerColumnForm(c)).ToList();
            var file = $"data/{files.Count + 1:D5}.rows.gz";
            await WriteAsync(session, Sample.SourcesOf(table, SqlServerName.Quote(table.Schema, table.Name)), forms, Path.Combine(folder, file), cancel).ConfigureAwait(false);
            files.Add(new TableFile(table.Key, [.. forms.Select(f => f.Name)], file, TableFile.Binary) { Types = [.. forms.Select(f => f.Form)] });
        }

        context.Observer.Progress(new ProgressReport(activity, "Done", 1, 100, Completed: true));
        var sequences = await SequencesAsync(session, cancel).ConfigureAwait(false);
        var snapshot = await new ServerSnapshot(context.Engine, session).ReadAsync(sampleRows is null ? SnapshotDepth.Checksums : SnapshotDepth.Structure, context.Observer, cancel).ConfigureAwait(false);
        new BackupDescription(context.Engine.Scheme, version ?? "", BackupDescription.BuiltIn) { Tables = files, Sequences = sequences }.Write(folder);
        await session.ExecuteAsync(context.Engine.Rollback, cancel).ConfigureAwait(false);
        return new BackupContent(await BackupFiles.NoteAsync(folder, cancel).ConfigureAwait(false), snapshot);
    }

    /// <summary>One moment for all that is read: by row versions where the database keeps them, else writers are kept out meanwhile.</summary>
    private async Task BeginAsync(ServerSession session, CancellationToken cancel)
    {
        const int On = 1;
        if (await session.ScalarAsync<int>("SELECT CAST(snapshot_isolation_state AS int) FROM sys.databases WHERE name = DB_NAME()", cancel).ConfigureAwait(false) == On)
        {
            await session.ExecuteAsync("SET TRANSACTION ISOLATION LEVEL SNAPSHOT", cancel).ConfigureAwait(false);
            await session.ExecuteAsync(context.Engine.BeginTransaction, cancel).ConfigureAwait(false);
            return;
        }

        context.Observer.Warning($"Others cannot write to {context.Address.Database} while it is backed up: it keeps no row versions (ALLOW_SNAPSHOT_ISOLATION is off), so that its tables are locked.");
        await session.ExecuteAsync($"SET LOCK_TIMEOUT {MostMilliseconds}", cancel).ConfigureAwait(false);
        await session.ExecuteAsync(context.Engine.BeginTransaction, cancel).ConfigureAwait(false);
        var structure = await new SqlServerStructureReader(readsOwn: true).ReadAsync(session, null, cancel).ConfigureAwait(false);
        foreach (var table in structure.Objects.Where(o => o.Kind == DbKinds.Table && ServerSnapshot.HasContent(o)))
        {
            await session.ReadAsync(SqlServerBackupText.Hold(context.Engine.Rows.Name(table)), _ => { }, cancel).ConfigureAwait(false);
        }
    }

    /// <param name="sources">What stands after FROM to read the rows, one after the other.</param>
    private static Task WriteAsync(ServerSession session, IReadOnlyList<string> sources, IReadOnlyList<SqlServerColumnForm> forms, string file, CancellationToken cancel) => session.TranslateAsync(async () =>
    {
        await using var target = RowFile.Create(file);
        foreach (var source in sources)
        {
            var select = $"SELECT {string.Join(", ", forms.SelectMany(f => f.Read()).DefaultIfEmpty("1"))} FROM {source}";
            session.Observer.Detail(select);
            await using var command = session.Connection.CreateCommand();
            (command.CommandText, command.CommandTimeout) = (select, 0);
            await using DbDataReader reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            var row = new byte[]?[forms.Count];
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
            {
                for (int i = 0, at = 0; i < row.Length; i++, at++)
                {
                    var isVariant = forms[i].Form == SqlServerColumnForm.Variant;
                    var variantType = isVariant && !reader.IsDBNull(at) ? reader.GetString(at) : null;
                    at += isVariant ? 1 : 0;
                    row[i] = reader.IsDBNull(at) ? null : forms[i].Encode(reader.GetProviderSpecificValue(at), variantType);
                }

                await RowFile.WriteAsync(target, row, cancel).ConfigureAwait(false);
            }
        }

        await RowFile.EndAsync(target, cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    /// <summary>How far sequences, and tables that number their rows, have come; those that gave out nothing yet are left out.</summary>
    private static async Task<IReadOnlyList<SequenceValue>> SequencesAsync(ServerSession session, CancellationToken cancel) =>
    [
        .. await session.ListAsync("SELECT s.name, o.name, CAST(o.current_value AS nvarchar(50)), CAST(o.increment AS nvarchar(50)) FROM sys.sequences o JOIN sys.schemas s ON s.schema_id = o.schema_id",
            row => new SequenceValue(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? "" : row.GetString(2), true), cancel).ConfigureAwait(false),
        .. await session.ListAsync("SELECT s.name, t.name, CAST(i.last_value AS nvarchar(50)) FROM sys.identity_columns i JOIN sys.tables t ON t.object_id = i.object_id JOIN sys.schemas s ON s.schema_id = t.schema_id WHERE i.last_value IS NOT NULL",
            row => new SequenceValue(row.GetString(0), row.GetString(1), row.GetString(2), true), cancel).ConfigureAwait(false),
    ];
}
