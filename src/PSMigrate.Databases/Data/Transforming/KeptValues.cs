using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Data.Transforming;

/// <summary>
/// The table in which a transform keeps, for each row that it changes, the values before and the values after, written in the transaction
/// of the change itself.
/// </summary>
internal sealed class KeptValues(DataDoor door, TransformRecord record, DbObject table, IReadOnlyList<DbObject> columns)
{
    private const string Phase = "psmigrate_phase";

    private DbObject Store => door.Own(record.Values);

    private string Keys(string alias) => string.Join(", ", record.Key.Select(k => $"{alias}.{door.Quote(k)}"));

    private string All(string alias) => string.Join(", ", record.Key.Concat(record.Columns).Select(c => $"{alias}.{door.Quote(c)}"));

    private string Names => string.Join(", ", record.Key.Concat(record.Columns).Select(door.Quote));

    private string SameKey(string one, string other) => string.Join(" AND ", record.Key.Select(k => $"{one}.{door.Quote(k)} = {other}.{door.Quote(k)}"));

    private string SameValues(string one, string other) => string.Join(" AND ", record.Columns.Select(c => door.Same($"{one}.{door.Quote(c)}", $"{other}.{door.Quote(c)}", columns.First(x => x.Name == c))));

    /// <summary>The statements that make it, empty.</summary>
    public IReadOnlyList<string> Create =>
    [
        door.MakeLike(Store, Phase, table, [.. record.Key, .. record.Columns]),
        $"CREATE INDEX {door.Quote(record.Values + "_k")} ON {door.Name(Store)} ({string.Join(", ", record.Key.Select(door.Quote))})",
    ];

    public string Drop => $"DROP TABLE {door.Name(Store)}";

    /// <summary>Keeps the values of rows that are about to change.</summary>
    /// <param name="condition">Which rows; the table is <c>t</c>.</param>
    public string Before(string condition) => $"INSERT INTO {door.Name(Store)} ({door.Quote(Phase)}, {Names}) SELECT 0, {All("t")} FROM {door.Name(table)} t WHERE {condition}";

    /// <summary>Keeps what became of them.</summary>
    /// <param name="range">The part of the table in which they are.</param>
    public string After(string range) =>
        $"INSERT INTO {door.Name(Store)} ({door.Quote(Phase)}, {Names}) SELECT 1, {All("t")} FROM {door.Name(table)} t WHERE {range} AND EXISTS (SELECT 1 FROM {door.Name(Store)} b WHERE b.{door.Quote(Phase)} = 0 AND {SameKey("b", "t")})";

    /// <summary>Gives the rows their former values that are as the transform left them, or all of them.</summary>
    public string GiveBack(bool all) => door.UpdateJoined(table, [.. record.Columns.Select(c => (c, $"b.{door.Quote(c)}"))], $"{door.Name(Store)} AS b",
        $"b.{door.Quote(Phase)} = 0 AND {SameKey("b", "t")}" + (all ? "" : $" AND EXISTS (SELECT 1 FROM {door.Name(Store)} a WHERE a.{door.Quote(Phase)} = 1 AND {SameKey("a", "t")} AND {SameValues("a", "t")})"));

    /// <summary>The rows that others have changed since: their keys, and what the columns hold.</summary>
    public string Changed => $"SELECT {Keys("t")}, {string.Join(", ", record.Columns.Select(c => $"t.{door.Quote(c)}"))}, {string.Join(", ", record.Columns.Select(c => $"b.{door.Quote(c)}"))} FROM {door.Name(table)} t"
        + $" JOIN {door.Name(Store)} a ON a.{door.Quote(Phase)} = 1 AND {SameKey("a", "t")} JOIN {door.Name(Store)} b ON b.{door.Quote(Phase)} = 0 AND {SameKey("b", "t")} WHERE NOT ({SameValues("a", "t")})";

    /// <summary>The rows that others have removed since: their keys, and what the columns held before.</summary>
    public string Gone => $"SELECT {Keys("b")}, {string.Join(", ", record.Columns.Select(c => $"b.{door.Quote(c)}"))} FROM {door.Name(Store)} b WHERE b.{door.Quote(Phase)} = 0 AND NOT EXISTS (SELECT 1 FROM {door.Name(table)} t WHERE {SameKey("b", "t")})";

    public string Empty => $"DELETE FROM {door.Name(Store)}";
}
