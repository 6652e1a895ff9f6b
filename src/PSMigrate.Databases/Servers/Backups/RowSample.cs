using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Targets;

namespace PSMigrate.Databases.Servers.Backups;

/// <summary>Which rows of each table are taken.</summary>
/// <param name="Sources">
/// By the table's key: what stands after FROM to read them, each row in one of them. A table that is not among them is taken whole.
/// </param>
internal sealed record RowSample(IReadOnlyDictionary<string, IReadOnlyList<string>> Sources, IReadOnlyList<SampledTable> Tables)
{
    /// <summary>All rows of all tables.</summary>
    public static readonly RowSample Whole = new(new Dictionary<string, IReadOnlyList<string>>(), []);

    /// <param name="whole">What stands after FROM to read all of them.</param>
    public IReadOnlyList<string> SourcesOf(DbObject table, string whole) => Sources.GetValueOrDefault(table.Key) ?? [whole];
}
