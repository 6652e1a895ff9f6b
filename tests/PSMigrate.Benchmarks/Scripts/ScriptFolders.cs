using System.Globalization;

namespace PSMigrate.Benchmarks.Scripts;

/// <summary>Folders of scripts, written when first asked for and the same for everyone afterwards.</summary>
internal sealed class ScriptFolders(BenchmarkRoom room)
{
    private readonly Dictionary<(ScriptForm Form, int Count), string> _folders = [];

    /// <summary>The folder that holds this many scripts in this form.</summary>
    public string Get(ScriptForm form, int count)
    {
        if (_folders.TryGetValue((form, count), out var folder))
        {
            return folder;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"scripts-{form}-{count}").ToLowerInvariant();
        folder = Directory.CreateDirectory(Path.Combine(room.Path, name)).FullName;
        for (var number = 1; number <= count; number++)
        {
            File.WriteAllText(
                Path.Combine(folder, BenchmarkScript.FileName(number, form)),
                BenchmarkScript.Text(number, form));
        }

        return _folders[(form, count)] = folder;
    }
}
