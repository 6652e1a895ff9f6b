namespace PSMigrate.Databases.Sqlite;

/// <summary>
/// The rows of theirs that stayed while later pieces of a script were taken back. They are theirs for the earlier pieces as well,
/// also where they happen to look as one of these had left them.
/// </summary>
internal sealed class SqliteTheirsKept
{
    private readonly List<SqliteTheirs> kept = [];

    public int Number { get; private set; }

    /// <summary>A number for a temporary table that no other has.</summary>
    public int Next() => ++Number;

    public void Add(SqliteTheirs theirs) => kept.Add(theirs);

    /// <summary>A condition on the kept key s: that a row of this table stayed under it.</summary>
    public string Has(string table, SqliteRowKey key)
    {
        var here = kept.Where(t => t.HasFormerKeys && t.Former!.Equals(table, StringComparison.OrdinalIgnoreCase) && t.Key.Columns.Count == key.Columns.Count)
            .Select(t => $"EXISTS (SELECT 1 FROM {t.Name} e WHERE NOT e.failed AND {string.Join(" AND ", key.Columns.Select((_, i) => $"e.k{i} = s.k{i}"))})").ToList();
        return here.Count == 0 ? "0" : $"({string.Join(" OR ", here)})";
    }

    public void Drop()
    {
        kept.ForEach(t => t.Drop());
        kept.Clear();
    }
}
