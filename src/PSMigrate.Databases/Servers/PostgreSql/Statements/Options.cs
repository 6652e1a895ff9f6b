using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Lists of options, as the reader writes them: <c>name=value</c> of storage, <c>name 'value'</c> of foreign things.</summary>
internal static partial class Options
{
    public static IReadOnlyList<(string Name, string Value)> Read(string? options) =>
        options is null ? [] : [.. Option().Matches(options).Select(m => (m.Groups["name"].Value, m.Groups["value"].Value))];

    /// <summary>SET and RESET of the storage parameters that differ.</summary>
    public static void Alter(ObjectChange change, string alter, string facet, string prefix)
    {
        if (!change.Takes(facet))
        {
            return;
        }

        var (from, to) = (Read(change.From.Facet(facet)), Read(change.To.Facet(facet)));
        var gone = from.Select(o => o.Name).Except(to.Select(o => o.Name)).ToList();
        if (gone.Count > 0)
        {
            change.Add($"{alter} RESET ({string.Join(", ", gone.Select(name => prefix + name))})");
        }

        if (to.Except(from).ToList() is { Count: > 0 } set)
        {
            change.Add($"{alter} SET ({string.Join(", ", set.Select(o => $"{prefix}{o.Name}={o.Value}"))})");
        }
    }

    /// <summary>OPTIONS (ADD …, SET …, DROP …) of what differs.</summary>
    public static void AlterForeign(ObjectChange change, string alter)
    {
        if (!change.Takes("foreign options"))
        {
            return;
        }

        var (from, to) = (Read(change.From.Facet("foreign options")), Read(change.To.Facet("foreign options")));
        var names = from.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        change.Add($"{alter} OPTIONS ({string.Join(", ",
            from.Select(o => o.Name).Except(to.Select(o => o.Name)).Select(name => $"DROP {name}")
                .Concat(to.Except(from).Select(o => $"{(names.Contains(o.Name) ? "SET" : "ADD")} {o.Name} {o.Value}")))})");
    }

    [GeneratedRegex("""(?<name>"([^"]|"")+"|[^"=, ]+)[= ](?<value>E?'([^']|'')*'|"([^"]|"")+"|[^,]+)(, |$)""")]
    private static partial Regex Option();
}
