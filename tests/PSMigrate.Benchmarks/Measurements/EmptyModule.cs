namespace PSMigrate.Benchmarks.Measurements;

/// <summary>A script module with one function that does nothing.</summary>
internal static class EmptyModule
{
    /// <summary>Writes the module into the room and gives the path of its manifest.</summary>
    public static string Write(BenchmarkRoom room)
    {
        var folder = Directory.CreateDirectory(Path.Combine(room.Path, "Empty")).FullName;
        File.WriteAllText(Path.Combine(folder, "Empty.psm1"), "function Get-Empty { }\n");
        var manifest = Path.Combine(folder, "Empty.psd1");
        File.WriteAllText(manifest, """
            @{
                RootModule        = 'Empty.psm1'
                ModuleVersion     = '1.0.0'
                GUID              = 'c9a0a9de-90b5-4a43-9a38-0f3a3f0c8c11'
                FunctionsToExport = @('Get-Empty')
                CmdletsToExport   = @()
                VariablesToExport = @()
                AliasesToExport   = @()
            }
            """);
        return manifest;
    }
}
