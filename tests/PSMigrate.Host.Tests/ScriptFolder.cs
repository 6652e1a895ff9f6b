namespace PSMigrate.Host.Tests;

/// <summary>A folder with a script in it, gone after the test.</summary>
internal sealed class ScriptFolder : IDisposable
{
    public ScriptFolder(string script, string name = "script.ps1")
    {
        Folder = Directory.CreateTempSubdirectory("psmigrate ").FullName;
        Script = Path.Combine(Folder, name);
        File.WriteAllText(Script, script);
    }

    public string Folder { get; }

    public string Script { get; }

    public Task<HostResult> Run(params string[] arguments) => HostProcess.Run([Script, .. arguments], folder: Folder);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
