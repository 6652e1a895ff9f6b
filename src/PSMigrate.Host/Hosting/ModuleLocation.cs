namespace PSMigrate.Host.Hosting;

/// <summary>Finds the module that the host imports.</summary>
internal static class ModuleLocation
{
    public const string Variable = "PSMIGRATE_MODULE";

    private const string Manifest = "PSMigrate.psd1";

    /// <summary>The full path of the module's manifest.</summary>
    /// <param name="given">The path given on the command line, if any.</param>
    /// <exception cref="FileNotFoundException">There is no module.</exception>
    public static string Find(string? given)
    {
        given ??= Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(given))
        {
            string path = Directory.Exists(given) ? Path.Combine(given, Manifest) : given;
            return File.Exists(path)
                ? Path.GetFullPath(path)
                : throw new FileNotFoundException($"There is no PSMigrate module at '{given}'.");
        }

        return Candidates().FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                $"There is no PSMigrate module beside '{AppContext.BaseDirectory}': give its path with -Module or {Variable}.");
    }

    // Published: beside the host. In a work tree: where the build lays the module out, some folders further up.
    private static IEnumerable<string> Candidates()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "PSMigrate", Manifest);

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "out", "PSMigrate", Manifest);
        }
    }
}
