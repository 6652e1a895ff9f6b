using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.MySql.Backups;

/// <summary>
/// Backups by mariadb-dump or mysqldump. The manifest's snapshot is read by a connection that began at the same moment as the dump: until
/// both have begun, writers are kept out.
/// </summary>
internal sealed partial class MySqlDump(ServerBackupContext context, MySqlTools tools)
{
    /// <returns>Null, with the reason, where both could not begin at one moment.</returns>
    public async Task<(BackupContent? Content, string WhyNot)> BackupAsync(string folder, CancellationToken cancel)
    {
        var reader = new MySqlStructureReader(readsOwn: true);
        var present = await reader.ReadAsync(context.Session, null, cancel).ConfigureAwait(false);
        if (MySqlDumpLosses.FirstIn(present) is { } loss)
        {
            return (null, loss);
        }

        var tables = present.Objects.Where(o => o.Kind == DbKinds.Table).Select(o => o.Name).ToList();
        var (holding, whyNot) = await MySqlMoment.HoldAsync(context, tables, cancel).ConfigureAwait(false);
        if (holding is null)
        {
            return (null, whyNot);
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task dumping;
        ServerSession session;
        await using (holding.ConfigureAwait(false))
        {
            session = await MySqlMoment.OpenAsync(context, cancel).ConfigureAwait(false);
            dumping = DumpAsync(Path.Combine(folder, MySqlFill.DumpFile), tables.Count, begun, both.Token);
            // It says what it reads first when it has begun; a database without tables has nothing that could be of another moment.
            await Task.WhenAny(begun.Task, dumping).ConfigureAwait(false);
        }

        await using var _ = session.ConfigureAwait(false);
        var reading = ReadAsync(session, reader, folder, both.Token);
        await Workers.TogetherAsync(reading, dumping, both).ConfigureAwait(false);
        var version = await context.Session.ScalarAsync<string>("SELECT VERSION()", cancel).ConfigureAwait(false);
        new BackupDescription(context.Engine.Scheme, version!, tools.Name) { ToolVersion = tools.Version.ToString() }.Write(folder);
        return (new BackupContent(await BackupFiles.NoteAsync(folder, cancel).ConfigureAwait(false), await reading.ConfigureAwait(false)), "");
    }

    private async Task<TargetSnapshot> ReadAsync(ServerSession session, MySqlStructureReader reader, string folder, CancellationToken cancel)
    {
        StructureFile.Write(folder, await reader.ReadAsync(session, null, cancel).ConfigureAwait(false));
        return await new ServerSnapshot(context.Engine, session).ReadAsync(SnapshotDepth.Checksums, context.Observer, cancel).ConfigureAwait(false);
    }

    private async Task DumpAsync(string file, int total, TaskCompletionSource begun, CancellationToken cancel)
    {
        var activity = $"Backing up {context.Address.Database}";
        var done = 0;
        await tools.DumpAsync(context, file, line =>
        {
            if (TableBegun().Match(line) is { Success: true } match)
            {
                begun.TrySetResult();
                context.Observer.Progress(new ProgressReport(activity, match.Groups[1].Value, 1, total > 0 ? Math.Min(99, done++ * 100 / total) : -1));
            }
        }, cancel).ConfigureAwait(false);
        context.Observer.Progress(new ProgressReport(activity, "Done", 1, 100, Completed: true));
    }

    [GeneratedRegex("^-- Retrieving table structure for table (.*?)\\.\\.\\.$")]
    private static partial Regex TableBegun();
}
