using System.Reflection;

namespace PSMigrate.Loader;

/// <summary>Gives the assembly that holds the module's cmdlets: one for the whole process.</summary>
public static class CmdletAssembly
{
    private const string FileName = "PSMigrate.Cmdlets.dll";

    private static readonly object Gate = new();
    private static Assembly? loaded;

    /// <summary>
    /// Loads the cmdlets from the module's <c>bin</c> folder, or gives those loaded before: every runspace and
    /// every repeated import sees the same types.
    /// </summary>
    /// <param name="binFolder">The full path of the module's <c>bin</c> folder.</param>
    /// <exception cref="InvalidOperationException">Another version of the module is loaded already.</exception>
    public static Assembly Load(string binFolder)
    {
        string path = Path.GetFullPath(Path.Combine(binFolder, FileName));

        lock (Gate)
        {
            if (loaded is null)
            {
                loaded = new ModuleLoadContext(path).LoadFromAssemblyPath(path);
            }
            else
            {
                RefuseOtherVersion(loaded, path);
            }

            return loaded;
        }
    }

    // An import that quietly gave the old code would have an operator run what was not asked for.
    private static void RefuseOtherVersion(Assembly loaded, string path)
    {
        Version? present = loaded.GetName().Version;
        Version? wanted = AssemblyName.GetAssemblyName(path).Version;

        if (present != wanted)
        {
            throw new InvalidOperationException(
                $"PSMigrate {present} from '{loaded.Location}' is loaded in this process already; "
                + $"start a new PowerShell process to use PSMigrate {wanted} from '{path}'.");
        }
    }
}
