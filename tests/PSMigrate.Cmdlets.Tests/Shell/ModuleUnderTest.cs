using System.Reflection;
using System.Runtime.Loader;

namespace PSMigrate.Cmdlets.Tests.Shell;

/// <summary>The module as the build laid it out.</summary>
internal static class ModuleUnderTest
{
    private static readonly Lazy<AssemblyLoadContext> Loaded = new(Load);

    public static string Folder => typeof(ModuleUnderTest).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(entry => entry.Key == "ModulePath").Value!;

    public static string Manifest => Path.Combine(Folder, "PSMigrate.psd1");

    public static Assembly Cmdlets => Assembly("PSMigrate.Cmdlets");

    /// <summary>An assembly as the module itself sees it.</summary>
    public static Assembly Assembly(string name) => Loaded.Value.LoadFromAssemblyName(new AssemblyName(name));

    private static AssemblyLoadContext Load()
    {
        using var session = new Session();
        return AssemblyLoadContext.All.Single(context => context.Name == "PSMigrate");
    }
}
