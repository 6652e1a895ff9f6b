using System.Text.RegularExpressions;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>
/// Judges an undo by the rows alone: what was there before the script, what the script left, what an application then made of it,
/// and what is there after the undo. Which table became which it reads from the script's text.
/// </summary>
internal sealed partial class ConflictOracle
{
    private readonly RowWorld before;
    private readonly RowWorld left;
    private readonly RowWorld present;
    private readonly RowWorld after;
    private readonly IReadOnlyList<UndoConflict> conflicts;
    private readonly bool forced;
    private readonly Dictionary<string, Origin> origins = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> wrong = [];

    public ConflictOracle(IReadOnlyList<string> script, RowWorld before, RowWorld left, RowWorld present, RowWorld after, IReadOnlyList<UndoConflict> conflicts, bool forced)
    {
        (this.before, this.left, this.present, this.after, this.conflicts, this.forced) = (before, left, present, after, conflicts, forced);
        foreach (var name in before.Tables.Keys)
        {
            origins[name] = new Origin(name, false, []);
        }

        foreach (var statement in script)
        {
            Follow(statement);
        }
    }

    public IReadOnlyList<string> Judge()
    {
        foreach (var table in present.Tables.Values)
        {
            NothingTheirsIsLost(table);
        }

        foreach (var table in before.Tables.Values)
        {
            NothingCapturedIsLost(table);
        }

        return wrong;
    }

    /// <summary>A table at the end of the script: what it was before, or what it stands in the place of.</summary>
    private sealed record Origin(string? Table, bool IsNew, List<(string Now, string? Former)> Columns)
    {
        /// <summary>All that a column was called, from now back.</summary>
        public IReadOnlyList<string> Names(string column)
        {
            var names = new List<string> { column };
            foreach (var (_, former) in Enumerable.Reverse(Columns).Where(c => c.Now.Equals(names[^1], StringComparison.OrdinalIgnoreCase)))
            {
                if (former is null)
                {
                    break;
                }

                names.Add(former);
            }

            return names;
        }

        public string? Former(string column)
        {
            foreach (var (now, former) in Enumerable.Reverse(Columns))
            {
                if (now.Equals(column, StringComparison.OrdinalIgnoreCase))
                {
                    if (former is null)
                    {
                        return null;
                    }

                    column = former;
                }
            }

            return column;
        }
    }

    private void Follow(string statement)
    {
        if (CreateTable().Match(statement) is { Success: true } create)
        {
            origins[Name(create)] = new Origin(null, true, []);
        }
        else if (DropTable().Match(statement) is { Success: true } drop)
        {
            origins.Remove(Name(drop));
        }
        else if (AlterTable().Match(statement) is { Success: true } alter && origins.TryGetValue(Name(alter), out var origin))
        {
            var rest = alter.Groups[2].Value;
            var names = Quoted().Matches(rest).Select(m => m.Groups[1].Value.Replace("\"\"", "\"")).ToList();
            if (rest.StartsWith("RENAME TO", StringComparison.Ordinal))
            {
                origins.Remove(Name(alter));
                origins[names[0]] = origin;
            }
            else if (rest.StartsWith("RENAME COLUMN", StringComparison.Ordinal))
            {
                origin.Columns.Add((names[1], names[0]));
            }
            else if (rest.StartsWith("ADD COLUMN", StringComparison.Ordinal))
            {
                origin.Columns.Add((names[0], null));
            }
        }
    }

    private Origin OriginOf(string table)
    {
        var origin = origins.GetValueOrDefault(table) ?? new Origin(null, true, []);
        return origin.IsNew ? origin with { Table = before.Tables.GetValueOrDefault(table)?.Name, Columns = [] } : origin;
    }

    /// <summary>Every row version that the application wrote is where it was written, in the columns that there are, or saved.</summary>
    private void NothingTheirsIsLost(RowTable table)
    {
        var was = left.Tables[table.Name];
        var origin = OriginOf(table.Name);
        var home = origin.Table is null ? null : after.Tables.GetValueOrDefault(origin.Table);
        foreach (var (key, row) in table.Rows)
        {
            var leftRow = was.Rows.GetValueOrDefault(key);
            if (leftRow is not null && Same(leftRow, row))
            {
                continue;
            }

            var isSaved = after.Saved.Any(s => s.Reason == "present" && row.All(c =>
                Given(s.Values, origin.Names(c.Key), c.Value) || (c.Value == "NULL" && !origin.Names(c.Key).Any(s.Values.ContainsKey))));
            var lost = row.Where(c => (home is null || origin.Former(c.Key) is not { } former || !home.Defaults.ContainsKey(former))
                && c.Value != (leftRow?.GetValueOrDefault(c.Key) ?? "NULL") && (leftRow is not null || table.Defaults[c.Key] is null)
                && table.Defaults[c.Key] != c.Value).ToList();
            var isHome = home is not null && home.Rows.Any(r => row.All(c => origin.Former(c.Key) is not { } former || !r.Value.TryGetValue(former, out var value) || RowWorld.Alike(value, c.Value)));
            if (!isSaved && (lost.Count > 0 || !isHome))
            {
                wrong.Add($"their row {key} of {table.Name} ({Shown(row)}) is neither in {origin.Table ?? "a table"} nor saved{(lost.Count > 0 ? $"; no place for {string.Join(", ", lost.Select(l => l.Key))}" : "")}");
            }

            if (isSaved && conflicts.Count == 0)
            {
                wrong.Add($"their row {key} of {table.Name} was saved but nothing is listed");
            }
        }
    }

    /// <summary>Every former value that the script took away is back, unless theirs stands there: then it is saved and listed.</summary>
    private void NothingCapturedIsLost(RowTable table)
    {
        var now = after.Tables[table.Name];
        var name = origins.FirstOrDefault(o => !o.Value.IsNew && o.Value.Table == table.Name).Key
            ?? (left.Tables.ContainsKey(table.Name) && origins.GetValueOrDefault(table.Name) is { IsNew: true } ? table.Name : null);
        var then = name is null ? null : left.Tables[name];
        var theirs = name is null ? null : present.Tables[name];
        var origin = name is null ? null : OriginOf(name);
        var hasKeys = then is not null && (!origin!.IsNew || (!then.IsHidden && then.Key.SequenceEqual(table.Key, StringComparer.OrdinalIgnoreCase)));
        var isReplaced = origins.GetValueOrDefault(table.Name) is { IsNew: true };
        foreach (var (key, row) in table.Rows)
        {
            var leftRow = hasKeys ? then!.Rows.GetValueOrDefault(key) : null;
            var theirRow = hasKeys ? theirs!.Rows.GetValueOrDefault(key) : null;
            var touched = hasKeys && !(leftRow is null ? theirRow is null : theirRow is not null && Same(leftRow, theirRow));
            var nowRow = now.Rows.GetValueOrDefault(key);
            foreach (var (column, value) in row)
            {
                var mapped = then?.Defaults.Keys.FirstOrDefault(c => column.Equals(origin!.Former(c), StringComparison.OrdinalIgnoreCase));
                var changed = leftRow is null || mapped is null || leftRow[mapped] != value;
                if (nowRow?[column] == value || (!changed && touched))
                {
                    continue;
                }

                var isSaved = after.Saved.Any(s => s.Reason == "captured" && Given(s.Values, mapped is null ? [column] : [column, .. origin!.Names(mapped)], value)
                    && row.All(c => !s.Values.TryGetValue(c.Key, out var other) || other == "NULL" || other == c.Value));
                if (value != "NULL" && !isSaved)
                {
                    wrong.Add($"{table.Name}.{column} of {key} was {value}, is {nowRow?[column] ?? "gone"}, and is not saved");
                }
                else if (conflicts.Count == 0)
                {
                    wrong.Add($"{table.Name}.{column} of {key} was {value} and is {nowRow?[column] ?? "gone"}, and nothing is listed");
                }
                else if (!touched && !conflicts.Any(c => c.Kind == ConflictKind.Blocked) && !(then?.IsHidden ?? false))
                {
                    wrong.Add($"{table.Name}.{column} of {key} was {value}, nobody touched it, and it is {nowRow?[column] ?? "gone"}");
                }
                else if (forced && mapped is not null)
                {
                    wrong.Add($"forced, but {table.Name}.{column} of {key} was {value} and is {nowRow?[column] ?? "gone"}");
                }
            }
        }

        foreach (var (key, row) in now.Rows.Where(r => hasKeys && !isReplaced && !table.Rows.ContainsKey(r.Key) && !theirs!.Rows.ContainsKey(r.Key)))
        {
            wrong.Add($"{table.Name} has a row that nobody wrote: {key} ({Shown(row)})");
        }

        foreach (var key in table.Rows.Keys.Where(k => hasKeys && !forced && then!.Rows.ContainsKey(k) && !theirs!.Rows.ContainsKey(k) && now.Rows.ContainsKey(k)))
        {
            wrong.Add($"row {key} of {table.Name} was deleted by others and is there again");
        }
    }

    /// <summary>A row that was saved on the way has the names of that moment.</summary>
    private static bool Given(IReadOnlyDictionary<string, string> values, IEnumerable<string> names, string value) => names.Any(n => values.GetValueOrDefault(n) == value);

    private static bool Same(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(c => other.GetValueOrDefault(c.Key) == c.Value);

    private static string Shown(IReadOnlyDictionary<string, string> row) => string.Join(", ", row.Select(c => $"{c.Key}={c.Value}"));

    private static string Name(Match match) => match.Groups[1].Value.Replace("\"\"", "\"");

    [GeneratedRegex("^CREATE TABLE \"((?:[^\"]|\"\")+)\"")]
    private static partial Regex CreateTable();

    [GeneratedRegex("^DROP TABLE \"((?:[^\"]|\"\")+)\"")]
    private static partial Regex DropTable();

    [GeneratedRegex("^ALTER TABLE \"((?:[^\"]|\"\")+)\" (.*)$", RegexOptions.Singleline)]
    private static partial Regex AlterTable();

    [GeneratedRegex("\"((?:[^\"]|\"\")+)\"")]
    private static partial Regex Quoted();
}
