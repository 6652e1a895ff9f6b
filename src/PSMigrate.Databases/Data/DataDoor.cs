using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Data;

/// <summary>
/// How rows get into a database and out of it: what its types are, how its SQL asks for rows, and the fastest way in. Everything that
/// engines differ in when rows are moved is here; what moves them is the same for all.
/// </summary>
public abstract class DataDoor
{
    /// <summary>The engine's name for people.</summary>
    public abstract string Engine { get; }

    /// <summary>The tables with their columns, keys and indexes, as they are now.</summary>
    public abstract Task<DbStructure> ReadStructureAsync(CancellationToken cancel);

    /// <summary>What values of a column are.</summary>
    public abstract DataType TypeOf(DbObject column, DbStructure structure);

    /// <summary>The same for columns whose values go to, or come from, a certain other engine: what both of them know may travel as it is.</summary>
    public virtual IReadOnlyList<DataType> TypesFor(IReadOnlyList<DbObject> columns, DbStructure structure, DataDoor other) => [.. columns.Select(c => TypeOf(c, structure))];

    /// <summary>False for a table whose rows are all in others.</summary>
    public virtual bool HoldsRows(DbObject table) => true;

    /// <summary>The columns that tell a table's rows apart and give them an order that does not change; none where nothing does.</summary>
    public abstract IReadOnlyList<DbObject> KeyOf(DbObject table, DbStructure structure);

    /// <summary>The type in which this engine keeps all that another's column can hold, as a definition has it; null where it has none.</summary>
    public abstract string? Declare(DataType type);

    /// <summary>The same for a column that a key or an index is on, where the engine has not every type for those.</summary>
    public virtual string? DeclareIndexed(DataType type) => Declare(type);

    /// <summary>True where a unique key and a unique index are the same thing.</summary>
    public virtual bool HasUniqueIndexesOnly => false;

    /// <summary>How a definition says true and false.</summary>
    public virtual string BooleanText(bool value) => value ? "1" : "0";

    /// <summary>The statements that make tables.</summary>
    public virtual TableText Tables => new(Quote);

    /// <summary>The schema that a table is made in where nobody says.</summary>
    public virtual string DefaultSchema => "";

    /// <summary>The types for our own tables: bytes and text of any length.</summary>
    public abstract (string Bytes, string Text) LongTypes { get; }

    /// <summary>The statements that make an engine's own numbers of a column go on after the greatest that is there.</summary>
    public virtual IReadOnlyList<string> ContinueNumbers(string schema, string table, string column) => [];

    /// <summary>What no column of the engine can hold.</summary>
    public abstract DataLimits Limits { get; }

    public abstract string Quote(string name);

    /// <summary>A table of PSMigrate's own.</summary>
    public abstract DbObject Own(string name);

    /// <summary>The names of PSMigrate's own tables that lists and captures are in.</summary>
    public abstract Task<IReadOnlyList<string>> ListOwnAsync(CancellationToken cancel);

    /// <summary>How many may write at the same time.</summary>
    public virtual int MostWriters => int.MaxValue;

    /// <summary>
    /// The statements that take a foreign key away and that make it again, checking every row; null where rows can come in any order without that.
    /// </summary>
    public virtual (IReadOnlyList<string> Off, IReadOnlyList<string> On)? SetAside(DbObject foreignKey, DbStructure structure) => null;

    /// <summary>Rows of these tables that refer to rows that are not there, where the engine does not see to it itself.</summary>
    public virtual Task<IReadOnlyList<string>> BrokenReferencesAsync(IReadOnlySet<string> tables, CancellationToken cancel) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Runs statements of our own on a connection of its own, each by itself.</summary>
    public abstract Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancel);

    /// <summary>The statement that makes a table with the rows of another.</summary>
    public virtual string SaveRows(DbObject table, DbObject into) => $"CREATE TABLE {Name(into)} AS SELECT * FROM {Name(table)}";

    /// <summary>The statements that, in a transaction, keep others from writing to a table until it ends, and let them read.</summary>
    public abstract IReadOnlyList<string> KeepFromWriting(DbObject table);

    /// <summary>A table's name in SQL.</summary>
    public string Name(DbObject table) => table.Schema.Length > 0 ? $"{Quote(table.Schema)}.{Quote(table.Name)}" : Quote(table.Name);

    /// <summary>A value as it stands in a condition on the column.</summary>
    /// <param name="value">In the form of the column's type.</param>
    public abstract string Literal(ReadOnlySpan<byte> value, DataType type);

    /// <summary>An expression whose value is, as text, the literal of what another gives.</summary>
    public abstract string LiteralOf(string expression, DbObject column);

    /// <summary>What is selected so that a value of this type comes in its form.</summary>
    /// <param name="expression">A column, quoted, or whatever an author wrote.</param>
    public virtual string Read(string expression, DataType type) => expression;

    /// <summary>Opens a moment from which all rows are read, whatever others write meanwhile, where the engine has such.</summary>
    public abstract Task<ReadMoment> OpenMomentAsync(CancellationToken cancel);

    /// <summary>Opens a connection of its own for statements of our own.</summary>
    public abstract Task<DoorSession> OpenSessionAsync(CancellationToken cancel);

    /// <summary>Updates the rows of a table that join others; the table is <c>t</c>.</summary>
    /// <param name="from">What joins, with its alias.</param>
    public abstract string UpdateJoined(DbObject table, IReadOnlyList<(string Column, string Value)> set, string from, string on);

    /// <summary>Updates rows of a table; in the condition and the values it is <c>t</c>.</summary>
    public virtual string UpdateWhere(DbObject table, IReadOnlyList<(string Column, string Value)> set, string condition) =>
        $"UPDATE {Name(table)} AS t SET {string.Join(", ", set.Select(s => $"{Quote(s.Column)} = {s.Value}"))} WHERE {condition}";

    /// <summary>A condition that is also true where both are NULL, and only where both are alike to the last bit.</summary>
    public abstract string Same(string one, string other, DbObject column);

    /// <summary>A query's rows after so many others, at most so many.</summary>
    public virtual string Page(string query, long skip, long most) => $"{query} LIMIT {most} OFFSET {skip}";

    /// <summary>The statement that makes an empty table with these columns of another, of the same types, and a number before them.</summary>
    public virtual string MakeLike(DbObject into, string number, DbObject table, IReadOnlyList<string> columns) =>
        $"CREATE TABLE {Name(into)} AS SELECT 0 AS {Quote(number)}, {string.Join(", ", columns.Select(Quote))} FROM {Name(table)} WHERE 1 = 0";

    /// <summary>Opens a connection of its own through which rows are written to a table.</summary>
    public abstract Task<RowWriter> OpenWriterAsync(DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel);

    /// <summary>
    /// The same where the engine itself can fetch the rows from where they are, as they are; null where it cannot. Such a writer is given queries
    /// instead of rows.
    /// </summary>
    public virtual Task<RowWriter?> OpenWriterFromAsync(DataDoor from, DbObject table, IReadOnlyList<WrittenColumn> columns, CancellationToken cancel) => Task.FromResult<RowWriter?>(null);

    /// <summary>The statement that asks for rows.</summary>
    public string Select(RowQuery query)
    {
        var conditions = new List<string>();
        if (query.Where is { Length: > 0 } where)
        {
            conditions.Add($"({where})");
        }

        if (query.After is { } after)
        {
            conditions.Add(Compare(query.Key, after, ">", isOpen: true));
        }

        if (query.UpTo is { } upTo)
        {
            conditions.Add(Compare(query.Key, upTo, "<", isOpen: false));
        }

        var columns = string.Join(", ", query.Columns.Select(c => Read(c.Expression ?? $"t.{Quote(c.Name)}", c.Type)));
        var condition = conditions.Count > 0 ? $" WHERE {string.Join(" AND ", conditions)}" : "";
        var order = query.Key.Count > 0 && query.IsInOrder ? $" ORDER BY {string.Join(", ", query.Key.Select(k => $"t.{Quote(k)}"))}" : "";
        return $"SELECT {columns} FROM {From(query.Table)} t{condition}{order}";
    }

    /// <summary>What rows are read from: a table's own, not those of tables that inherit from it.</summary>
    protected virtual string From(DbObject table) => Name(table);

    /// <summary>A condition on a composite key, taken apart so that every engine finds its way through the key's index.</summary>
    /// <param name="than">Less or greater.</param>
    /// <param name="isOpen">False where equals are among them.</param>
    internal string Compare(IReadOnlyList<string> key, IReadOnlyList<string> values, string than, bool isOpen)
    {
        var parts = new List<string>();
        for (var i = 0; i < key.Count; i++)
        {
            var last = i == key.Count - 1;
            var equal = string.Concat(Enumerable.Range(0, i).Select(k => $"t.{Quote(key[k])} = {values[k]} AND "));
            parts.Add($"{equal}t.{Quote(key[i])} {than}{(last && !isOpen ? "=" : "")} {values[i]}");
        }

        // The first column alone bounds the search; the rest picks among equals.
        var bound = key.Count > 1 ? $"t.{Quote(key[0])} {than}= {values[0]} AND " : "";
        return $"({bound}({string.Join(" OR ", parts)}))";
    }
}

/// <summary>Which rows are read, and what of them.</summary>
/// <param name="Key">The columns that tell rows apart and give them an order; none where nothing does.</param>
public sealed record RowQuery(DbObject Table, IReadOnlyList<ReadColumn> Columns, IReadOnlyList<string> Key)
{
    /// <summary>A condition in the engine's own SQL, in which the table is <c>t</c>; null for every row.</summary>
    public string? Where { get; init; }

    /// <summary>True where the rows must come in the order of their key.</summary>
    public bool IsInOrder { get; init; }

    /// <summary>Only rows whose key comes after this one, as literals; null for all.</summary>
    public IReadOnlyList<string>? After { get; init; }

    /// <summary>Only rows up to this key, as literals; null for all.</summary>
    public IReadOnlyList<string>? UpTo { get; init; }
}

/// <summary>A column that is read.</summary>
/// <param name="Expression">What is selected instead of the column itself; null for the column.</param>
public sealed record ReadColumn(string Name, DataType Type, string? Expression = null);

/// <summary>A column that is written.</summary>
public sealed record WrittenColumn(string Name, DataType Type);

/// <summary>
/// A moment of a database: what is read from it is what was there when it was opened, on as many connections as are wanted.
/// </summary>
public abstract class ReadMoment : IAsyncDisposable
{
    /// <summary>Why rows that are read one after the other may be of different moments; null where they are not.</summary>
    public virtual string? NotOneMomentBecause => null;

    /// <summary>How many may read at the same time.</summary>
    public virtual int MostReaders => int.MaxValue;

    /// <summary>Begins to read rows, on a connection of its own where there may be several.</summary>
    public abstract Task<RowReader> ReadAsync(RowQuery query, CancellationToken cancel);

    /// <summary>Runs a query of our own and gives all its rows, each value as text.</summary>
    public abstract Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, CancellationToken cancel);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A connection of its own for statements of our own.</summary>
public abstract class DoorSession : IAsyncDisposable
{
    public abstract Task BeginAsync(CancellationToken cancel);

    /// <summary>Runs a statement, with values as parameters <c>@p1</c>, <c>@p2</c>, …</summary>
    /// <returns>The rows that it changed.</returns>
    public abstract Task<long> ExecuteAsync(string sql, CancellationToken cancel, params object?[] values);

    /// <summary>Runs a query and gives all its rows, each value as text.</summary>
    public abstract Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, CancellationToken cancel);

    public abstract Task CommitAsync(CancellationToken cancel);

    public abstract Task RollbackAsync();

    public abstract ValueTask DisposeAsync();
}

/// <summary>Rows as they come from a database.</summary>
public abstract class RowReader : IAsyncDisposable
{
    /// <summary>Adds rows to a buffer until it is full, or there are no more.</summary>
    /// <returns>False once there are no more, also where it still added some.</returns>
    public abstract ValueTask<bool> ReadAsync(RowBuffer into, CancellationToken cancel);

    public abstract ValueTask DisposeAsync();
}

/// <summary>
/// The way of rows into one table, on a connection of its own. What is written between <see cref="BeginAsync"/> and
/// <see cref="CommitAsync"/> is one transaction; what was not committed when it is disposed of is rolled back.
/// </summary>
public abstract class RowWriter : IAsyncDisposable
{
    public abstract Task BeginAsync(CancellationToken cancel);

    /// <summary>Writes rows by the fastest way that the engine has.</summary>
    /// <exception cref="MigrationException">RowRefused, or what the engine's error means.</exception>
    public abstract Task WriteAsync(RowBuffer rows, CancellationToken cancel);

    /// <summary>Lets the engine fetch rows itself: see <see cref="DataDoor.OpenWriterFromAsync"/>.</summary>
    /// <returns>How many rows it fetched.</returns>
    public virtual Task<long> FetchAsync(RowQuery query, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Ends a run of rows, so that other statements can be sent, and makes sure that all of them have arrived.</summary>
    /// <returns>How many rows the engine says it took since the transaction began.</returns>
    public abstract Task<long> EndRowsAsync(CancellationToken cancel);

    /// <summary>Runs a statement of our own in the same transaction, with values as parameters <c>@p1</c>, <c>@p2</c>, …</summary>
    public abstract Task<long> ExecuteAsync(string sql, CancellationToken cancel, params object?[] values);

    public abstract Task CommitAsync(CancellationToken cancel);

    public abstract Task RollbackAsync();

    public abstract ValueTask DisposeAsync();
}
