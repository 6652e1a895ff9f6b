using System.Reflection;
using System.Reflection.Emit;

namespace PSMigrate.Loader.Tests;

/// <summary>One process holds one version of the module: another one is refused, and never quietly replaced.</summary>
public sealed class OtherVersionTests : IDisposable
{
    private readonly string bin = Directory.CreateTempSubdirectory("psmigrate-bin").FullName;

    [Fact]
    public void The_same_version_in_another_folder_is_the_one_that_is_loaded()
    {
        File.Copy(LoadedModule.Cmdlets.Location, Path.Combine(bin, "PSMigrate.Cmdlets.dll"));
        Assert.Same(LoadedModule.Cmdlets, Load());
    }

    [Fact]
    public void Another_version_is_refused()
    {
        var other = new PersistedAssemblyBuilder(
            new AssemblyName("PSMigrate.Cmdlets") { Version = new Version(9, 8, 7, 0) }, typeof(object).Assembly);
        other.DefineDynamicModule("PSMigrate.Cmdlets");
        other.Save(Path.Combine(bin, "PSMigrate.Cmdlets.dll"));

        _ = LoadedModule.Cmdlets;
        var refusal = Assert.Throws<TargetInvocationException>(Load).InnerException;
        Assert.Contains("9.8.7", Assert.IsType<InvalidOperationException>(refusal).Message);
    }

    public void Dispose() => Directory.Delete(bin, recursive: true);

    // The loader is in the process because the module is; it is not referenced, so that it is loaded as PowerShell loads it.
    private object? Load() => Assembly.Load("PSMigrate.Loader")
        .GetType("PSMigrate.Loader.CmdletAssembly", throwOnError: true)!
        .GetMethod("Load")!
        .Invoke(null, [bin]);
}
