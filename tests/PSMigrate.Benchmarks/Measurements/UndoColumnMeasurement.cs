using System.Globalization;
using Microsoft.Data.Sqlite;
using PSMigrate.Benchmarks.Contenders;
using PSMigrate.Benchmarks.Reports;
using PSMigrate.Databases;
using PSMigrate.Databases.Sqlite;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Targets;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>
/// How long it takes, and how much memory, to drop a column of a large table and to bring it back with every value, beside SQLite's
/// own INSERT … SELECT of that column; and what capturing costs an UPDATE of every row.
/// </summary>
internal sealed class UndoColumnMeasurement(BenchmarkRoom room, BenchmarkOptions options)
{
    private const double Mebibyte = 1024 * 1024;

    private static readonly int[] Sizes = [100_000, 1_000_000];

    /// <summary>Measures and prints, one row a size.</summary>
    public async Task RunAsync(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("## Undo of a dropped column, and an update of every row");
        output.WriteLine();
        var table = new MarkdownTable("Rows", "INSERT … SELECT ms", "Drop ms", "Undo ms", "Undo to INSERT … SELECT", "Undo's memory MiB", "Bare UPDATE ms", "UPDATE ms", "UPDATE to bare");
        await RoundAsync(10_000, new Round());
        foreach (var rows in Sizes)
        {
            var round = new Round();
            for (var i = 0; i < options.Rounds; i++)
            {
                await RoundAsync(rows, round);
            }

            table.Add(
                rows.ToString("N0", CultureInfo.InvariantCulture), Cell.Milliseconds(round.Select.Median), Cell.Milliseconds(round.Drop.Median), Cell.Milliseconds(round.Undo.Median),
                Cell.Ratio(round.Undo.RatioTo(round.Select)), Cell.Number(round.Memory.Median / Mebibyte),
                Cell.Milliseconds(round.Bare.Median), Cell.Milliseconds(round.Update.Median), Cell.Ratio(round.Update.RatioTo(round.Bare)));
        }

        table.Write(output);
    }

    private async Task RoundAsync(int rows, Round round)
    {
        var database = room.NewFile();
        Execute(database, "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT, balance INTEGER)",
            $"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows.ToString(CultureInfo.InvariantCulture)}) INSERT INTO customers SELECT i, 'customer ' || i, 'city ' || (i % 1000), i * 7 FROM n");
        // In a copy: what the copied column leaves behind would be in the way of the undo, and not of itself.
        var beside = new SqliteFile(database.Path + ".copy") { StateFolder = database.StateFolder };
        File.Copy(database.Path, beside.Path);
        round.Select.Add(await Timing.MillisecondsAsync(() => Run(beside,
            "BEGIN", "CREATE TABLE copy (id INTEGER PRIMARY KEY, city TEXT)", "INSERT INTO copy SELECT id, city FROM customers", "COMMIT")));
        var sum = Sum(database);
        Timing.Settle();
        File.Delete(beside.Path);

        var drop = await PlanAsync(database, "drop.sql", "ALTER TABLE customers DROP COLUMN city");
        round.Drop.Add(await Timing.MillisecondsAsync(() => ApplyAsync(drop)));
        using (var memory = new PeakMemory())
        {
            round.Undo.Add(await Timing.MillisecondsAsync(() => UndoAsync(drop)));
            round.Memory.Add(memory.Growth);
        }

        if (Sum(database) != sum)
        {
            throw new BenchmarkException("The undo did not give every value back.");
        }

        round.Bare.Add(await Timing.MillisecondsAsync(() => Run(database, "BEGIN", "UPDATE customers SET balance = balance + 1", "COMMIT")));
        var update = await PlanAsync(database, "update.sql", "UPDATE customers SET balance = balance + 1");
        round.Update.Add(await Timing.MillisecondsAsync(() => ApplyAsync(update)));
        Timing.Settle();
        database.Remove();
    }

    private static async Task<MigrationPlan> PlanAsync(SqliteFile database, string name, string script)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(database.Path)!, Path.GetFileNameWithoutExtension(name)));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), script);
        return await PSMigrateContender.PlanAsync(folder.FullName, database);
    }

    private static async Task ApplyAsync(MigrationPlan plan) =>
        Require(await new MigrationRunner(NewServices(), SilentObserver.Instance).RunAsync(plan, new RunOptions { Force = true }, CancellationToken.None));

    private static async Task UndoAsync(MigrationPlan plan) =>
        Require(await new UndoRunner(NewServices(), SilentObserver.Instance).UndoAsync(plan, new UndoSelection(), new RunOptions(), CancellationToken.None));

    private static void Require(ActResult result)
    {
        if (result.Failure is { } failure)
        {
            throw new BenchmarkException($"PSMigrate failed: {failure.Message}");
        }
    }

    private static MigrationServices NewServices() => new()
    {
        Catalog = new MigrationCatalog().Add(new SqliteTargetKind()).Add(new SqlStepKind()),
    };

    private static Task Run(SqliteFile database, params string[] statements)
    {
        Execute(database, statements);
        return Task.CompletedTask;
    }

    private static void Execute(SqliteFile database, params string[] statements)
    {
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }

    private static string Sum(SqliteFile database)
    {
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) || ' ' || sum(id * CAST(substr(city, 6) AS INTEGER)) || ' ' || sum(length(name) * id) FROM customers";
        return (string)command.ExecuteScalar()!;
    }

    private sealed class Round
    {
        public Values Select { get; } = new();

        public Values Drop { get; } = new();

        public Values Undo { get; } = new();

        public Values Memory { get; } = new();

        public Values Bare { get; } = new();

        public Values Update { get; } = new();
    }

    /// <summary>What is measured of one thing, round by round.</summary>
    private sealed class Values
    {
        private readonly List<double> values = [];

        public double Median => Samples.Median;

        private Samples Samples => new("", values);

        public void Add(double value) => values.Add(value);

        public double RatioTo(Values other) => Samples.RatioTo(other.Samples);
    }
}
