using System.Globalization;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>The names of a run's captures: a run that is resumed has some already, which an earlier process numbered.</summary>
internal sealed class CaptureNames
{
    public const string Capture = "capture_";
    public const string Saved = "saved_";

    private readonly string prefix;
    private readonly List<string> pending = [];
    private int last;

    private CaptureNames(string prefix, int last)
    {
        this.prefix = prefix;
        this.last = last;
    }

    public static async Task<CaptureNames> OfRunAsync(ServerEngine engine, ServerSession session, string runId, CancellationToken cancel)
    {
        var prefix = $"{Capture}{InName(runId)}_";
        var numbers = (await engine.ListOwnAsync(session, prefix, cancel).ConfigureAwait(false))
            .Select(name => int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
        return new CaptureNames(prefix, numbers.DefaultIfEmpty().Max());
    }

    public string Next()
    {
        var name = prefix + (++last).ToString(CultureInfo.InvariantCulture);
        pending.Add(name);
        return name;
    }

    /// <summary>Names given since the history was last told of captures: nobody knows of these when what they were made for fails.</summary>
    public IReadOnlyList<string> TakePending()
    {
        var taken = pending.ToList();
        pending.Clear();
        return taken;
    }

    /// <summary>A run's id as part of a name: identifiers are short in some engines, and have no hyphens.</summary>
    public static string InName(string runId) => runId.Replace('-', '_').ToLowerInvariant();
}
