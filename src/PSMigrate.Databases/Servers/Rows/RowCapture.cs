using PSMigrate.Databases.Servers.Running;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.Rows;

/// <summary>
/// Keeps in the database itself what a script is about to lose of one table's rows. A capture has one row for each changed row: its key,
/// whether it has an image (a new row has none), a hash of the row as the script left it, and the former values.
/// </summary>
internal sealed class RowCapture
{
    public const string IsImage = "i";
    public const string LeftHash = "h";

    /// <summary>What becomes of the row when it is undone; nothing before that.</summary>
    public const string Verdict = "s";

    private readonly ServerEngine engine;
    private readonly ServerSession session;
    private readonly CaptureShape shape;
    private bool hasTriggers;

    /// <param name="kept">The columns whose values are kept; null for all.</param>
    /// <param name="lost">Columns that go, so that they cannot tell the rows apart afterwards.</param>
    public RowCapture(
        ServerEngine engine, ServerSession session, DbObject table, DbStructure structure, string name, IReadOnlyList<DbObject>? kept = null, IReadOnlySet<string>? lost = null)
    {
        this.engine = engine;
        this.session = session;
        shape = new CaptureShape(table, TableKey.Of(table, structure, engine.Rows, lost), kept ?? TableKey.Stored(table, structure), name, engine.Own(name))
        {
            KeysOnly = !engine.TriggersSeeFormerRows(table, structure),
            ByRow = engine.HeirsOf(table, structure).Count > 0 || engine.IsHeir(table),
        };
        Image = new RowImage(table, name, shape.Key, shape.Kept);
    }

    public RowImage Image { get; private set; }

    public bool HasKey => shape.Key.Count > 0;

    /// <summary>True while triggers fill it.</summary>
    public bool IsWatching => hasTriggers;

    /// <summary>True where its triggers cannot give it the rows' former values.</summary>
    public bool NeedsImageFirst => shape.KeysOnly;

    private RowSql Sql => engine.Rows;

    private string KeyNames => string.Join(", ", shape.Key.Select((_, i) => $"k{i}"));

    /// <summary>Makes the store and lets triggers fill it while statements write rows.</summary>
    public async Task BeginRowsAsync(CancellationToken cancel)
    {
        await CreateStoreAsync(isIndexed: true, cancel).ConfigureAwait(false);
        hasTriggers = true;
        foreach (var statement in Sql.BeginCapture(shape))
        {
            await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the image of every row that has none yet: for statements whose changes no trigger sees, and tables without a key.</summary>
    public async Task TakeAllAsync(bool create, CancellationToken cancel)
    {
        if (create)
        {
            await CreateStoreAsync(isIndexed: true, cancel).ConfigureAwait(false);
        }
        else if (Image.IsWhole)
        {
            return;
        }

        var values = string.Concat(shape.Kept.Select((c, i) => $", c{i}"));
        var keys = HasKey ? KeyNames + ", " : "";
        var read = string.Concat(shape.Key.Select(k => $"{Sql.ToCapture($"t.{Sql.Quote(k.Name)}", k)}, "));
        var missing = create || !HasKey ? "" : $" WHERE NOT EXISTS (SELECT 1 FROM {shape.Store} s WHERE {Match("s", "t")})";
        await session.ExecuteAsync(
            $"INSERT INTO {shape.Store} ({keys}{IsImage}{values}) SELECT {read}1{string.Concat(shape.Kept.Select(c => $", {Sql.ToCapture($"t.{Sql.Quote(c.Name)}", c)}"))} FROM {Sql.RowsOf(shape.Table)} t{missing}",
            cancel).ConfigureAwait(false);
        Image = Image with { IsWhole = true };
    }

    /// <summary>Notes which rows there are in a table that the script made, and what they are like.</summary>
    /// <param name="stored">The table's columns that hold values.</param>
    public async Task NoteNewAsync(IReadOnlyList<DbObject> stored, CancellationToken cancel)
    {
        await CreateStoreAsync(isIndexed: !Sql.JoinsWithoutIndex, cancel).ConfigureAwait(false);
        if (!HasKey)
        {
            return;
        }

        await session.ExecuteAsync(
            $"INSERT INTO {shape.Store} ({KeyNames}, {IsImage}, {LeftHash}) SELECT {string.Join(", ", shape.Key.Select(k => Sql.ToCapture($"t.{Sql.Quote(k.Name)}", k)))}, 0, "
            + $"{Sql.Hash([.. stored.Select(c => ($"t.{Sql.Quote(c.Name)}", c))])} FROM {Sql.RowsOf(shape.Table)} t",
            cancel).ConfigureAwait(false);
        Image = Image with { Left = [.. stored.Select(c => c.Name)] };
    }

    /// <summary>Notes which rows of the table, whose whole image was taken, came since.</summary>
    /// <param name="now">The table as it is now.</param>
    public static async Task<bool> NoteAddedAsync(ServerEngine engine, ServerSession session, RowImage image, DbObject now, DbStructure present, CancellationToken cancel)
    {
        var names = image.Key.Select(k => StructureDiff.SameIn(present, k)).OfType<DbObject>().ToList();
        if (names.Count == 0 || names.Count < image.Key.Count)
        {
            return image.Key.Count == 0;
        }

        var (sql, store) = (engine.Rows, engine.Own(image.Capture));
        await session.ExecuteAsync(
            $"INSERT INTO {store} ({string.Join(", ", image.Key.Select((_, i) => $"k{i}"))}, {IsImage}) SELECT {string.Join(", ", image.Key.Select((k, i) => sql.ToCapture($"t.{sql.Quote(names[i].Name)}", k)))}, 0 "
            + $"FROM {sql.RowsOf(now)} t WHERE NOT EXISTS (SELECT 1 FROM {store} s WHERE {RowMatch.Of(sql, image.Key, "s", "t", names)})", cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends what was begun by <see cref="BeginRowsAsync"/>; safe at any time.</summary>
    public async Task EndTriggersAsync(CancellationToken cancel)
    {
        if (!hasTriggers)
        {
            return;
        }

        hasTriggers = false;
        foreach (var statement in Sql.EndCapture(shape))
        {
            await session.ExecuteAsync(statement, cancel).ConfigureAwait(false);
        }
    }

    public Task DropAsync(CancellationToken cancel) => session.ExecuteAsync(Sql.DropTable(shape.Store), cancel);

    /// <summary>The condition that a capture's row and a table's row are the same one.</summary>
    private string Match(string captured, string present) => RowMatch.Of(Sql, shape.Key, captured, present, shape.Key);

    private Task CreateStoreAsync(bool isIndexed, CancellationToken cancel)
    {
        List<(string, string)> columns =
        [
            .. shape.Key.Select((k, i) => ($"k{i}", $"{Sql.CaptureType(k)} NOT NULL")),
            (IsImage, "smallint NOT NULL"),
            (LeftHash, $"{Sql.HashType} NULL"),
            (Verdict, "smallint NULL"),
            .. shape.Kept.Select((c, i) => ($"c{i}", $"{Sql.CaptureType(c)} NULL")),
        ];
        return session.ExecuteAsync(Sql.CreateTable(shape.Store, columns, isIndexed ? [.. shape.Key.Select((_, i) => $"k{i}")] : []), cancel);
    }
}
