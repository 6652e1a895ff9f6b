using System.Globalization;

namespace PSMigrate.Benchmarks;

/// <summary>What was asked for on the command line.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>How the program is called.</summary>
    public const string Usage = """
        Usage: PSMigrate.Benchmarks [options]

          --scripts 1000          scripts to apply to a new database
          --rerun 1000,5000       sizes of the re-runs with nothing to do, and of the plans
          --rounds 5              counted rounds of each measurement
          --only name[,name]      only contenders whose names contain one of these
          --postgres string       a connection string for a PostgreSQL server on which databases may be made:
                                  apply, rerun and copy are measured there as well
          --mysql string          the same for a MySQL or MariaDB server: tables are copied into it
          --rows 5000000          rows of the table that is copied
          --parts apply,rerun,plan,import,undo-column,split,copy
                                  only these measurements
          --folder path           where databases and scripts are put (default: the temporary folder)
          --module path           the module's manifest (default: out/PSMigrate/PSMigrate.psd1 of this work tree)
          --imports 7             process starts of each kind for the import measurement
        """;

    /// <summary>Scripts to apply to a new database.</summary>
    public int Scripts { get; init; } = 1000;

    /// <summary>Sizes of the re-runs and plans.</summary>
    public IReadOnlyList<int> Rerun { get; init; } = [1000, 5000];

    /// <summary>Counted rounds of each measurement.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Parts of the names of the contenders to run; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The measurements to take.</summary>
    public Part Parts { get; init; } = Part.All;

    /// <summary>Where databases and scripts are put; null for the temporary folder.</summary>
    public string? Folder { get; init; }

    /// <summary>The module's manifest; null to look for it in the work tree.</summary>
    public string? Module { get; init; }

    /// <summary>The connection string of a PostgreSQL server; null for none.</summary>
    public string? PostgreSql { get; init; }

    /// <summary>The connection string of a MySQL or MariaDB server; null for none.</summary>
    public string? MySql { get; init; }

    /// <summary>Rows of the table that is copied.</summary>
    public int Rows { get; init; } = 5_000_000;

    /// <summary>Process starts of each kind for the import measurement.</summary>
    public int Imports { get; init; } = 7;

    /// <summary>Whether a measurement was asked for.</summary>
    public bool Has(Part part) => Parts.HasFlag(part);

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">An option is unknown, or its value is missing or wrong.</exception>
    public static BenchmarkOptions Parse(IReadOnlyList<string> args)
    {
        var options = new BenchmarkOptions();
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : throw new ArgumentException($"'{args[i]}' needs a value.");
            options = args[i] switch
            {
                "--scripts" => options with { Scripts = Count(value) },
                "--rerun" => options with { Rerun = [.. List(value).Select(Count)] },
                "--rounds" => options with { Rounds = Count(value) },
                "--only" => options with { Only = List(value) },
                "--parts" => options with { Parts = List(value).Select(ToPart).Aggregate(Part.None, (all, part) => all | part) },
                "--folder" => options with { Folder = value },
                "--postgres" => options with { PostgreSql = value },
                "--mysql" => options with { MySql = value },
                "--rows" => options with { Rows = Count(value) },
                "--module" => options with { Module = value },
                "--imports" => options with { Imports = Count(value) },
                _ => throw new ArgumentException($"'{args[i]}' is not an option."),
            };
        }

        return options;
    }

    private static string[] List(string value) =>
        value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static int Count(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new ArgumentException($"'{value}' is not a number above zero.");

    private static Part ToPart(string value) =>
        Enum.TryParse<Part>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var part) && Enum.IsDefined(part) && !int.TryParse(value, out _)
            ? part
            : throw new ArgumentException($"'{value}' is not a measurement.");
}
