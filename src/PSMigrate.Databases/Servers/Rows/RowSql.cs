using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Rows;

/// <summary>How an engine's SQL says what is done to rows. Everything here gives text; values never stand in it.</summary>
public abstract class RowSql
{
    public abstract string Quote(string name);

    /// <summary>A text literal.</summary>
    public abstract string Literal(string text);

    public string Name(DbObject table) => table.Schema.Length > 0 ? $"{Quote(table.Schema)}.{Quote(table.Name)}" : Quote(table.Name);

    /// <summary>A table without the rows of those that inherit from it.</summary>
    public virtual string Only(DbObject table) => Name(table);

    /// <summary>What holds the rows that are a table's own: of a table in parts all of them, and none of those that inherit from it.</summary>
    public virtual string RowsOf(DbObject table) => Name(table);

    /// <summary>An expression whose value is, as text, the literal of what another gives: for keys, which are put into a condition.</summary>
    public abstract string LiteralOf(string expression, DbObject column);

    /// <summary>A parameter as a value of a type, in the one word that the engine has for types that it does not cast to.</summary>
    public virtual string Cast(string parameter, string type) => $"CAST({parameter} AS {type})";

    /// <summary>True also where both are NULL.</summary>
    public abstract string Same(string one, string other);

    /// <summary>The same for two values of a column, in the type in which a capture keeps them.</summary>
    public virtual string Same(string one, string other, DbObject column) => Same(one, other);

    /// <summary>What a capture keeps of a column in a form in which only what is the same is equal, and by which rows can be grouped.</summary>
    public virtual string Exactly(string expression, DbObject column) => expression;

    /// <summary>True where a default gives every row the same value.</summary>
    public virtual bool IsConstant(string defaultText) => !defaultText.Contains('(', StringComparison.Ordinal);

    /// <summary>
    /// A hash of values, at least 128 bits of it, as lower-case hexadecimal text or as bytes, that does not depend on the session's settings; the
    /// session is in <see cref="ServerTarget"/>'s own settings while it is computed.
    /// </summary>
    public abstract string Hash(IReadOnlyList<(string Expression, DbObject Column)> values);

    /// <summary>Number of rows and a sum over their hashes, independent of their order, as two columns: a number and text.</summary>
    public abstract string CountAndSum(string hash);

    /// <summary>The type that hashes have in a table.</summary>
    public abstract string HashType { get; }

    /// <summary>True where a whole capture is joined with its table as well without an index, and an index costs as much as another table.</summary>
    public virtual bool JoinsWithoutIndex => false;

    /// <summary>A hash, of which the hexadecimal digits are known, as a literal.</summary>
    public virtual string HashLiteral(string digits) => $"'{digits}'";

    /// <summary>A value of that type that is no row's hash.</summary>
    public virtual string NoHash => "'-'";

    /// <summary>
    /// The type in which a capture keeps a column's values; the column's own where nothing of the user's is needed for it, so that
    /// a capture never stands in the way of a change.
    /// </summary>
    public abstract string CaptureType(DbObject column);

    /// <summary>A column's value in the type in which a capture keeps it.</summary>
    public abstract string ToCapture(string expression, DbObject column);

    /// <summary>What a capture keeps, as a value of the column.</summary>
    public abstract string FromCapture(string expression, DbObject column);

    /// <summary>True where the column's values can tell rows apart in a capture's key.</summary>
    public virtual bool CanBeKey(DbObject column) => true;

    /// <summary>False where two values of a key's column can be the same to the key and still not be alike.</summary>
    public virtual bool TellsApart(DbObject keyColumn) => true;

    /// <summary>True where an update may give the column another value.</summary>
    public virtual bool CanBeSet(DbObject column) => true;

    /// <summary>
    /// The statements that make triggers which fill a capture with the former values of the rows that are written, and with the keys of new
    /// rows. They are asked to do so for the session that makes them only, where the engine's triggers are everybody's.
    /// </summary>
    public abstract IReadOnlyList<string> BeginCapture(CaptureShape capture);

    /// <summary>The statements that remove these triggers; safe where they are gone already.</summary>
    public abstract IReadOnlyList<string> EndCapture(CaptureShape capture);

    /// <summary>Deletes the rows of a table that join a capture's.</summary>
    /// <param name="table">Quoted.</param>
    /// <param name="from">What joins, with its alias: <c>x AS c</c>.</param>
    /// <param name="on">The condition; the table is <c>t</c>.</param>
    public abstract string DeleteJoined(string table, string from, string on);

    /// <summary>Updates the rows of a table that join a capture's.</summary>
    public abstract string UpdateJoined(string table, IReadOnlyList<(string Column, string Value)> set, string from, string on);

    /// <summary>The statements that insert rows with the values that they had, also into columns that the engine fills by itself.</summary>
    public abstract IReadOnlyList<string> InsertExactly(DbObject table, IReadOnlyList<DbObject> columns, string select);

    /// <summary>At most so many rows of a query.</summary>
    public virtual string Limit(string query, int most) => $"{query} LIMIT {most}";

    /// <summary>The statements that keep a table's own triggers from running, and those that let them run again as before.</summary>
    public abstract (IReadOnlyList<string> Off, IReadOnlyList<string> On) SuspendTriggers(DbObject table, IReadOnlyList<DbObject> triggers);

    /// <summary>Makes a table from columns; the key's first.</summary>
    public virtual string CreateTable(string name, IReadOnlyList<(string Column, string Definition)> columns, IReadOnlyList<string> key) =>
        $"CREATE TABLE {name} ({string.Join(", ", columns.Select(c => $"{Quote(c.Column)} {c.Definition}"))}{(key.Count > 0 ? $", PRIMARY KEY ({string.Join(", ", key.Select(Quote))})" : "")})";

    public virtual string DropTable(string name) => $"DROP TABLE IF EXISTS {name}";

    /// <summary>Rows of one query that the other has not, and the other way round, as the engine calls it.</summary>
    public virtual string Except => "EXCEPT";

    /// <summary>A value as text for people; NULL stays NULL.</summary>
    public abstract string AsText(string expression, DbObject column);
}

/// <summary>The table that keeps what a script is about to lose of one table's rows.</summary>
/// <param name="Table">The table as it was when the capture began.</param>
/// <param name="Key">The columns that tell its rows apart: k0, k1, … in the capture.</param>
/// <param name="Kept">The columns whose values are kept: c0, c1, … in the capture.</param>
/// <param name="Name">The capture's name among PSMigrate's own tables.</param>
/// <param name="Store">The same, quoted and qualified.</param>
public sealed record CaptureShape(DbObject Table, IReadOnlyList<DbObject> Key, IReadOnlyList<DbObject> Kept, string Name, string Store)
{
    /// <summary>The triggers note the keys of new rows only: the images of all others have been taken already.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>The triggers act row by row, because those of statements do not see every statement that writes the table's rows.</summary>
    public bool ByRow { get; init; }
}
