using System.Data.Common;
using MySqlConnector;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.Rows;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Journal;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.MySql.Backups;

/// <summary>
/// The backup that needs no tools: the structure as the catalog describes it, and each table's rows, by one connection that sees one
/// moment, as MySQL's connections cannot share one. The format is open: docs/backup-format.md.
/// </summary>
/// <param name="sampleRows">About how many rows of each table are taken at most; null for all.</param>
internal sealed class MySqlLogicalBackup(ServerBackupContext context, int? sampleRows = null)
{
    /// <summary>What was taken of the rows.</summary>
    public RowSample Sample { get; private set; } = RowSample.Whole;

    public async Task<BackupContent> BackupAsync(string folder, CancellationToken cancel)
    {
        var session = await MySqlMoment.OpenAsync(context, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var version = await session.ScalarAsync<string>("SELECT VERSION()", cancel).ConfigureAwait(false);
        var structure = await new MySqlStructureReader(readsOwn: true).ReadAsync(session, null, cancel).ConfigureAwait(false);
        StructureFile.Write(folder, structure);
        if (sampleRows is { } most)
        {
            Sample = await new RowSampler(context.Engine, session, structure, most, context.Observer).ChooseAsync(cancel).ConfigureAwait(false);
        }

        StateFolder.CreatePrivate(Path.Combine(folder, "data"));
        var types = await TypesAsync(session, cancel).ConfigureAwait(false);
        var files = new List<TableFile>();
        var tables = structure.Objects.Where(o => o.Kind == DbKinds.Table).ToList();
        var activity = $"Backing up {context.Address.Database}";
        foreach (var table in tables)
        {
            context.Observer.Progress(new ProgressReport(activity, table.FullName, 1, files.Count * 100 / tables.Count));
            var forms = TableKey.Stored(table, structure).Select(c => MySqlColumnForm.Of(c, types[(table.Name, c.Name)].Type, types[(table.Name, c.Name)].CharacterSet)).ToList();
            var file = $"data/{files.Count + 1:D5}.rows.gz";
            await WriteAsync(session, Sample.SourcesOf(table, MySqlName.Quote(table.Name)), forms, Path.Combine(folder, file), cancel).ConfigureAwait(false);
            files.Add(new TableFile(table.Key, [.. forms.Select(f => f.Name)], file, TableFile.Binary) { Types = [.. forms.Select(f => f.Type)] });
        }

        context.Observer.Progress(new ProgressReport(activity, "Done", 1, 100, Completed: true));
        var sequences = await SequencesAsync(session, structure, cancel).ConfigureAwait(false);
        var snapshot = await new ServerSnapshot(context.Engine, session).ReadAsync(sampleRows is null ? SnapshotDepth.Checksums : SnapshotDepth.Structure, context.Observer, cancel).ConfigureAwait(false);
        new BackupDescription(context.Engine.Scheme, version!, BackupDescription.BuiltIn) { Tables = files, Sequences = sequences }.Write(folder);
        return new BackupContent(await BackupFiles.NoteAsync(folder, cancel).ConfigureAwait(false), snapshot);
    }

    private static async Task<Dictionary<(string Table, string Column), (string Type, string? CharacterSet)>> TypesAsync(ServerSession session, CancellationToken cancel)
    {
        var types = new Dictionary<(string, string), (string, string?)>();
        await session.ReadAsync("SELECT table_name, column_name, data_type, character_set_name FROM information_schema.columns WHERE table_schema = DATABASE()",
            row => types[(row.GetString(0), row.GetString(1))] = (row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3)), cancel).ConfigureAwait(false);
        return types;
    }

    /// <param name="sources">What stands after FROM to read the rows, one after the other.</param>
    private static Task WriteAsync(ServerSession session, IReadOnlyList<string> sources, IReadOnlyList<MySqlColumnForm> forms, string file, CancellationToken cancel) => session.TranslateAsync(async () =>
    {
        await using var target = RowFile.Create(file);
        foreach (var source in sources)
        {
            var select = $"SELECT {string.Join(", ", forms.Select(f => f.Read()))} FROM {source}";
            session.Observer.Detail(select);
            await using var command = new MySqlCommand(select, (MySqlConnection)session.Connection) { CommandTimeout = 0 };
            await using DbDataReader reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            var row = new byte[]?[forms.Count];
            while (await reader.ReadAsync(cancel).ConfigureAwait(false))
            {
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = reader.IsDBNull(i) ? null : reader.GetFieldValue<byte[]>(i);
                }

                await RowFile.WriteAsync(target, row, cancel).ConfigureAwait(false);
            }
        }

        await RowFile.EndAsync(target, cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    /// <summary>What comes next in sequences, and in tables that number their rows.</summary>
    private static async Task<IReadOnlyList<SequenceValue>> SequencesAsync(ServerSession session, DbStructure structure, CancellationToken cancel)
    {
        var values = new List<SequenceValue>();
        foreach (var one in structure.Objects.Where(o => o.Kind == DbKinds.Sequence))
        {
            values.AddRange(await session.ListAsync($"SELECT next_not_cached_value FROM {MySqlName.Quote(one.Name)}",
                row => new SequenceValue("", one.Name, Convert.ToString(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!, false), cancel).ConfigureAwait(false));
        }

        values.AddRange(await session.ListAsync("SELECT table_name, auto_increment FROM information_schema.tables WHERE table_schema = DATABASE() AND auto_increment > 1",
            row => new SequenceValue("", row.GetString(0), Convert.ToString(row.GetValue(1), System.Globalization.CultureInfo.InvariantCulture)!, true), cancel).ConfigureAwait(false));
        return values;
    }
}
