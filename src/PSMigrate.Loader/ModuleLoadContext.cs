using System.Reflection;
using System.Runtime.Loader;

namespace PSMigrate.Loader;

/// <summary>
/// Holds the cmdlets and everything they depend on, apart from the default load context, where another module
/// may long have loaded its own version of the same library.
/// </summary>
internal sealed class ModuleLoadContext : AssemblyLoadContext
{
    // PowerShell hands its own types in and out of our cmdlets, so both sides must see the very same ones.
    private static readonly string[] HostAssemblies = ["System.Management.Automation", "Microsoft.PowerShell."];

    private readonly AssemblyDependencyResolver resolver;

    public ModuleLoadContext(string cmdletsPath)
        : base("PSMigrate")
    {
        // Reads PSMigrate.Cmdlets.deps.json, which also knows the native library for each platform.
        resolver = new AssemblyDependencyResolver(cmdletsPath);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (BelongsToHost(assemblyName.Name))
        {
            return null;
        }

        string? path = resolver.ResolveAssemblyToPath(assemblyName);

        // Null sends the request on to the default context: the runtime's own libraries come from there.
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        string? path = resolver.ResolveUnmanagedDllToPath(unmanagedDllName);
        return path is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
    }

    private static bool BelongsToHost(string? name) =>
        name is not null && HostAssemblies.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
