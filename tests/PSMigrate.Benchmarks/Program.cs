using PSMigrate.Benchmarks;
using PSMigrate.Benchmarks.Contenders;
using PSMigrate.Benchmarks.Measurements;
using PSMigrate.Benchmarks.Reports;
using PSMigrate.Benchmarks.Scripts;

if (ImportProbe.IsAsked(args))
{
    return ImportProbe.Run(args);
}

BenchmarkOptions options;
try
{
    options = BenchmarkOptions.Parse(args);
}
catch (ArgumentException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 1;
}

try
{
    using var room = new BenchmarkRoom(options.Folder);
    var scripts = new ScriptFolders(room);
    var lineUp = LineUp.Create().Only(options.Only);

    Console.WriteLine(MachineLine.Read(room));

    var engines = new List<(string Name, Func<BenchmarkDatabase> New)> { ("SQLite", room.NewFile) };
    if (options.PostgreSql is { } server)
    {
        engines.Add(("PostgreSQL", () => room.NewOn(server)));
    }

    foreach (var (engine, newDatabase) in engines)
    {
        if (options.Has(Part.Apply))
        {
            await new ApplyMeasurement(engine, newDatabase, scripts, lineUp, options).RunAsync(Console.Out);
        }

        if (options.Has(Part.Rerun))
        {
            await new RerunMeasurement(engine, newDatabase, scripts, lineUp, options).RunAsync(Console.Out);
        }
    }

    if (options.Has(Part.Plan))
    {
        await new PlanMeasurement(room, scripts, lineUp, options).RunAsync(Console.Out);
    }

    if (options.Has(Part.UndoColumn))
    {
        await new UndoColumnMeasurement(room, options).RunAsync(Console.Out);
    }

    if (options.Has(Part.Split))
    {
        await new SplitMeasurement(room, options).RunAsync(Console.Out);
    }

    if (options.Has(Part.Copy))
    {
        await new CopyMeasurement(room, options).RunAsync(Console.Out);
    }

    if (options.Has(Part.Import))
    {
        await new ImportMeasurement(room, options).RunAsync(Console.Out);
    }

    Console.WriteLine();
    Console.WriteLine(MachineLine.ReadLoad());
    return 0;
}
catch (BenchmarkException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 2;
}
