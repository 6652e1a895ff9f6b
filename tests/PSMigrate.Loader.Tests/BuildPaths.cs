using System.Reflection;

namespace PSMigrate.Loader.Tests;

/// <summary>Paths that only the build knows.</summary>
internal static class BuildPaths
{
    public static string Module => Value("ModulePath");

    public static string Manifest => Path.Combine(Module, "PSMigrate.psd1");

    public static string OtherYamlDotNet => Value("OtherYamlDotNet");

    public static string OtherSqlite => Value("OtherSqlite");

    private static string Value(string key) =>
        typeof(BuildPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;
}
