using System.Data.Common;
using PSMigrate.Databases.Tests.Engine;
using PSMigrate.Databases.Tests.Sql;
using PSMigrate.Engine;
using PSMigrate.Targets;
using Xunit;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>What others hold while a script runs: it is waited for as long as the script says, tried again, and they are named.</summary>
public abstract class LockContract
{
    private readonly Log log = new();

    private protected abstract TestDatabase NewDatabase();

    private protected abstract DbConnection Connect(string connectionString);

    /// <summary>Keeps everybody else from writing the table notes until the transaction ends; takes effect in an open transaction.</summary>
    private protected abstract string HoldNotes { get; }

    private protected virtual string Begin => "BEGIN";

    /// <summary>Skips what needs a server that tells by its error that a lock was not to be had.</summary>
    private protected virtual void SkipUnlessLocksAreToldOf()
    {
    }

    [Fact]
    public async Task Who_holds_what_a_statement_waits_for_is_named_while_it_waits()
    {
        using var folder = NewFolder();
        folder.Script("V1__fill.sql", "UPDATE notes SET text = 'mine';");
        var plan = await folder.PlanAsync();
        await using var other = await HoldAsync(folder);
        var running = folder.RunAsync(plan, MigrationFolder.Forced);

        await log.WaitForAsync(line => line.Contains("waits", StringComparison.Ordinal) && line.Contains(Session(other), StringComparison.Ordinal));
        await EndAsync(other);

        Assert.Null((await running).Failure);
        Assert.Equal("mine", folder.Value("SELECT text FROM notes WHERE id = 1"));
    }

    [Fact]
    public async Task A_lock_that_is_let_go_in_time_is_had_at_a_later_attempt()
    {
        SkipUnlessLocksAreToldOf();
        using var folder = NewFolder();
        folder.Script("V1__fill.sql", "-- LockTimeout: 1s\nINSERT INTO notes VALUES (2, 'new');\nUPDATE notes SET text = 'mine' WHERE id = 1;");
        var plan = await folder.PlanAsync();
        await using var other = await HoldAsync(folder);
        var running = folder.RunAsync(plan, MigrationFolder.Forced);

        await log.WaitForAsync(line => line.Contains("tried again", StringComparison.Ordinal));
        await EndAsync(other);

        Assert.Null((await running).Failure);
        Assert.Equal("mine", folder.Value("SELECT text FROM notes WHERE id = 1"));
        Assert.Equal(2L, Convert.ToInt64(folder.Value("SELECT count(*) FROM notes"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_lock_that_is_not_to_be_had_names_its_holder_and_nothing_is_done()
    {
        SkipUnlessLocksAreToldOf();
        using var folder = NewFolder();
        folder.Script("V1__fill.sql", "-- LockTimeout: 1s\nUPDATE notes SET text = 'mine';");
        var plan = await folder.PlanAsync();
        await using var other = await HoldAsync(folder);

        var result = await folder.RunAsync(plan, MigrationFolder.Forced);

        var error = Refused.Is("LockNotGranted", result.Failure);
        Assert.Contains(Session(other), error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Busy, error.Kind);
        await EndAsync(other);
        Assert.Equal("a", folder.Value("SELECT text FROM notes WHERE id = 1"));
        Assert.Empty(folder.Captures());
    }

    /// <summary>What tells the session of a connection from others in messages.</summary>
    private protected abstract string Session(DbConnection connection);

    private MigrationFolder NewFolder() => new("CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR(20)); INSERT INTO notes VALUES (1, 'a')", _ => NewDatabase()) { Observer = log };

    private async Task<DbConnection> HoldAsync(MigrationFolder folder)
    {
        var connection = Connect(TargetAddress.Parse(folder.Target).ConnectionWithSecrets);
        await connection.OpenAsync(MigrationFolder.Cancel);
        await RunAsync(connection, Begin);
        await RunAsync(connection, HoldNotes);
        return connection;
    }

    private static Task EndAsync(DbConnection connection) => RunAsync(connection, "ROLLBACK");

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(MigrationFolder.Cancel);
    }

    /// <summary>All that a user would read.</summary>
    private sealed class Log : IMigrationObserver
    {
        private readonly List<string> lines = [];

        public async Task WaitForAsync(Func<string, bool> isIt)
        {
            for (var i = 0; i < 600; i++)
            {
                lock (lines)
                {
                    if (lines.Any(isIt))
                    {
                        return;
                    }
                }

                await Task.Delay(50, MigrationFolder.Cancel);
            }

            Assert.Fail($"It was not said:\n{string.Join("\n", lines)}");
        }

        public void Progress(ProgressReport report) { }

        public void Milestone(string message) => Add(message);

        public void Decision(string message) => Add(message);

        public void Detail(string message) { }

        public void Warning(string message) => Add(message);

        private void Add(string line)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }
}
