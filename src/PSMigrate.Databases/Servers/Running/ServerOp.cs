using System.Text.Json.Serialization;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>One thing that a script did, with what is needed to take it back. They are taken back in reverse order.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(Created), "created")]
[JsonDerivedType(typeof(Changed), "changed")]
[JsonDerivedType(typeof(Rows), "rows")]
[JsonDerivedType(typeof(Sequences), "sequences")]
[JsonDerivedType(typeof(NotCaptured), "notCaptured")]
internal abstract record ServerOp
{
    /// <summary>Something was made that was not there before.</summary>
    /// <param name="Schema">Empty where it is in none.</param>
    /// <param name="OnTable">What it belongs to, by full name; null for what stands by itself.</param>
    public sealed record Created(string Kind, string Schema, string Name, string? OnTable) : ServerOp
    {
        /// <summary>The rows that the script left in a new table, where they are many; null where it left none or they cannot be told apart.</summary>
        public RowImage? Left { get; init; }

        /// <summary>The rows that the script left in a new table, where they are few enough to be noted here.</summary>
        public FewRows? Few { get; init; }

        /// <summary>What stays the same when it is renamed.</summary>
        public string Id { get; init; } = "";
    }

    /// <summary>The structure was changed.</summary>
    /// <param name="Before">The objects that changed or are gone, as they were.</param>
    /// <param name="After">The objects that changed or are new, as they are.</param>
    public sealed record Changed(IReadOnlyList<DbObject> Before, IReadOnlyList<DbObject> After) : ServerOp
    {
        /// <summary>The rows, or the values of some columns, that went with it.</summary>
        public IReadOnlyList<RowImage> Images { get; init; } = [];

        /// <summary>The former order of the columns of tables that lost one, by the table's key.</summary>
        public IReadOnlyDictionary<string, IReadOnlyList<string>> Orders { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
    }

    /// <summary>Rows were inserted, updated or deleted.</summary>
    /// <param name="Kinds">insert, update, delete.</param>
    public sealed record Rows(RowImage Image, IReadOnlyList<string> Kinds) : ServerOp;

    /// <summary>Sequences went, or were set to another value.</summary>
    public sealed record Sequences(IReadOnlyList<SequenceMove> Moves) : ServerOp;

    /// <summary>Something was changed that cannot be captured.</summary>
    public sealed record NotCaptured(string What, string Why) : ServerOp;
}

/// <param name="Id">The table's own.</param>
/// <param name="Few">Its rows; null where it has none.</param>
internal sealed record NewTable(string Id, FewRows? Few);

/// <summary>What tells the rows of a table apart where they are few.</summary>
/// <param name="Columns">The columns over which they are hashed, in their order.</param>
/// <param name="Hashes">In hexadecimal digits; one for each row, also where rows are alike.</param>
internal sealed record FewRows(IReadOnlyList<string> Columns, IReadOnlyList<string> Hashes)
{
    /// <summary>The columns that tell the rows apart; none where nothing does.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>A hash over them for each row.</summary>
    public IReadOnlyList<string> KeyHashes { get; init; } = [];

    /// <summary>From a hash of each row, and one of its key, which is null where there is none.</summary>
    public static FewRows? Of(IReadOnlyList<string> columns, IReadOnlyList<string> key, IReadOnlyList<(string Row, string? Key)> hashes) =>
        hashes.Count == 0 ? null : new FewRows(columns, [.. hashes.Select(h => h.Row)]) { Key = key, KeyHashes = [.. hashes.Select(h => h.Key).OfType<string>()] };

    /// <summary>More than these are kept in a table of their own.</summary>
    public const int Most = 100;
}

/// <param name="Former">Where it stood.</param>
/// <param name="Left">Where it was left; null where it is gone.</param>
internal sealed record SequenceMove(SequenceValue Former, SequenceValue? Left);

/// <summary>What a capture keeps of a table's rows.</summary>
/// <param name="Table">The table as it was called when the capture began.</param>
/// <param name="Capture">Its name among PSMigrate's own tables.</param>
/// <param name="Key">The columns that tell the rows apart; none where nothing does.</param>
/// <param name="Kept">The columns whose former values are kept.</param>
internal sealed record RowImage(DbObject Table, string Capture, IReadOnlyList<DbObject> Key, IReadOnlyList<DbObject> Kept)
{
    /// <summary>True where every row of the table is in it.</summary>
    public bool IsWhole { get; init; }

    /// <summary>How many rows are kept, and the sum of their hashes: a capture that was altered gives others.</summary>
    public long Rows { get; init; }

    public string? Sum { get; init; }

    /// <summary>
    /// The columns over which the capture has a hash of each row as the script left it, by the names that they had when the capture
    /// began; null where it has none.
    /// </summary>
    public IReadOnlyList<string>? Left { get; init; }

    /// <summary>Without a key: number and sum of the rows as the script left them.</summary>
    public long LeftRows { get; init; }

    public string? LeftSum { get; init; }

    [JsonIgnore]
    public string FullName => Table.FullName;
}
