using System.Globalization;
using DbUp.Support;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using PSMigrate.Benchmarks.Reports;
using PSMigrate.Benchmarks.Scripts;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>
/// How fast a large script is cut into its statements, and how much memory that takes. Those that hold everything are given a tenth of
/// the script, so that the machine's memory suffices.
/// </summary>
internal sealed class SplitMeasurement(BenchmarkRoom room, BenchmarkOptions options)
{
    private const double Mebibyte = 1024 * 1024;
    private const long Size = 200 * 1024 * 1024;

    /// <summary>Measures and prints, one table.</summary>
    public async Task RunAsync(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("## Cut a large script into its statements");
        output.WriteLine();
        var table = new MarkdownTable("Script", "By", "MiB", "Statements", "MiB/s", "Peak growth MiB");
        foreach (var dialect in new[] { SqlDialect.Sqlite, SqlDialect.PostgreSql, SqlDialect.MySql, SqlDialect.SqlServer })
        {
            await MeasureAsync(dialect, table);
        }

        table.Write(output);
    }

    private async Task MeasureAsync(SqlDialect dialect, MarkdownTable table)
    {
        var (large, small) = (Path.Combine(room.Path, "large.sql"), Path.Combine(room.Path, "small.sql"));
        var (inLarge, inSmall) = (LargeScript.Write(large, dialect, Size), LargeScript.Write(small, dialect, Size / 10));
        var splitters = new List<Splitter>
        {
            new("PSMigrate, statements", large, inLarge, path => SqlScriptReader.Statements(path, dialect).Count()),
            new("PSMigrate, with facts", large, inLarge, path => SqlScriptReader.Statements(path, dialect).Count(s => dialect.ReadFacts(s).Kind >= 0)),
        };
        if (dialect == SqlDialect.SqlServer)
        {
            splitters.Add(new("PSMigrate, statements", small, inSmall, path => SqlScriptReader.Statements(path, dialect).Count()));
            splitters.Add(new("DbUp's splitter", small, inSmall, path => new SqlCommandSplitter().SplitScriptIntoCommands(File.ReadAllText(path)).Count()));
            splitters.Add(new("ScriptDom's parser", small, inSmall, CountBatches));
        }

        var growth = splitters.ToDictionary(splitter => splitter, _ => new List<double>());
        var times = await InterleavedRounds.RunAsync(splitters, splitter => splitter.Name, options.Rounds, async splitter =>
        {
            using var memory = new PeakMemory();
            var milliseconds = await Timing.MillisecondsAsync(() =>
            {
                var count = splitter.Count(splitter.Path);
                return count == splitter.Expected ? Task.CompletedTask : throw new BenchmarkException(string.Create(CultureInfo.InvariantCulture,
                    $"{splitter.Name} found {count} of {splitter.Expected} statements."));
            });
            growth[splitter].Add(memory.Growth);
            return milliseconds;
        });
        foreach (var (splitter, time) in splitters.Zip(times))
        {
            var size = new FileInfo(splitter.Path).Length / Mebibyte;
            table.Add(
                dialect.Name,
                splitter.Name,
                Cell.Milliseconds(size),
                splitter.Expected.ToString("#,0", CultureInfo.InvariantCulture),
                Cell.Milliseconds(size / time.Median * 1000),
                Cell.Milliseconds(new Samples(splitter.Name, growth[splitter]).Median / Mebibyte));
        }

        File.Delete(large);
        File.Delete(small);
    }

    private static int CountBatches(string path)
    {
        using var reader = new StreamReader(path);
        var script = (TSqlScript)new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        return errors.Count == 0 ? script.Batches.Count : throw new BenchmarkException(errors[0].Message);
    }

    private sealed record Splitter(string Name, string Path, int Expected, Func<string, int> Count);
}
