using System.Globalization;
using PSMigrate.Benchmarks.Copying;
using PSMigrate.Benchmarks.Reports;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>
/// How fast a table of 16 columns gets from one database into another, beside the programs that people use for it. Each copies into a
/// table that is there, with its primary key, and empty. PSMigrate's plan is made before, and is not timed.
/// </summary>
internal sealed class CopyMeasurement(BenchmarkRoom room, BenchmarkOptions options)
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>Measures and prints, one table.</summary>
    public async Task RunAsync(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"## Copy a table of {options.Rows:N0} rows and 16 columns"));
        output.WriteLine();
        var table = new MarkdownTable("From", "To", "By", "Median s", "Rows/s", "Times the peer", "Peak growth MiB");
        using var sqlite = new SqliteCopyEnd(Path.Combine(room.Path, "copy-from.db"));
        sqlite.Make();
        sqlite.Fill(options.Rows);
        using var sqliteTo = new SqliteCopyEnd(Path.Combine(room.Path, "copy-to.db"));
        await MeasureAsync(sqlite, sqliteTo, [new AttachPeer()], table);
        if (options.PostgreSql is { } server)
        {
            using var from = new PostgreSqlCopyEnd(server);
            using var to = new PostgreSqlCopyEnd(server);
            from.Make();
            from.Fill(options.Rows);
            await MeasureAsync(from, to, [new PsqlPeer()], table);
            await MeasureAsync(sqlite, to, [new PgLoaderPeer()], table);
            await MeasureAsync(from, sqliteTo, [new SqliteImportPeer()], table);
            if (options.MySql is { } other)
            {
                using var mysql = new MySqlCopyEnd(other);
                await MeasureAsync(from, mysql, [new LoadDataPeer(room)], table);
            }
        }

        table.Write(output);
    }

    private async Task MeasureAsync(CopyEnd from, CopyEnd to, IReadOnlyList<CopyPeer> peers, MarkdownTable table)
    {
        List<CopyPeer> all = [new OwnCopy(room, verifies: true), new OwnCopy(room, verifies: false), .. peers.Where(p => p.IsHere)];
        all = [.. all.Where(p => options.Only.Count == 0 || options.Only.Any(only => p.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))];
        var growth = all.ToDictionary(p => p, _ => new List<double>());
        var times = await InterleavedRounds.RunAsync(all, p => p.Name, options.Rounds, async peer =>
        {
            to.Make();
            await peer.PrepareAsync(from, to);
            using var memory = new PeakMemory();
            var time = await Timing.MillisecondsAsync(() => peer.CopyAsync(from, to));
            growth[peer].Add(memory.Growth);
            var rows = to.Count();
            return rows == options.Rows ? time : throw new BenchmarkException(string.Create(CultureInfo.InvariantCulture, $"{peer.Name} copied {rows:N0} of {options.Rows:N0} rows from {from.Name} to {to.Name}."));
        });
        var against = all.FindIndex(p => p is not OwnCopy);
        foreach (var (peer, i) in all.Select((p, i) => (p, i)))
        {
            var median = times[i].Median;
            table.Add(
                from.Name,
                to.Name,
                peer.Name,
                (median / 1000).ToString("0.00", CultureInfo.InvariantCulture),
                (options.Rows / median * 1000).ToString("#,0", CultureInfo.InvariantCulture),
                against < 0 || i == against ? "" : (times[against].Median / median).ToString("0.00", CultureInfo.InvariantCulture),
                peer is OwnCopy ? Cell.Milliseconds(new Samples(peer.Name, growth[peer]).Median / Mebibyte) : "");
        }
    }
}
