namespace PSMigrate.Databases.Scripts;

/// <summary>What stands for <c>${name}</c>, <c>${env:NAME}</c> and <c>${secret:NAME}</c> in a script. Case does not matter in names.</summary>
public sealed class ScriptVariables
{
    private readonly Dictionary<string, string> values;

    /// <param name="values">The plan's variables by name.</param>
    /// <param name="resolveReference">
    /// Given <c>env</c> or <c>secret</c> and a name, gives the value, or null where there is none; what it gives is hidden
    /// wherever statements are shown. Without it references stay as they are written, which is enough for planning.
    /// </param>
    public ScriptVariables(IReadOnlyDictionary<string, string> values, Func<string, string, string?>? resolveReference = null)
    {
        this.values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in values)
        {
            this.values[name] = value;
        }

        ResolveReference = resolveReference;
    }

    /// <summary>No variables: every name is unknown.</summary>
    public static ScriptVariables None { get; } = new(new Dictionary<string, string>());

    public IEnumerable<string> Names => values.Keys;

    internal Func<string, string, string?>? ResolveReference { get; }

    internal string? Find(string name) => values.GetValueOrDefault(name);
}
