using PSMigrate.Engine;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Data.Copying;

/// <summary>
/// Before any row is moved: looks at each value whose column at the target does not hold all that the column at the source can, and names
/// the rows that would not arrive as they are. It walks the very way that the copy will take. Reads only.
/// </summary>
internal sealed class LossinessProof(string step, TableCopy copy, DataDoor from, ReadMoment moment, IMigrationObserver observer)
{
    /// <summary>How many rows are named for each column.</summary>
    private const int MostNamed = 5;

    private const string Rule = "PSM301";

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancel)
    {
        var suspects = copy.Columns.Where(c => c.Route.MayRefuse).ToList();
        if (suspects.Count == 0)
        {
            return [];
        }

        observer.Decision($"{copy.Source.FullName}: looking at the values of {string.Join(", ", suspects.Select(c => c.Read.Name))}, because {copy.Target.FullName} may not hold them all.");
        var keyTypes = copy.Key.Select(k => from.TypeOf(k, new Servers.Structure.DbStructure([]))).ToList();
        var query = new RowQuery(copy.Source, [.. suspects.Select(c => c.Read), .. copy.Key.Select((k, i) => new ReadColumn(k.Name, keyTypes[i]))], [.. copy.Key.Select(k => k.Name)]) { Where = copy.Where };
        var lost = suspects.Select(_ => (Rows: 0L, Named: new List<string>(), Why: "")).ToArray();
        var reader = await moment.ReadAsync(query, cancel).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        var (rows, nowhere) = (new RowBuffer(), new RowBuffer());
        try
        {
            for (var isMore = true; isMore;)
            {
                rows.Clear();
                isMore = await reader.ReadAsync(rows, cancel).ConfigureAwait(false);
                for (var i = 0; i < rows.Count; i++)
                {
                    Look(rows, i, suspects, keyTypes, lost, nowhere);
                }
            }
        }
        catch (ValueRefusedException e)
        {
            // What cannot even be read ends the search: what comes after it is not known.
            var name = e.Field >= 0 && e.Field < suspects.Count ? "." + suspects[e.Field].Read.Name : "";
            return [.. Findings(suspects, lost), new Finding(Rule, RiskLevel.High, step, $"{copy.Source.FullName}{name} has a value that cannot be copied: {e.Message}. Rows after it were not looked at.", SaferWay, FindingSource.Observed)];
        }

        return [.. Findings(suspects, lost)];
    }

    private const string SaferWay = "Mend the values at the source, give the column of the target a type that holds them, or leave the rows out with 'where'.";

    private IEnumerable<Finding> Findings(List<ColumnCopy> suspects, (long Rows, List<string> Named, string Why)[] lost) =>
        suspects.Zip(lost).Where(x => x.Second.Rows > 0).Select(x => new Finding(Rule, RiskLevel.High, step,
            $"{x.Second.Rows:N0} {(x.Second.Rows == 1 ? "row" : "rows")} of {copy.Source.FullName} cannot be copied as they are: {x.First.Read.Name} does not fit into {copy.Target.FullName}.{x.First.Write.Name} ({x.First.Write.Type.Native}): {string.Join("; ", x.Second.Named)}{(x.Second.Rows > x.Second.Named.Count ? "; …" : "")}.",
            SaferWay, FindingSource.Observed));

    private void Look(RowBuffer rows, int row, List<ColumnCopy> suspects, List<DataType> keyTypes, (long Rows, List<string> Named, string Why)[] lost, RowBuffer nowhere)
    {
        var fields = rows.Fields(row);
        for (var i = 0; i < suspects.Count; i++)
        {
            if (!fields.Next(out var value))
            {
                continue;
            }

            try
            {
                nowhere.Clear();
                nowhere.BeginRow(1);
                suspects[i].Route.Move(value, nowhere);
                nowhere.GiveUpRow();
            }
            catch (ValueRefusedException e)
            {
                lost[i].Rows++;
                if (lost[i].Named.Count < MostNamed)
                {
                    lost[i].Named.Add($"{KeyOf(rows, row, suspects.Count, keyTypes)}{e.Message}");
                }
            }
        }
    }

    private string KeyOf(RowBuffer rows, int row, int from, List<DataType> keyTypes)
    {
        if (keyTypes.Count == 0)
        {
            return "";
        }

        var fields = rows.Fields(row);
        var parts = new List<string>();
        for (var at = 0; at < fields.Count; at++)
        {
            var isThere = fields.Next(out var value);
            if (at >= from)
            {
                parts.Add($"{copy.Key[at - from].Name}={(isThere ? FormText.Of(value, keyTypes[at - from].Form) : "NULL")}");
            }
        }

        return $"{string.Join(", ", parts)}: ";
    }
}
