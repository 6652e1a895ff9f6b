using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sqlite;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Tables that are copied from one engine to the next and come back to the first: every value, key, index and foreign key is there again.</summary>
public sealed class RoundTripTests(PostgreSqlServer postgreSql, MariaDbServer mariaDb)
{
    private const string Shop = """
        CREATE TABLE "Artist" ("ArtistId" INTEGER PRIMARY KEY, "Name" VARCHAR(120));
        CREATE TABLE "Album" ("AlbumId" INTEGER PRIMARY KEY, "Title" VARCHAR(160) NOT NULL, "ArtistId" INTEGER NOT NULL, CONSTRAINT "Album_1" FOREIGN KEY ("ArtistId") REFERENCES "Artist" ("ArtistId") ON DELETE CASCADE);
        CREATE TABLE "Track" ("TrackId" INTEGER PRIMARY KEY, "Name" VARCHAR(200) NOT NULL, "AlbumId" INTEGER, "UnitPrice" NUMERIC(10, 2) NOT NULL, "Rate" REAL, "Cover" BLOB, "Released" DATE, "Added" DATETIME, "Note" TEXT, "Explicit" BOOLEAN, "Ref" UUID,
            CONSTRAINT "Track_1" FOREIGN KEY ("AlbumId") REFERENCES "Album" ("AlbumId"));
        CREATE TABLE "PlaylistTrack" ("Playlist" VARCHAR(20) NOT NULL, "TrackId" INTEGER NOT NULL, PRIMARY KEY ("Playlist", "TrackId"), CONSTRAINT "PlaylistTrack_1" FOREIGN KEY ("TrackId") REFERENCES "Track" ("TrackId"));
        CREATE TABLE "select" ("order" INTEGER PRIMARY KEY, "group by" VARCHAR(10), "Ünïcode" VARCHAR(10), "boss" INTEGER, CONSTRAINT "select_1" FOREIGN KEY ("boss") REFERENCES "select" ("order"));
        CREATE UNIQUE INDEX "album_title" ON "Album" ("Title");
        CREATE INDEX "track_album" ON "Track" ("AlbumId");
        CREATE INDEX "track_name" ON "Track" ("Name" DESC, "TrackId");
        INSERT INTO "Artist" VALUES (1, 'AC/DC'), (2, 'Motörhead'), (3, NULL), (4, ''), (5, '日本語 😀'), (9223372036854775807, 'last'), (-5, 'a\b%_''"');
        INSERT INTO "Album" VALUES (1, 'One', 1), (2, 'one', 2), (3, 'one ', 2), (4, 'öne', 5), (5, 'ONE', 9223372036854775807);
        INSERT INTO "Track" VALUES
            (1, 'T1', 1, 0.99, 0.1, X'00FF01', '2026-01-02', '2026-01-02 03:04:05', 'line 1' || char(10) || 'line 2' || char(13) || char(9) || 'tab', 1, '00112233-4455-6677-8899-aabbccddeeff'),
            (2, 'T2', NULL, 99999999.99, -1e300, X'', '1000-01-01', '1999-12-31 23:59:59.999999', '\N', 0, NULL),
            (3, 'T3', 5, 0, 5e-324, NULL, '9999-12-31', NULL, '', NULL, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
            (4, ' T4 ', 3, -0.01, 1.7976931348623157e308, zeroblob(70000), '2024-02-29', '2024-02-29 00:00:00', replace(hex(zeroblob(40000)), '0', 'x'), 1, NULL);
        INSERT INTO "PlaylistTrack" VALUES ('a', 1), ('a', 2), ('A', 1), ('a ', 1), ('ä', 4);
        INSERT INTO "select" VALUES (1, 'x', 'é', 3), (2, NULL, 'e', 1), (3, 'y', 'É', NULL);
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_sqlite_over_postgresql_and_mariadb_and_back()
    {
        var folder = Directory.CreateTempSubdirectory("psmigrate-test-").FullName;
        var (first, last) = (Path.Combine(folder, "first.db"), Path.Combine(folder, "last.db"));
        new SqliteTestDatabase(first).Execute(Shop);
        _ = new SqliteTestDatabase(last);
        using var one = new PostgreSqlTestDatabase(postgreSql);
        using var two = new MariaDbTestDatabase(mariaDb);
        await Copies.RunAsync(folder, $"sqlite:{first}", one.Target);
        await Copies.RunAsync(folder, one.Target, two.Target);
        await Copies.RunAsync(folder, two.Target, $"sqlite:{last}");
        Assert.Equal(Content(first), Content(last));
        Assert.Equal(Keys(first), Keys(last));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Every value with its type, as SQLite itself writes it.</summary>
    private static List<string> Content(string file)
    {
        var database = new SqliteTestDatabase(file);
        var lines = new List<string>();
        foreach (var table in new[] { "Artist", "Album", "Track", "PlaylistTrack", "select" })
        {
            var columns = database.Rows($"SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
            lines.AddRange(database.Rows($"SELECT {string.Join(" || ', ' || ", columns.Select(c => $"quote(\"{c}\")"))} AS line FROM \"{table}\" ORDER BY 1").Select(line => $"{table}: {line}"));
        }

        return lines;
    }

    private static List<string> Keys(string file)
    {
        var database = new SqliteTestDatabase(file);
        const string Tables = "FROM sqlite_schema t";
        return
        [
            .. database.Rows($"SELECT t.name, c.name, c.pk, max(c.\"notnull\", c.pk > 0) {Tables}, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'psmigrate%' ORDER BY t.name, c.cid"),
            .. database.Rows($"SELECT t.name, f.\"table\", f.\"from\", f.\"to\", f.on_delete {Tables}, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' ORDER BY t.name, f.\"from\""),
            .. database.Rows($"SELECT t.name, i.name, i.\"unique\", x.name, x.\"desc\" {Tables}, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) x WHERE t.type = 'table' AND t.name NOT LIKE 'psmigrate%' AND x.key AND i.origin = 'c' ORDER BY t.name, i.name, x.seqno"),
        ];
    }
}
