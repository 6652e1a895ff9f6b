using System.Reflection;
using System.Runtime.Loader;

namespace PSMigrate.Loader.Tests;

/// <summary>The module as it is loaded into this process.</summary>
internal static class LoadedModule
{
    private static readonly Lazy<AssemblyLoadContext> Loaded = new(Load);

    /// <summary>The context that the loader made.</summary>
    public static AssemblyLoadContext Context => Loaded.Value;

    /// <summary>The assembly with the cmdlets.</summary>
    public static Assembly Cmdlets => Context.LoadFromAssemblyName(new AssemblyName("PSMigrate.Cmdlets"));

    private static AssemblyLoadContext Load()
    {
        using var shell = new Shell();
        shell.Import();
        return Assert.Single(AssemblyLoadContext.All, context => context.Name == "PSMigrate");
    }
}
