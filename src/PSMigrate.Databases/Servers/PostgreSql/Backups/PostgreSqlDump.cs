using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Backups;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Engine;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.PostgreSql.Backups;

/// <summary>Backups by pg_dump, in its directory format, and their restoring by pg_restore.</summary>
internal sealed partial class PostgreSqlDump(ServerBackupContext context, PostgreSqlTools tools)
{
    private const string Way = "pg_dump";

    /// <summary>A lock that another holds on a table is waited for so long, in milliseconds.</summary>
    private const string LockWait = "300000";

    /// <summary>Roles are the server's: on another one they may be missing.</summary>
    private string[] ElsewhereOptions => context.Original is null ? [] : ["--no-owner", "--no-privileges"];

    public static string FolderIn(string folder) => Path.Combine(folder, "dump");

    public async Task<BackupContent> BackupAsync(string folder, CancellationToken cancel)
    {
        var moment = await PostgreSqlMoment.OpenAsync(context, cancel).ConfigureAwait(false);
        await using var _ = moment.ConfigureAwait(false);
        var version = await moment.Session.ScalarAsync<string>("SELECT current_setting('server_version')", cancel).ConfigureAwait(false);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);

        // Both look at the same moment: the manifest says of the backup exactly what is in it.
        var reading = new ServerSnapshot(context.Engine, moment.Session).ReadAsync(SnapshotDepth.Checksums, context.Observer, both.Token);
        var dumping = DumpAsync(FolderIn(folder), moment.Id, both.Token);
        await Workers.TogetherAsync(reading, dumping, both).ConfigureAwait(false);
        new BackupDescription(context.Engine.Scheme, version!, Way) { ToolVersion = tools.Version.ToString() }.Write(folder);
        return new BackupContent(await BackupFiles.NoteAsync(folder, cancel).ConfigureAwait(false), await reading.ConfigureAwait(false));
    }

    /// <summary>Dumps the database as it is, or as it was when a snapshot was exported.</summary>
    public async Task DumpAsync(string folder, string? snapshot, CancellationToken cancel)
    {
        Journal.StateFolder.CreatePrivate(folder);
        var total = await context.Session.ScalarAsync<int>("SELECT count(*)::int FROM pg_catalog.pg_class WHERE relkind = 'r' AND oid >= 16384", cancel).ConfigureAwait(false);
        await ReportingAsync($"Backing up {context.Address.Database}", total, heard => tools.RunAsync(
            context, "pg_dump",
            [
                "--format=directory", $"--file={folder}", $"--jobs={PostgreSqlTools.Jobs}", "--no-password", "--verbose", $"--lock-wait-timeout={LockWait}",
                .. snapshot is null ? Array.Empty<string>() : [$"--snapshot={snapshot}"],
            ],
            "BackupFailed", heard, cancel)).ConfigureAwait(false);
    }

    /// <summary>Restores a dump into a database that was just made.</summary>
    /// <param name="content">What the backup's manifest says; null for a copy, which has none.</param>
    public async Task RestoreAsync(string dump, BackupContent? content, string database, CancellationToken cancel)
    {
        await RemoveUsualAsync(content, database, cancel).ConfigureAwait(false);
        await ReportingAsync($"Restoring into {database}", content?.Snapshot.Contents.Count ?? 0, heard => tools.RunAsync(
            context, "pg_restore",
            ["--format=directory", $"--dbname={PostgreSqlTools.ConnectionTo(database)}", $"--jobs={PostgreSqlTools.Jobs}", "--no-password", "--exit-on-error", "--verbose", .. ElsewhereOptions, dump],
            "RestoreFailed", heard, cancel)).ConfigureAwait(false);
    }

    /// <summary>
    /// Restores a dump into the database itself, in the one transaction of a psql that is given what removes the present content, and
    /// then what pg_restore writes.
    /// </summary>
    public async Task RestoreInPlaceAsync(string dump, IReadOnlyList<string> removing, CancellationToken cancel)
    {
        async Task WriteAsync(Stream input, CancellationToken stop)
        {
            await using (var writer = new StreamWriter(input, new System.Text.UTF8Encoding(false), leaveOpen: true))
            {
                foreach (var statement in removing.Prepend("SET client_min_messages = warning"))
                {
                    await writer.WriteLineAsync((statement + ";").AsMemory(), stop).ConfigureAwait(false);
                }
            }

            await tools.RunAsync(context, "pg_restore", ["--format=directory", "--file=-", dump], "RestoreFailed", _ => { }, stop,
                output: (output, ending) => output.CopyToAsync(input, ending)).ConfigureAwait(false);
        }

        await ReportingAsync($"Restoring {context.Address.Database}", 0, heard => tools.RunAsync(
            context, "psql",
            ["--no-psqlrc", "--quiet", "--no-password", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null", $"--dbname={PostgreSqlTools.ConnectionTo(context.Address.Database)}", "--file=-"],
            "RestoreFailed", heard, cancel, WriteAsync)).ConfigureAwait(false);
    }

    /// <summary>What every new database has, and the one that was backed up had not: a dump does not say that it was dropped.</summary>
    private async Task RemoveUsualAsync(BackupContent? content, string database, CancellationToken cancel)
    {
        string[] gone =
        [
            .. IsMissing(content, DbKinds.Schema, "public") ? ["DROP SCHEMA public"] : Array.Empty<string>(),
            .. IsMissing(content, "extension", "plpgsql") ? ["DROP EXTENSION plpgsql"] : Array.Empty<string>(),
        ];
        if (gone.Length == 0)
        {
            return;
        }

        var session = await context.ConnectAsync(database, cancel).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        foreach (var statement in gone)
        {
            await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
        }
    }

    private static bool IsMissing(BackupContent? content, string kind, string name) => content is not null && !content.Snapshot.Objects.Any(o => o.Kind == kind && o.Name == name);

    private async Task ReportingAsync(string activity, int total, Func<Action<string>, Task> act)
    {
        var done = 0;
        context.Observer.Progress(new ProgressReport(activity, "", 1, total > 0 ? 0 : -1));
        await act(line =>
        {
            if (TableBegun().Match(line) is { Success: true } match)
            {
                var percent = total > 0 ? Math.Min(99, done * 100 / total) : -1;
                done++;
                context.Observer.Progress(new ProgressReport(activity, match.Groups[1].Value, 1, percent));
            }
            else if (Warned().IsMatch(line))
            {
                context.Observer.Decision(line);
            }
        }).ConfigureAwait(false);
        context.Observer.Progress(new ProgressReport(activity, "Done", 1, 100, Completed: true));
    }

    [GeneratedRegex("^pg_(?:dump|restore): (?:dumping contents of|processing data for) table \"(.*)\"$")]
    private static partial Regex TableBegun();

    [GeneratedRegex("^pg_(?:dump|restore): warning: ")]
    private static partial Regex Warned();
}
