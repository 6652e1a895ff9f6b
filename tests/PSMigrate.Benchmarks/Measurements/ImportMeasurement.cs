using System.Diagnostics;
using System.Globalization;
using PSMigrate.Benchmarks.Reports;

namespace PSMigrate.Benchmarks.Measurements;

/// <summary>
/// What importing the module adds to the start of a bare PowerShell engine, in processes of their own. A module with
/// one empty function is measured as well: the engine's own share of any import.
/// </summary>
internal sealed class ImportMeasurement(BenchmarkRoom room, BenchmarkOptions options)
{
    private static readonly string BuiltManifest = Path.Combine("out", "PSMigrate", "PSMigrate.psd1");

    private sealed record Start(double Process, double Engine);

    /// <summary>Measures and prints.</summary>
    public async Task RunAsync(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("## Import the module into a new PowerShell engine");
        output.WriteLine();
        if ((options.Module ?? FindManifest()) is not { } manifest || !File.Exists(manifest))
        {
            output.WriteLine("Not measured: the module has not been built.");
            return;
        }

        string?[] imports = [null, EmptyModule.Write(room), Path.GetFullPath(manifest)];
        foreach (var import in imports)
        {
            await StartAsync(import);
        }

        var starts = imports.Select(_ => new List<Start>()).ToArray();
        for (var round = 0; round < options.Imports; round++)
        {
            for (var i = 0; i < imports.Length; i++)
            {
                starts[i].Add(await StartAsync(imports[i]));
            }
        }

        var table = new MarkdownTable(
            "Median ms", "Bare engine", "Empty module", "The module", "The module adds", "Beyond an empty one");
        Add("Whole process", start => start.Process);
        Add("Engine and import", start => start.Engine);
        table.Write(output);

        void Add(string name, Func<Start, double> value)
        {
            var medians = starts.Select(kind => new Samples(name, [.. kind.Select(value)]).Median).ToArray();
            var (bare, empty, module) = (medians[0], medians[1], medians[2]);
            table.Add(
                name,
                Cell.Milliseconds(bare),
                Cell.Milliseconds(empty),
                Cell.Milliseconds(module),
                Cell.Milliseconds(module - bare),
                Cell.Milliseconds(module - empty));
        }
    }

    private static async Task<Start> StartAsync(string? manifest)
    {
        var program = Environment.ProcessPath ?? throw new BenchmarkException("This program's own path is not known.");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(ImportMeasurement).Assembly.Location);
        }

        foreach (var argument in ImportProbe.Arguments(manifest))
        {
            start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new BenchmarkException("The probe did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        clock.Stop();

        return process.ExitCode == 0
            ? new Start(clock.Elapsed.TotalMilliseconds, double.Parse(text, CultureInfo.InvariantCulture))
            : throw new BenchmarkException($"The import failed: {(await errors).Trim()}");
    }

    /// <summary>The built module of the work tree that this program was built in.</summary>
    private static string? FindManifest()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            {
                return Path.Combine(folder.FullName, BuiltManifest);
            }
        }

        return null;
    }
}
