using CsCheck;
using PSMigrate.Backups;
using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>What a SQLite file keeps of what was lost; and, as it is quick here, whatever retention is asked for.</summary>
public sealed class QuarantineTests : QuarantineContract
{
    /// <summary>
    /// Whatever was done before, and whatever is asked for, without force: every run can be taken back afterwards, step by step where
    /// that was proved, and else from the newest backup of before it.
    /// </summary>
    [Fact]
    public Task Nothing_that_a_way_back_needs_is_ever_removed() => Gen.Select(Gen.Int[0, 3].Array[1, 8], Gen.Int[0, 2], Gen.Int[0, 12], Gen.Bool).SampleAsync(
        async (acts, keepLast, olderThan, byAge) =>
        {
            using var room = NewRoom();
            var start = room.Folder.Image();
            var backups = new List<Backup>();
            var needed = new List<(string RunId, string Backup)>();
            (string RunId, bool Dies)? last = null;
            for (var i = 0; i < acts.Length; i++)
            {
                switch (acts[i])
                {
                    case 0:
                        backups.Add(await room.BackupAsync());
                        break;
                    case var act:
                        var run = await room.RunAsync($"{i}", $"UPDATE t SET x = x || '{i}'; DELETE FROM t WHERE id = {i}; INSERT INTO t (id, x) VALUES ({i + 10}, 'new')", rehearsed: act == 1);
                        last = (run.Run!.RunId, act == 3);
                        if (act != 1 && backups.Count > 0)
                        {
                            needed.Add((run.Run!.RunId, backups[^1].Id));
                        }

                        break;
                }
            }

            // After one that did not end there is no other before it is settled.
            if (last is { Dies: true } died)
            {
                room.LoseTheEnd(died.RunId);
            }

            await room.ClearAsync(new RetentionPolicy { KeepLast = keepLast, OlderThan = byAge ? TimeSpan.FromDays(olderThan) : null, IncludeQuarantine = true });

            Assert.Empty(needed.Select(n => n.Backup).Concat(backups.Select(b => b.Id).TakeLast(1)).Except(room.Ids()));
            while ((await room.Folder.HistoryAsync()).Any(e => e.IsApplied))
            {
                Assert.Null((await room.Folder.UndoAsync(await room.Folder.PlanAsync())).Failure);
            }

            Assert.Equal("", start.DifferenceTo(room.Folder.Image()));
        }, iter: 25, threads: 1);

    private protected override string SavedName => "psmigrate_saved_20261122T161752123Z_a1b2c3_1";

    private protected override string Table(RetentionFolder room, string name) => name;

    private protected override TestDatabase NewDatabase(string folder) => new SqliteTestDatabase(Path.Combine(folder, "shop.db"));
}
