using System.Diagnostics;
using Npgsql;
using PSMigrate.Databases.Servers;
using PSMigrate.Databases.Servers.PostgreSql;
using PSMigrate.Databases.Tests.Servers;
using PSMigrate.Databases.Tests.Servers.Backups;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.PostgreSql;

/// <summary>Backups of PostgreSQL's databases, by pg_dump and without it, and what comes back of them.</summary>
[Collection(BackupCollection.Name)]
public sealed class PostgreSqlBackupTests(PostgreSqlServer server)
{
    private const string Bank = "CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL); INSERT INTO accounts SELECT i, 100 FROM generate_series(1, 2000) i";

    public static TheoryData<bool> WithToolsAndWithout => [true, false];

    [Theory]
    [MemberData(nameof(WithToolsAndWithout))]
    public async Task A_restore_gives_back_everything_and_removes_what_came_later(bool tools)
    {
        await using var database = await server.CreateDatabaseAsync();
        // A dump has no language whose handler belongs to an extension: pg_dump writes it without, and pg_restore refuses.
        await database.ExecuteEachAsync([.. Corpus.All.Where(s => !tools || !s.Contains("LANGUAGE own", StringComparison.Ordinal)), .. PostgreSqlValues.All(database.Name)]);
        using var room = Room(database, tools);
        var structure = await PostgreSqlRooms.ReadAsync(database);
        var image = await PostgreSqlImage.ReadAsync(server, database.Name);

        var backup = await room.BackupAsync();
        Assert.True(backup.RestoreTested);
        await database.ExecuteAsync("ALTER EVENT TRIGGER watch DISABLE; DROP TABLE sales.orders CASCADE; CREATE TABLE later (x int); UPDATE sales.customers SET name = 'x'; SELECT setval('sales.numbers', -50); DROP TABLE psmigrate.history; CREATE EXTENSION pg_trgm");
        await room.RestoreAsync(backup);

        PostgreSqlRooms.AssertSame(structure, await PostgreSqlRooms.ReadAsync(database));
        // A column that a table both inherits and has itself is made as one that it inherits.
        var now = await PostgreSqlImage.ReadAsync(server, database.Name);
        Assert.Equal("", string.Join("\n\n", image.Except(now).Select(p => $"- {p}").Concat(now.Except(image).Select(p => $"+ {p}")).Where(p => tools || p.StartsWith("- COPY ", StringComparison.Ordinal) || !p.Contains("sales.child", StringComparison.Ordinal))));
        Assert.Equal([database.Name], await DatabasesLikeAsync(database.Name));
        Assert.Empty(await DatabasesLikeAsync("psmigrate_"));
    }

    [Theory]
    [MemberData(nameof(WithToolsAndWithout))]
    public async Task A_backup_taken_while_others_write_is_of_one_moment(bool tools)
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Bank);
        using var room = Room(database, tools);
        using var stop = new CancellationTokenSource();
        var transfers = 0;
        var writer = Task.Run(async () =>
        {
            await using var connection = await database.OpenAsync();
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
            {
                await using var command = new NpgsqlCommand($"BEGIN; UPDATE accounts SET balance = balance - 1 WHERE id = {random.Next(1, 2001)}; UPDATE accounts SET balance = balance + 1 WHERE id = {random.Next(1, 2001)}; COMMIT", connection);
                await command.ExecuteNonQueryAsync();
                transfers++;
            }
        }, BackupRoom.Cancel);
        Assert.True(SpinWait.SpinUntil(() => transfers > 2, TimeSpan.FromSeconds(20)));
        var (from, backup) = (transfers, await room.BackupAsync());
        Assert.True(transfers > from);
        await stop.CancelAsync();
        await writer;

        await using var other = await server.CreateDatabaseAsync();
        await room.RestoreAsync(backup, $"postgres:{other.ConnectionString}");

        Assert.Equal(200_000, await other.ScalarAsync<long>("SELECT sum(balance) FROM accounts"));
        Assert.Equal(2000, backup.Rows);
    }

    [Theory]
    [MemberData(nameof(WithToolsAndWithout))]
    public async Task What_the_database_is_like_by_itself_stays(bool tools)
    {
        await using var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(Corpus.Roles);
        await database.ExecuteAsync($"""
            CREATE TABLE t (x int);
            ALTER DATABASE {database.Name} OWNER TO corpus_owner; ALTER DATABASE {database.Name} SET search_path = "$user", "Odd, one", public; ALTER DATABASE {database.Name} SET work_mem = '5MB';
            ALTER ROLE corpus_writer IN DATABASE {database.Name} SET statement_timeout = '7s'; COMMENT ON DATABASE {database.Name} IS 'it''s ours';
            REVOKE CONNECT ON DATABASE {database.Name} FROM PUBLIC; GRANT CREATE ON DATABASE {database.Name} TO corpus_writer WITH GRANT OPTION; ALTER DATABASE {database.Name} CONNECTION LIMIT 17
            """);
        using var room = Room(database, tools);
        var traits = await TraitsAsync(database.Name);

        var backup = await room.BackupAsync();
        await room.RestoreAsync(backup);

        Assert.Equal(traits, await TraitsAsync(database.Name));
    }

    [Theory]
    [MemberData(nameof(WithToolsAndWithout))]
    public async Task A_database_that_others_are_connected_to_is_not_restored(bool tools)
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Bank);
        using var room = Room(database, tools);
        var backup = await room.BackupAsync();
        await database.ExecuteAsync("DELETE FROM accounts WHERE id = 1");
        await using (var other = new NpgsqlConnection(database.ConnectionString + ";Application Name=shop"))
        {
            await other.OpenAsync(BackupRoom.Cancel);
            var error = await Assert.ThrowsAsync<MigrationException>(() => room.RestoreAsync(backup));

            Assert.Equal("TargetInUse", error.ErrorId);
            Assert.Contains("shop", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1999, await database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
        Assert.Empty(await DatabasesLikeAsync("psmigrate_"));
    }

    [Theory]
    [MemberData(nameof(WithToolsAndWithout))]
    public async Task A_restore_that_fails_in_the_middle_leaves_the_database_alone(bool tools)
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Bank);
        using var room = Room(database, tools);
        var backup = await room.BackupAsync();
        await database.ExecuteAsync("DELETE FROM accounts WHERE id = 1");
        foreach (var file in Directory.GetFiles(backup.Path, "*.gz", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, BackupRoom.Cancel);
            await File.WriteAllBytesAsync(file, bytes.AsMemory(0, bytes.Length / 2), BackupRoom.Cancel);
        }

        await using (var target = await room.OpenAsync())
        {
            await Assert.ThrowsAnyAsync<Exception>(() => target.RestoreAsync(backup.Path, backup.Manifest.Content, room, BackupRoom.Cancel));
            // It is still connected, to what was there.
            Assert.Single(await target.QueryAsync("SELECT 1", 1, BackupRoom.Cancel));
        }

        Assert.Equal(1999, await database.ScalarAsync<long>("SELECT count(*) FROM accounts"));
        Assert.Empty(await DatabasesLikeAsync("psmigrate_"));
    }

    [Theory]
    [MemberData(nameof(WithToolsAndWithout))]
    public async Task A_copy_is_made_by_the_server_or_where_somebody_is_connected_by_dump_and_restore(bool tools)
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Bank + $"; ALTER DATABASE {database.Name} SET search_path = elsewhere");
        using var room = Room(database, tools);
        await using var target = await room.OpenAsync();
        foreach (var isBusy in new[] { false, true })
        {
            await using var other = isBusy ? await database.OpenAsync() : null;
            room.Decisions.Clear();
            string address;
            await using (var copy = await target.CreateCopyAsync(room.NewFolder("work"), room, BackupRoom.Cancel))
            {
                address = copy.Address.ToString();
                var expected = await target.SnapshotAsync(SnapshotDepth.Checksums, room, BackupRoom.Cancel);
                var found = await copy.SnapshotAsync(SnapshotDepth.Checksums, room, BackupRoom.Cancel);
                Assert.Empty(expected.Baseline.DriftTo(found.Baseline));
                Assert.Empty(expected.ContentDifferences(found));
                Assert.Equal("elsewhere", (await ((ServerTarget)copy).QueryAsync("SELECT current_setting('search_path')", 1, BackupRoom.Cancel))[0][0]);
                Assert.Equal(isBusy, room.Decisions.Any(d => d.Contains("backing up and restoring", StringComparison.Ordinal)));
                Assert.Single(await DatabasesLikeAsync("psmigrate_copy_"));
            }

            Assert.Empty(await DatabasesLikeAsync("psmigrate_"));
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(room.Folder, "work")));
        }
    }

    [Theory]
    [MemberData(nameof(WithToolsAndWithout))]
    public async Task An_account_that_may_not_make_databases_restores_in_place_and_is_told_that_it_cannot_copy(bool tools)
    {
        await using var database = await server.CreateDatabaseAsync();
        var role = $"plain_{database.Name}";
        await server.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{server.Password}'; ALTER DATABASE {database.Name} OWNER TO {role}");
        try
        {
            await using (var own = new NpgsqlConnection(server.ConnectionString(database.Name, role)))
            {
                await own.OpenAsync(BackupRoom.Cancel);
                await using var command = new NpgsqlCommand(Bank + "; CREATE VIEW rich AS SELECT * FROM accounts WHERE balance > 99; CREATE SCHEMA psmigrate; CREATE TABLE psmigrate.history (step text); INSERT INTO psmigrate.history VALUES ('one')", own);
                await command.ExecuteNonQueryAsync(BackupRoom.Cancel);
            }

            using var room = new BackupRoom(new ServerTargetKind(() => new PostgreSqlEngine()), $"postgres:{server.ConnectionString(database.Name, role)}", "PSMIGRATE_PG_BIN", tools ? null : "");
            await using var target = await room.OpenAsync();
            var folder = room.NewFolder("backup");
            var content = await target.BackupAsync(folder, room, BackupRoom.Cancel);
            await database.ExecuteAsync($"DELETE FROM accounts WHERE id < 100; SET ROLE {role}; CREATE TABLE later (id serial); DROP TABLE psmigrate.history");

            var error = await Assert.ThrowsAsync<MigrationException>(() => target.CreateCopyAsync(room.NewFolder("work"), room, BackupRoom.Cancel));
            Assert.Equal("CopyNotMade", error.ErrorId);
            await target.RestoreAsync(folder, content, room, BackupRoom.Cancel);

            var restored = await target.SnapshotAsync(SnapshotDepth.Checksums, room, BackupRoom.Cancel);
            Assert.Empty(content.Snapshot.Baseline.DriftTo(restored.Baseline));
            Assert.Empty(content.Snapshot.ContentDifferences(restored));
            Assert.Equal("one", await database.ScalarAsync<string>("SELECT step FROM psmigrate.history"));
            Assert.Contains(room.Decisions, d => d.Contains("in place", StringComparison.Ordinal));
        }
        finally
        {
            await database.ExecuteAsync($"REASSIGN OWNED BY {role} TO tester; DROP OWNED BY {role}");
            await server.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Tools_that_are_older_than_the_server_are_not_used_and_it_is_said_why()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Bank);
        using var scripts = new ScriptedTools();
        scripts.Write("pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'");
        scripts.Write("pg_restore", "echo 'pg_restore (PostgreSQL) 9.6.24'");
        using var room = Room(database, scripts.Folder);

        var backup = await room.BackupAsync();

        Assert.Contains(room.Decisions, d => d.Contains("pg_dump 9.6 is older than version 15", StringComparison.Ordinal));
        Assert.True(File.Exists(Path.Combine(backup.Path, "structure.json")));
    }

    [Fact]
    public async Task What_a_tool_complains_about_is_in_the_error_and_nothing_is_left_behind()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Bank);
        using var scripts = new ScriptedTools();
        scripts.Write("pg_dump", "if [ \"$1\" = --version ]; then echo 'pg_dump (PostgreSQL) 15.9'; else echo 'pg_dump: error: the disk sings' >&2; echo 'pg_dump: detail: loudly' >&2; exit 3; fi");
        scripts.Write("pg_restore", "exit 1");
        using var room = Room(database, scripts.Folder);
        await using var target = await room.OpenAsync();
        var folder = room.NewFolder("backup");

        var error = await Assert.ThrowsAsync<MigrationException>(() => target.BackupAsync(folder, room, BackupRoom.Cancel));

        Assert.Equal("BackupFailed", error.ErrorId);
        Assert.Contains("the disk sings", error.Message, StringComparison.Ordinal);
        Assert.Contains("loudly", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task Secrets_are_on_no_command_line_and_files_are_their_owners_alone()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(Bank);
        using var scripts = new ScriptedTools();
        foreach (var program in new[] { "pg_dump", "pg_restore" })
        {
            scripts.Write(program, $"echo \"$@\" >> {scripts.Folder}/said; exec {PostgreSqlImage.Program(program)} \"$@\"");
        }

        using var room = Room(database, scripts.Folder);
        var backup = await room.BackupAsync();
        await room.RestoreAsync(backup);

        var said = await File.ReadAllTextAsync(Path.Combine(scripts.Folder, "said"), BackupRoom.Cancel);
        Assert.Contains("--snapshot=", said, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Password, said, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Password, string.Join('\n', room.Decisions), StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(backup.Path, "*", SearchOption.AllDirectories))
        {
            Assert.True(ScriptedTools.IsPrivate(file), file);
            Assert.DoesNotContain(server.Password, await File.ReadAllTextAsync(file, BackupRoom.Cancel), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true, "Backing up")]
    [InlineData(true, "Restoring")]
    [InlineData(false, "Backing up")]
    [InlineData(false, "Restoring")]
    public async Task Stopped_in_the_middle_nothing_is_left_behind(bool tools, string during)
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(string.Join(';', Enumerable.Range(0, 30).Select(i => $"CREATE TABLE t{i} AS SELECT n, md5(n::text) AS text FROM generate_series(1, 3000) n")));
        using var room = Room(database, tools);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(BackupRoom.Cancel);
        var begun = 0;
        room.OnProgress = report =>
        {
            if (report.Activity.StartsWith(during, StringComparison.Ordinal) && !report.Completed && Interlocked.Increment(ref begun) == 5)
            {
                stop.Cancel();
            }
        };
        await using (var target = await room.OpenAsync())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room.Keeper.BackupAsync(target, room.State, "", stop.Token));
        }

        Assert.Empty(Directory.Exists(room.State.Path) ? Directory.GetFiles(room.State.Path, "*", SearchOption.AllDirectories) : []);
        Assert.Empty(await DatabasesLikeAsync("psmigrate_"));
        for (var since = Stopwatch.StartNew(); await database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") > 0;)
        {
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), "Somebody is still at work.");
            await Task.Delay(50, BackupRoom.Cancel);
        }
    }

    [Fact]
    public async Task A_type_without_a_binary_form_and_a_table_without_columns_are_backed_up_without_tools()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("""
            CREATE TABLE rights (a aclitem, t text); INSERT INTO rights VALUES ('tester=r/tester', E'tab\t, line\n, \\.');
            CREATE TABLE nothing (); INSERT INTO nothing DEFAULT VALUES; INSERT INTO nothing DEFAULT VALUES
            """);
        using var room = Room(database, tools: false);
        var image = await PostgreSqlImage.ReadAsync(server, database.Name);

        await room.RestoreAsync(await room.BackupAsync());

        Assert.Equal(image, await PostgreSqlImage.ReadAsync(server, database.Name));
    }

    [Fact]
    public async Task Rows_that_a_policy_hides_from_the_account_are_not_silently_left_out()
    {
        await using var database = await server.CreateDatabaseAsync();
        var role = $"blind_{database.Name}";
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{server.Password}'; {Bank}; ALTER TABLE accounts ENABLE ROW LEVEL SECURITY; GRANT SELECT ON accounts TO {role}");
        try
        {
            using var room = new BackupRoom(new ServerTargetKind(() => new PostgreSqlEngine()), $"postgres:{server.ConnectionString(database.Name, role)}", "PSMIGRATE_PG_BIN", "");
            await using var target = await room.OpenAsync();
            await Assert.ThrowsAsync<MigrationException>(() => target.BackupAsync(room.NewFolder("backup"), room, BackupRoom.Cancel));
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Theory]
    [MemberData(nameof(WithToolsAndWithout))]
    public async Task A_copy_never_takes_the_stream_that_a_subscription_of_the_original_receives(bool tools)
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteEachAsync(["CREATE SUBSCRIPTION hears CONNECTION 'host=127.0.0.1 port=1 dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = of_nobody)", "ALTER SUBSCRIPTION hears ENABLE"]);
        using var room = Room(database, tools);
        await using var target = await room.OpenAsync();

        await using (var copy = (ServerTarget)await target.CreateCopyAsync(room.NewFolder("work"), room, BackupRoom.Cancel))
        {
            const string Sql = "SELECT count(*) FROM pg_subscription WHERE subenabled AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())";
            Assert.Equal("0", (await copy.QueryAsync(Sql, 1, BackupRoom.Cancel))[0][0]);
            Assert.Equal(1, await database.ScalarAsync<long>(Sql));
        }

        Assert.Empty(await DatabasesLikeAsync("psmigrate_"));
    }

    private static BackupRoom Room(PostgreSqlDatabase database, bool tools) => Room(database, tools ? null : "");

    private static BackupRoom Room(PostgreSqlDatabase database, string? tools) =>
        new(new ServerTargetKind(() => new PostgreSqlEngine()), $"postgres:{database.ConnectionString}", "PSMIGRATE_PG_BIN", tools);

    private async Task<IReadOnlyList<string>> DatabasesLikeAsync(string prefix)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT coalesce(array_agg(datname::text), '{{}}') FROM pg_database WHERE datname ~ '^{prefix}($|[^0-9])' OR (datname ~ '^{prefix}' AND '{prefix}' ~ '_$')", connection);
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    private async Task<string?> TraitsAsync(string name)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            SELECT concat_ws('|', datdba::regrole, pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit, (SELECT array_agg(a ORDER BY a) FROM unnest(datacl::text[]) a), shobj_description(oid, 'pg_database'),
                (SELECT array_agg(setrole::regrole || ':' || setconfig::text ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid)) FROM pg_database d WHERE datname = '{name}'
            """, connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
