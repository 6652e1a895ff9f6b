using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>The files that a script reads in with <c>:r</c>, directly or through others: they are part of it.</summary>
internal sealed class ScriptIncludes
{
    private readonly Dictionary<string, ScriptSource> byPath = new(StringComparer.Ordinal);
    private readonly string root;

    private ScriptIncludes(string root) => this.root = root;

    public static ScriptIncludes None { get; } = new("");

    /// <summary>In the order in which they are named first.</summary>
    public IReadOnlyCollection<ScriptSource> Files => byPath.Values;

    /// <exception cref="MigrationException">As <see cref="ScriptSource.Read(string)"/>.</exception>
    public static ScriptIncludes Of(ScriptSource script)
    {
        if (script.Includes.Count == 0)
        {
            return None;
        }

        var includes = new ScriptIncludes(Path.GetFullPath(script.Path));
        includes.Add(script);
        return includes;
    }

    /// <summary>Opens one for a reader of statements.</summary>
    /// <exception cref="MigrationException">IncludeRefused, IncludeNotFound, IncludeCycle.</exception>
    public ISqlSource Open(string name, SourcePlace place)
    {
        var full = IncludeFinder.Resolve(name, place.File) ?? throw place.Error(
            "IncludeRefused", $"'{name}' is a full path, which other machines need not have.", "Name the file relative to the script.");
        if (full == root || Reaches(full, Path.GetFullPath(place.File), []))
        {
            throw place.Error("IncludeCycle", $"'{name}' leads back to this file, and would be read without end.", "Take one of the lines with :r out.");
        }

        return byPath.TryGetValue(full, out var source) ? source.Open() : throw place.Error(
            "IncludeNotFound", $"the file '{name}' is not there, or its name is put together from variables.",
            "Mend the path: it is relative to the file with this line. Write the name out.");
    }

    private void Add(ScriptSource from)
    {
        foreach (var path in from.Includes)
        {
            if (path != root && !byPath.ContainsKey(path))
            {
                var source = ScriptSource.Read(path);
                byPath.Add(path, source);
                Add(source);
            }
        }
    }

    /// <summary>True when reading one file comes to read another, or is it.</summary>
    private bool Reaches(string from, string to, HashSet<string> seen) =>
        from == to || (seen.Add(from) && byPath.TryGetValue(from, out var source) && source.Includes.Any(next => Reaches(next, to, seen)));
}
