using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace PSMigrate.Loader.Tests;

/// <summary>Other versions of our dependencies, in the default context from the very start of the process.</summary>
internal static class OtherVersions
{
    public static Assembly YamlDotNet { get; private set; } = null!;

    public static Assembly Sqlite { get; private set; } = null!;

    // Before any test imports the module: the one who comes first is the one who would win a clash.
    [ModuleInitializer]
    internal static void LoadFirst()
    {
        YamlDotNet = AssemblyLoadContext.Default.LoadFromAssemblyPath(BuildPaths.OtherYamlDotNet);
        Sqlite = AssemblyLoadContext.Default.LoadFromAssemblyPath(BuildPaths.OtherSqlite);
    }
}
