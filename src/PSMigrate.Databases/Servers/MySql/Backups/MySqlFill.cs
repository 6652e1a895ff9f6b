using System.Text;
using MySqlConnector;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;

namespace PSMigrate.Databases.Servers.MySql.Backups;

/// <summary>Fills a database that has nothing in it with a backup's content, or empties one so that it can be filled.</summary>
internal sealed class MySqlFill(ServerBackupContext context, string folder)
{
    public const string DumpFile = "dump.sql.gz";

    /// <summary>A statement of rows is sent when it has grown so long, which every server takes.</summary>
    private const int MostBytes = 1 << 20;

    private const int MostParameters = 2000;

    /// <summary>Rows come in any order, and with the values that they had; the rest of what a definition depends on it brings itself.</summary>
    private const string Settings = "SET SESSION foreign_key_checks = 0, SESSION unique_checks = 0, SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', SESSION time_zone = '+00:00', SESSION net_read_timeout = 3600";

    private readonly DbStructure structure = StructureFile.Read(folder);

    public async Task FillAsync(string database, MySqlTools? tools, BackupDescription description, CancellationToken cancel)
    {
        var activity = $"Restoring into {database}";
        if (!description.IsBuiltIn)
        {
            var file = Path.Combine(folder, DumpFile);
            var length = Math.Max(1, new FileInfo(file).Length);
            await PrepareAsync(database, cancel).ConfigureAwait(false);
            void Heard(long at) => context.Observer.Progress(new ProgressReport(activity, database, 1, (int)(at * 100 / length)));
            await (tools is null ? LoadAsync(database, file, Heard, cancel) : tools.LoadAsync(context, database, file, Heard, cancel)).ConfigureAwait(false);
        }
        else
        {
            await FillBuiltInAsync(database, description, activity, cancel).ConfigureAwait(false);
        }

        await MakeEventsAsync(database, cancel).ConfigureAwait(false);
        if (context.Original is null)
        {
            // Accounts are the server's: on another one they may be missing.
            await GivePermissionsAsync(database, cancel).ConfigureAwait(false);
        }

        context.Observer.Progress(new ProgressReport(activity, "Done", 1, 100, Completed: true));
    }

    private async Task LoadAsync(string database, string file, Action<long> heard, CancellationToken cancel)
    {
        var session = await OpenAsync(database, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        await MySqlDumpLoad.RunAsync(session, file, heard, cancel).ConfigureAwait(false);
    }

    /// <summary>Drops everything that is in the database.</summary>
    public async Task EmptyAsync(string database, CancellationToken cancel)
    {
        var session = await OpenAsync(database, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var present = await new MySqlStructureReader(readsOwn: true).ReadAsync(session, null, cancel).ConfigureAwait(false);
        await RunAsync(session, Revoking(context.Engine, present).Concat(new StructureRemoval(context.Engine, present, null).Statements), cancel).ConfigureAwait(false);
    }

    /// <summary>Rights on tables are the server's, and stay when the tables go.</summary>
    public static IEnumerable<string> Revoking(ServerEngine engine, DbStructure present) =>
        present.Objects.Where(o => o.Facet(DbFacets.Permissions) is not null && o.Kind is DbKinds.Table or DbKinds.View or DbKinds.Sequence)
            .SelectMany(o => engine.Writer.Alter(o, WithoutPermissions(o)) ?? []);

    private async Task<ServerSession> OpenAsync(string database, CancellationToken cancel)
    {
        var session = await context.ConnectAsync(database, cancel).ConfigureAwait(false);
        await session.ExecuteAsync(Settings, cancel).ConfigureAwait(false);
        return session;
    }

    /// <summary>A dump does not say what the database gives to what is made in it.</summary>
    private async Task PrepareAsync(string database, CancellationToken cancel)
    {
        var session = await OpenAsync(database, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        foreach (var defaults in structure.Objects.Where(o => o.Kind == MySqlKinds.Database))
        {
            await RunAsync(session, context.Engine.Writer.Create(defaults, structure), cancel).ConfigureAwait(false);
        }
    }

    private async Task FillBuiltInAsync(string database, BackupDescription description, string activity, CancellationToken cancel)
    {
        var session = await OpenAsync(database, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var order = new RestoreOrder(structure);
        foreach (var one in order.Before.OrderBy(o => o.Kind == MySqlKinds.Database ? 0 : 1))
        {
            await MakeAsync(session, one, cancel).ConfigureAwait(false);
        }

        var done = 0;
        foreach (var file in description.Tables)
        {
            context.Observer.Progress(new ProgressReport(activity, structure.Find(file.Table)?.FullName ?? file.Table, 1, done++ * 100 / description.Tables.Count));
            await LoadAsync(session, file, cancel).ConfigureAwait(false);
        }

        foreach (var one in order.After)
        {
            await MakeAsync(session, one, cancel).ConfigureAwait(false);
        }

        foreach (var one in description.Sequences)
        {
            var name = MySqlName.Quote(one.Name);
            await RunAsync(session, [one.IsCalled ? $"ALTER TABLE {name} AUTO_INCREMENT = {ulong.Parse(one.Value, System.Globalization.CultureInfo.InvariantCulture)}" : $"DO SETVAL({name}, {decimal.Parse(one.Value, System.Globalization.CultureInfo.InvariantCulture)}, 0)"], cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Events come last, when there is what they act on; in a copy they are there and do not run.</summary>
    private async Task MakeEventsAsync(string database, CancellationToken cancel)
    {
        var events = structure.Objects.Where(o => o.Kind == MySqlKinds.Event).ToList();
        if (events.Count == 0)
        {
            return;
        }

        var session = await OpenAsync(database, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        foreach (var one in events)
        {
            var made = database == context.Address.Database ? one : MySqlEventReader.HeldBack(one);
            await RunAsync(session, [$"DROP EVENT IF EXISTS {MySqlName.Quote(one.Name)}", .. context.Engine.Writer.Create(made, structure)], cancel).ConfigureAwait(false);
        }
    }

    private Task MakeAsync(ServerSession session, DbObject one, CancellationToken cancel) =>
        one.Kind == MySqlKinds.Event ? Task.CompletedTask
        : one.Parent is { } parent && structure.Find(parent) is not null && context.Engine.Writer.IsMadeWithParent(one) ? Task.CompletedTask
        : RunAsync(session, context.Engine.Writer.Create(WithoutPermissions(one), structure), cancel);

    /// <summary>What was granted on objects belongs to the structure, and no dump has it.</summary>
    private async Task GivePermissionsAsync(string database, CancellationToken cancel)
    {
        var session = await OpenAsync(database, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        foreach (var one in structure.Objects.Where(o => o.Facet(DbFacets.Permissions) is not null))
        {
            await RunAsync(session, context.Engine.Writer.Alter(WithoutPermissions(one), one) ?? [], cancel).ConfigureAwait(false);
        }
    }

    private async Task LoadAsync(ServerSession session, TableFile file, CancellationToken cancel)
    {
        var table = structure.Find(file.Table) ?? throw new MigrationException("BackupManifestInvalid", ErrorKind.Conflict, $"The backup has rows of {file.Table}, and not the table.")
        {
            Offender = folder,
            RecommendedAction = "The backup cannot be trusted: use another.",
        };
        var insert = $"INSERT INTO {MySqlName.Quote(table.Name)} ({MySqlName.List(file.Columns)}) VALUES ";
        session.Observer.Detail(insert);
        await session.ExecuteAsync("START TRANSACTION", cancel).ConfigureAwait(false);
        var rows = new List<byte[]?[]>();
        var bytes = 0L;
        await foreach (var row in RowFile.ReadAsync(Path.Combine(folder, file.File), cancel).ConfigureAwait(false))
        {
            rows.Add(row);
            bytes += row.Sum(v => v?.Length ?? 4);
            if (bytes > MostBytes || (rows.Count + 1) * row.Length > MostParameters)
            {
                await SendAsync(session, insert, file, rows, cancel).ConfigureAwait(false);
                rows.Clear();
                bytes = 0;
            }
        }

        await SendAsync(session, insert, file, rows, cancel).ConfigureAwait(false);
        await session.ExecuteAsync("COMMIT", cancel).ConfigureAwait(false);
    }

    private static async Task SendAsync(ServerSession session, string insert, TableFile file, IReadOnlyList<byte[]?[]> rows, CancellationToken cancel)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await session.TranslateAsync(async () =>
        {
            await using var command = new MySqlCommand { Connection = (MySqlConnection)session.Connection, CommandTimeout = 0 };
            var text = new StringBuilder(insert);
            for (var r = 0; r < rows.Count; r++)
            {
                text.Append(r == 0 ? "(" : ", (");
                for (var i = 0; i < rows[r].Length; i++)
                {
                    var name = $"@v{command.Parameters.Count}";
                    text.Append(i == 0 ? "" : ", ").Append(rows[r][i] is null ? "NULL" : MySqlColumnForm.Write(file.Types[i], name));
                    if (rows[r][i] is { } value)
                    {
                        command.Parameters.Add(new MySqlParameter(name, value));
                    }
                }

                text.Append(')');
            }

            command.CommandText = text.ToString();
            return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }, cancel).ConfigureAwait(false);
    }

    private static DbObject WithoutPermissions(DbObject one) => one with
    {
        Facets = new SortedDictionary<string, string>(one.Facets.Where(f => f.Key != DbFacets.Permissions).ToDictionary(f => f.Key, f => f.Value), StringComparer.Ordinal),
    };

    private static async Task RunAsync(ServerSession session, IEnumerable<string> statements, CancellationToken cancel)
    {
        foreach (var statement in statements)
        {
            await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
        }
    }
}
