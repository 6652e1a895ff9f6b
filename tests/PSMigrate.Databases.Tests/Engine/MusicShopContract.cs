using System.Globalization;
using System.Text;
using PSMigrate.Backups;
using PSMigrate.Engine;
using PSMigrate.Integrity;
using PSMigrate.Plans;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>
/// A sample database as its makers hand it out, one script for each engine, loaded by one plan file that differs by its target only: planned,
/// rehearsed, backed up, run, checked and taken back.
/// </summary>
public abstract class MusicShopContract : EngineContract
{
    private const int Tracks = 300;

    private static readonly string[] Tables =
    [
        "CREATE TABLE artist (artist_id INTEGER NOT NULL, name VARCHAR(120), CONSTRAINT pk_artist PRIMARY KEY (artist_id))",
        "CREATE TABLE album (album_id INTEGER NOT NULL, title VARCHAR(160) NOT NULL, artist_id INTEGER NOT NULL, CONSTRAINT pk_album PRIMARY KEY (album_id), CONSTRAINT fk_album_artist FOREIGN KEY (artist_id) REFERENCES artist (artist_id))",
        "CREATE TABLE track (track_id INTEGER NOT NULL, name VARCHAR(200) NOT NULL, album_id INTEGER, price NUMERIC(10, 2) NOT NULL, CONSTRAINT pk_track PRIMARY KEY (track_id), CONSTRAINT fk_track_album FOREIGN KEY (album_id) REFERENCES album (album_id))",
        "CREATE TABLE employee (employee_id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, boss INTEGER, CONSTRAINT pk_employee PRIMARY KEY (employee_id), CONSTRAINT fk_employee_boss FOREIGN KEY (boss) REFERENCES employee (employee_id))",
        "CREATE TABLE playlist_track (playlist INTEGER NOT NULL, track_id INTEGER NOT NULL, CONSTRAINT pk_playlist_track PRIMARY KEY (playlist, track_id), CONSTRAINT fk_playlist_track FOREIGN KEY (track_id) REFERENCES track (track_id))",
        "CREATE INDEX ix_track_album ON track (album_id)",
    ];

    [Fact]
    public async Task A_sample_database_is_loaded_by_a_plan_file_that_differs_by_its_target_only()
    {
        using var folder = NewFolder();
        var scheme = folder.Target[..folder.Target.IndexOf(':', StringComparison.Ordinal)];
        folder.Write($"music.{scheme}.sql", Script(folder.DatabaseName));
        var before = folder.Image();
        var yaml = $$"""
            name: music
            target: {{folder.Target}}
            steps:
              - sql: ./music.${engine}.sql
            checks:
              - query: select count(*) from track t where not exists (select 1 from album a where a.album_id = t.album_id)
                expect: 0
            """;

        var plan = await folder.RehearseAsync(await folder.PlanFileAsync(yaml));
        Assert.True(plan.Rehearsal!.UndoProved, plan.Rehearsal.Summary);
        Assert.Empty(plan.Rehearsal.NotRehearsed);

        await folder.BackupAsync();
        var ran = await folder.RunAsync(plan, MigrationFolder.Forced);
        Assert.Null(ran.Failure);
        Assert.Equal([Tracks.ToString(CultureInfo.InvariantCulture)], folder.Rows("SELECT count(*) FROM track"));
        Assert.Equal(["Sorrow' s End; GO"], folder.Rows("SELECT name FROM track WHERE track_id = 7"));
        var results = await new IntegrityChecker(folder.NewServices(), SilentObserver.Instance).CheckAsync(ran.Plan, SnapshotDepth.Checksums, MigrationFolder.Cancel);
        Assert.All(results, r => Assert.True(r.Passed, $"{r.Name}: {r.Detail}"));

        Assert.Equal(RunOutcome.NothingToDo, (await folder.RunAsync(await folder.PlanFileAsync(yaml))).Plan.Run!.Outcome);
        Assert.Null((await folder.UndoAsync(ran.Plan)).Failure);
        Assert.Equal("", before.DifferenceTo(folder.Image()));
    }

    /// <summary>What the script begins with.</summary>
    private protected abstract string Head(string database);

    private protected virtual string Tail => "";

    /// <summary>What stands between statements.</summary>
    private protected virtual string Separator => ";\n";

    private string Script(string database)
    {
        var script = new StringBuilder("/* A music shop: who sings what on which record. */\n").Append(Head(database));
        void Add(string statement) => script.Append(statement).Append(Separator);
        foreach (var table in Tables)
        {
            Add(table);
        }

        Add("INSERT INTO artist VALUES (1, 'Ada'), (2, 'Björn')");
        Add("INSERT INTO album VALUES (1, 'Begin', 1), (2, 'Commit', 2), (3, '-- no comment', 2)");
        for (var i = 1; i <= Tracks; i++)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO track VALUES ({i}, '{(i == 7 ? "Sorrow'' s End; GO" : $"Track {i}")}', {(i % 3) + 1}, {i / 100m:0.00})"));
        }

        Add("INSERT INTO employee VALUES (1, 'Eve', NULL), (2, 'Bo', 1), (3, 'Cy', 1)");
        Add("INSERT INTO playlist_track VALUES (1, 1), (1, 2), (2, 1)");
        return script.Append(Tail).ToString();
    }
}
