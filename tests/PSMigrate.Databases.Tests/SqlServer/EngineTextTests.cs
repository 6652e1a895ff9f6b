using Microsoft.SqlServer.TransactSql.ScriptDom;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.SqlServer;
using PSMigrate.Databases.Servers.SqlServer.Backups;
using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.SqlServer;

/// <summary>What the engine asks and tells a server besides structure and rows is T-SQL to Microsoft's own parser, of every version from 2016 to 2022.</summary>
public sealed class EngineTextTests
{
    private static readonly SqlServerEngine Engine = new();

    private static readonly HistoryEntry Entry = new()
    {
        RunId = "run", PlanName = "plan", PlanHash = "hash", Step = "step", Kind = "sql", Checksum = "sum", AppliedAt = DateTimeOffset.UnixEpoch, AppliedBy = "somebody",
    };

    public static TheoryData<int> Versions { get; } = [130, 140, 150, 160];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Versions))]
    public Task The_history_parses(int version) => ParsesAsync(version, 18, async session =>
    {
        foreach (var isThere in new[] { false, true })
        {
            var history = new ServerHistory(Engine, () => session);
            await history.CreateAsync(Cancel);
            await history.ReadAsync(Cancel);
            await history.RecordAsync(Entry, Cancel);
            await history.RecordAsync(Entry with { Sequence = 7, IsBegun = isThere }, Cancel);
            await history.KeepProgressAsync(Entry with { Sequence = 7 }, new StepProgress("1", "{}"), Cancel);
            await history.MentionedAsync("capture_", Cancel);
            await history.MarkUndoneAsync(Entry, "other", DateTimeOffset.UnixEpoch, Cancel);
            await history.SetAsync("name", "value", Cancel);
            await history.GetAsync("name", Cancel);
            await history.RecordBaselineAsync(new Baseline("structure", new Dictionary<string, string>(), DateTimeOffset.UnixEpoch), "run", Cancel);
            await history.RestartAsync(Entry with { Sequence = 7 }, Cancel);
            await Record.ExceptionAsync(() => history.ReadUndoRecordAsync(Entry, Cancel));
        }
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public Task Locks_sessions_and_rights_parse(int version) => ParsesAsync(version, 24, async session =>
    {
        await Engine.TryLockAsync(session, new LockHolder("somebody", 1, "run", DateTimeOffset.UnixEpoch), Cancel);
        await Engine.DescribeLockHolderAsync(session, Cancel);
        await Engine.UnlockAsync(session, Cancel);
        await Engine.IsInTransactionAsync(session, Cancel);
        await Engine.SessionIdAsync(session, Cancel);
        await Engine.DescribeSessionAsync(session, "51 2026-01-01", Cancel);
        await Engine.HasOwnAsync(session, "history", Cancel);
        await Engine.PrepareOwnAsync(session, Cancel);
        await Engine.ListOwnAsync(session, "capture_", Cancel);
        await Engine.WritesAsync(session, Cancel);
        await Engine.RowEstimatesAsync(session, Cancel);
        await Engine.ReadOnlyAsync(session, () => Task.CompletedTask, "SELECT 1", Cancel);
        await Engine.ResetAsync(session, Cancel);
        await Engine.SearchPathAsync(session, Cancel);
        await Engine.SelfCheckAsync(session, Cancel);
        await Engine.ReadOnlyBecauseAsync(session, Cancel);
        var table = DbObject.KeyOf(DbKinds.Table, null, "dbo", "t");
        await Engine.MissingRightsAsync(session, new NeededRights
        {
            KeepsHistory = true, CreatesSchemas = true, CreatesIn = new HashSet<string> { "dbo" }, Altered = new HashSet<string> { table }, Written = new HashSet<string> { table },
        }, Cancel);
        await Record.ExceptionAsync(() => SqlServerServerBackup.WhyNotAsync(session, Cancel));
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public Task What_is_watched_parses(int version) => ParsesAsync(version, 9, async session =>
    {
        await Engine.ActivityAsync(session, "51 2026-01-01", Cancel);
        await Engine.SizesAsync(session, Cancel);
        foreach (var query in new[] { SqlServerActivity.Request, SqlServerActivity.Waits, SqlServerActivity.Rows, SqlServerActivity.Blocker, SqlServerActivity.Held, SqlServerActivity.Process, SqlServerActivity.BlockingSession })
        {
            await session.ExecuteAsync(query, Cancel, 51);
        }
    });

    /// <summary>Of a server that has everything, in order, once with nothing there and once with everything.</summary>
    private static async Task ParsesAsync(int version, int least, Func<ServerSession, Task> ask)
    {
        TSqlParser parser = version switch { 130 => new TSql130Parser(true), 140 => new TSql140Parser(true), 150 => new TSql150Parser(true), _ => new TSql160Parser(true) };
        var heard = new HashSet<string>(StringComparer.Ordinal);
        foreach (var all in new object?[] { null, 1 })
        {
            await using var connection = new ListeningConnection("engine", newest: true) { FirstValue = _ => all };
            await using var session = new ServerSession(connection, e => throw e);
            await ask(session);
            heard.UnionWith(connection.Heard);
        }

        Assert.True(heard.Count >= least, $"{heard.Count} statements");
        foreach (var statement in heard)
        {
            using var reader = new StringReader(statement);
            parser.Parse(reader, out var errors);
            Assert.True(errors.Count == 0, errors.Count == 0 ? "" : $"{errors[0].Message}\n    {statement}");
        }
    }
}
