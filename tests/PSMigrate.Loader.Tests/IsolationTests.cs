using System.Data.Common;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace PSMigrate.Loader.Tests;

/// <summary>
/// The module works with its own libraries although other versions of them were loaded first, as another module may
/// have done; and it leaves those to their owner.
/// </summary>
public sealed class IsolationTests
{
    [Fact]
    public void Yaml_is_read_by_our_own_version()
    {
        AssertIsolated(OtherVersions.YamlDotNet);
    }

    [Fact]
    public void Sqlite_is_reached_by_our_own_version()
    {
        AssertIsolated(OtherVersions.Sqlite);
    }

    [Fact]
    public void The_native_library_is_found_beside_the_module()
    {
        Type type = Ours("Microsoft.Data.Sqlite").GetType("Microsoft.Data.Sqlite.SqliteConnection", throwOnError: true)!;
        using var connection = (DbConnection)Activator.CreateInstance(type, "Data Source=:memory:")!;
        connection.Open();
        Assert.NotEmpty(connection.ServerVersion);
    }

    [Fact]
    public void PowerShell_is_the_one_of_the_process()
    {
        using var shell = new Shell();
        shell.Import();
        Assert.All(shell.CmdletTypes, type => Assert.True(typeof(Cmdlet).IsAssignableFrom(type), type.FullName));
        Assert.Same(typeof(PSObject).Assembly, Ours("System.Management.Automation"));
        Assert.False(File.Exists(Path.Combine(BuildPaths.Module, "bin", "System.Management.Automation.dll")));
    }

    [Fact]
    public void Nothing_but_the_loader_enters_the_default_context()
    {
        _ = LoadedModule.Cmdlets;
        IEnumerable<string?> ours = AssemblyLoadContext.Default.Assemblies
            .Where(assembly => !assembly.IsDynamic && assembly.Location.StartsWith(BuildPaths.Module, StringComparison.Ordinal))
            .Select(assembly => assembly.GetName().Name);

        Assert.Equal(["PSMigrate.Loader"], ours);
    }

    [Fact]
    public void Every_assembly_of_the_module_can_be_loaded()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(BuildPaths.Module, "bin"), "*.dll"))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (name != "PSMigrate.Loader")
            {
                // What differs by platform lies in a folder of its own, beside one for reference.
                string found = Ours(name).Location;
                Assert.StartsWith(Path.Combine(BuildPaths.Module, "bin"), found, StringComparison.Ordinal);
                Assert.Equal(Path.GetFileName(file), Path.GetFileName(found));
            }
        }
    }

    private static void AssertIsolated(Assembly other)
    {
        Assembly ours = Ours(other.GetName().Name!);
        Assert.NotEqual(other.GetName().Version, ours.GetName().Version);
        Assert.StartsWith(BuildPaths.Module, ours.Location, StringComparison.Ordinal);
        Assert.Same(LoadedModule.Context, AssemblyLoadContext.GetLoadContext(ours));
        Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(other));
    }

    private static Assembly Ours(string name) => LoadedModule.Context.LoadFromAssemblyName(new AssemblyName(name));
}
