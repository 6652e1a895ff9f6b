using System.Data;
using System.Globalization;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.SqlServer.Backups;

/// <summary>Fills a database that has nothing in it with a built-in backup's content, or one transaction's worth of emptying one and filling it anew.</summary>
internal sealed class SqlServerFill(ServerBackupContext context, string folder)
{
    private const int RowsAtOnce = 5000;
    private const int MostRows = 500;
    private const int MostParameters = 2000;

    private readonly DbStructure structure = StructureFile.Read(folder);

    /// <summary>Whether all columns of a bulk copy arrive: its driver asks for them in a way that not every server that speaks T-SQL understands.</summary>
    private const string TakesBulkCopies = "DECLARE @all nvarchar(10) = N''; SELECT @all = @all + part FROM (VALUES (N'a'), (N'b')) AS parts(part); SELECT LEN(@all)";

    public async Task FillNewAsync(string database, BackupDescription description, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(database, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var present = await new SqlServerStructureReader(readsOwn: true).ReadAsync(session, null, cancel).ConfigureAwait(false);
        await SetAsync(session, present, cancel).ConfigureAwait(false);
        await FillAsync(session, database, description, present, cancel).ConfigureAwait(false);
    }

    /// <summary>In one transaction: what fails has changed nothing.</summary>
    public async Task ReplaceAsync(string database, BackupDescription description, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(null, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var present = await new SqlServerStructureReader(readsOwn: true).ReadAsync(session, null, cancel).ConfigureAwait(false);
        var removal = new StructureRemoval(context.Engine, new DbStructure(present.Objects.Where(o => o.Kind != SqlServerKinds.Setting)), structure);
        await session.ExecuteAsync(context.Engine.BeginTransaction, cancel).ConfigureAwait(false);
        try
        {
            await RunAsync(session, removal.Statements, cancel).ConfigureAwait(false);
            await FillAsync(session, database, description, new DbStructure(present.Objects.Where(o => removal.Kept(o) is not null)), cancel).ConfigureAwait(false);
            await session.ExecuteAsync(context.Engine.Commit, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            if (session.Connection.State == ConnectionState.Open)
            {
                await session.ExecuteAsync(context.Engine.Rollback, CancellationToken.None).ConfigureAwait(false);
            }

            throw;
        }

        await SetAsync(session, present, cancel).ConfigureAwait(false);
    }

    /// <param name="present">What is there already.</param>
    private async Task FillAsync(ServerSession session, string database, BackupDescription description, DbStructure present, CancellationToken cancel)
    {
        var activity = $"Restoring into {database}";
        var order = new RestoreOrder(structure);
        await MakeAsync(session, order.Before, present, cancel).ConfigureAwait(false);
        var inBulk = await session.ScalarAsync<int>(TakesBulkCopies, cancel).ConfigureAwait(false) == 2;
        var filled = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < description.Tables.Count; i++)
        {
            var file = description.Tables[i];
            var table = structure.Find(file.Table) ?? throw Untrusted($"The backup has rows of {file.Table}, and not the table.");
            context.Observer.Progress(new ProgressReport(activity, table.FullName, 1, i * 100 / description.Tables.Count));
            if (await LoadAsync(session, table, file, inBulk, cancel).ConfigureAwait(false) > 0)
            {
                filled.Add(table.Key);
            }
        }

        await MakeAsync(session, order.After, present, cancel).ConfigureAwait(false);
        await ContinueAsync(session, description, filled, cancel).ConfigureAwait(false);
        context.Observer.Progress(new ProgressReport(activity, "Done", 1, 100, Completed: true));
    }

    private async Task MakeAsync(ServerSession session, IReadOnlyList<DbObject> all, DbStructure present, CancellationToken cancel)
    {
        foreach (var one in all.Where(o => o.Kind != SqlServerKinds.Setting && !(o.Parent is { } parent && structure.Find(parent) is not null && context.Engine.Writer.IsMadeWithParent(o))))
        {
            await RunAsync(session, present.Find(one.Key) is { } there ? context.Engine.Writer.Alter(there, one) ?? [] : context.Engine.Writer.Create(one, structure), cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Settings of the database itself, which no transaction takes.</summary>
    private async Task SetAsync(ServerSession session, DbStructure present, CancellationToken cancel)
    {
        foreach (var setting in structure.Objects.Where(o => o.Kind == SqlServerKinds.Setting && present.Find(o.Key)?.IsLike(o) != true))
        {
            await RunAsync(session, (present.Find(setting.Key) is { } there ? context.Engine.Writer.Alter(there, setting) : null) ?? context.Engine.Writer.Create(setting, structure), cancel).ConfigureAwait(false);
        }
    }

    private async Task<long> LoadAsync(ServerSession session, DbObject table, TableFile file, bool inBulk, CancellationToken cancel)
    {
        var columns = structure.ColumnsOf(table.Key).ToDictionary(c => c.Name, StringComparer.Ordinal);
        var forms = file.Columns.Select(c => new SqlServerColumnForm(columns.GetValueOrDefault(c) ?? throw Untrusted($"The backup has values of {table.FullName}.{c}, and not the column."))).ToList();
        var isBulk = inBulk && forms.All(f => f.BulkType is not null);
        var name = context.Engine.Rows.Name(table);
        var hasIdentity = file.Columns.Any(c => columns[c].Facet(DbFacets.Identity) is not null);
        var most = isBulk ? RowsAtOnce : Math.Clamp(MostParameters / Math.Max(1, forms.Count), 1, MostRows);
        var rows = new List<byte[]?[]>();
        var all = 0L;
        async Task SendAsync()
        {
            all += rows.Count;
            await (isBulk ? SqlServerBulkLoad.SendAsync(session, name, forms, rows, cancel) : InsertAsync(session, name, forms, rows, hasIdentity, cancel)).ConfigureAwait(false);
            rows.Clear();
        }

        await foreach (var row in RowFile.ReadAsync(Path.Combine(folder, file.File), cancel).ConfigureAwait(false))
        {
            rows.Add(row);
            if (rows.Count >= most)
            {
                await SendAsync().ConfigureAwait(false);
            }
        }

        if (rows.Count > 0)
        {
            await SendAsync().ConfigureAwait(false);
        }

        return all;
    }

    private static async Task<bool> InsertAsync(ServerSession session, string name, List<SqlServerColumnForm> forms, List<byte[]?[]> rows, bool hasIdentity, CancellationToken cancel)
    {
        var parameters = new List<object?>();
        var lines = new List<string>();
        foreach (var row in rows)
        {
            var values = new List<string>();
            for (var i = 0; i < row.Length; i++)
            {
                if (row[i] is not { } bytes)
                {
                    values.Add("NULL");
                    continue;
                }

                var (expression, value) = forms[i].Write(bytes, string.Create(CultureInfo.InvariantCulture, $"@p{parameters.Count + 1}"));
                values.Add(expression);
                parameters.Add(value);
            }

            // Not one list of rows: the server would want the same type of a column in all of them, and NULL has none.
            lines.Add($"SELECT {string.Join(", ", values)}");
        }

        var insert = forms.Count == 0
            ? string.Join("; ", rows.Select(_ => $"INSERT INTO {name} DEFAULT VALUES"))
            : string.Join("; ", lines.Select(line => $"INSERT INTO {name} ({SqlServerName.QuoteAll(forms.Select(f => f.Name))}) {line}"));
        await session.ExecuteAsync(hasIdentity ? $"SET IDENTITY_INSERT {name} ON; {insert}; SET IDENTITY_INSERT {name} OFF" : insert, cancel, [.. parameters]).ConfigureAwait(false);
        return true;
    }

    /// <summary>Sequences and numbered rows go on where they were.</summary>
    private async Task ContinueAsync(ServerSession session, BackupDescription description, HashSet<string> filled, CancellationToken cancel)
    {
        foreach (var one in description.Sequences.Where(s => s.Value.Length > 0))
        {
            var value = decimal.Parse(one.Value, CultureInfo.InvariantCulture);
            if (structure.Objects.FirstOrDefault(o => o.Kind == DbKinds.Sequence && o.Schema == one.Schema && o.Name == one.Name) is { } sequence)
            {
                await RestartAsync(session, sequence, value, cancel).ConfigureAwait(false);
            }
            else if (structure.Objects.FirstOrDefault(o => o.Kind == DbKinds.Table && o.Schema == one.Schema && o.Name == one.Name) is { } table)
            {
                // In a table that has had no rows yet the number is given out itself, and not what comes after it.
                var step = structure.ColumnsOf(table.Key).Select(c => c.Facet(DbFacets.Identity)).OfType<string>().Select(StepOf).FirstOrDefault(1);
                await RunAsync(session, [SqlServerBackupText.Renumber(context.Engine.Rows.Name(table), (filled.Contains(table.Key) ? value : value + step).ToString(CultureInfo.InvariantCulture))], cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task RestartAsync(ServerSession session, DbObject sequence, decimal value, CancellationToken cancel)
    {
        decimal Number(string facet, decimal other) => decimal.TryParse(sequence.Facet(facet), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : other;
        var step = Number(SqlServerFacets.Increment, 1);
        var (least, most) = (Number(SqlServerFacets.Minimum, decimal.MinValue), Number(SqlServerFacets.Maximum, decimal.MaxValue));
        var next = value + step;
        if (next < least || next > most)
        {
            if (sequence.Facet(SqlServerFacets.Cycle) is null)
            {
                context.Observer.Warning($"{sequence} had given out its last value, {value.ToString(CultureInfo.InvariantCulture)}: it may give it out once more.");
                return;
            }

            next = step > 0 ? least : most;
        }

        await RunAsync(session, [SqlServerBackupText.Restart(context.Engine.Rows.Name(sequence), next.ToString(CultureInfo.InvariantCulture))], cancel).ConfigureAwait(false);
    }

    /// <summary>The second number of <c>IDENTITY(1,2)</c>.</summary>
    private static decimal StepOf(string identity) =>
        decimal.TryParse(identity[(identity.IndexOf(',', StringComparison.Ordinal) + 1)..].TrimEnd(')'), NumberStyles.Number, CultureInfo.InvariantCulture, out var step) ? step : 1;

    private static async Task RunAsync(ServerSession session, IEnumerable<string> statements, CancellationToken cancel)
    {
        foreach (var statement in statements)
        {
            await session.RunAsync(statement, cancel).ConfigureAwait(false);
        }
    }

    private MigrationException Untrusted(string why) => new("BackupManifestInvalid", ErrorKind.Conflict, why)
    {
        Offender = folder,
        RecommendedAction = "The backup cannot be trusted: use another.",
    };
}
