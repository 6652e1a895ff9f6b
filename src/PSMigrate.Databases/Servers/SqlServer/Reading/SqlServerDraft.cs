using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.SqlServer.Reading;

/// <summary>An object while it is being read: what it is like, and what it needs, come from several views of the catalog.</summary>
internal sealed class SqlServerDraft
{
    public required string Kind { get; init; }

    /// <summary>Parts have the schema of what they belong to, so that its name can be told from its key.</summary>
    public string Schema { get; init; } = "";

    public required string Name { get; init; }

    public SqlServerDraft? Parent { get; init; }

    /// <summary>True for what was not asked for, and is only named by what was.</summary>
    public bool Outside { get; init; }

    public required string Id { get; init; }

    public SortedDictionary<string, string> Facets { get; } = new(StringComparer.Ordinal);

    /// <summary>What is no part of what it is like; see <see cref="DbObject.Notes"/>.</summary>
    public SortedDictionary<string, string> Notes { get; } = new(StringComparer.Ordinal);

    public List<string> Columns { get; } = [];

    public SqlServerDraft? RefersTo { get; set; }

    public List<string> ReferredColumns { get; } = [];

    public int Position { get; set; }

    public HashSet<SqlServerDraft> Needs { get; } = [];

    public string Key => DbObject.KeyOf(Kind, Parent?.Key, Schema, Name);

    /// <summary>Its name as SQL says it.</summary>
    public string Quoted => Schema.Length > 0 ? SqlServerName.Quote(Schema, Name) : SqlServerName.Quote(Name);

    /// <summary>What people call it.</summary>
    public string Called => Parent is { } parent ? $"{Kind} {parent.Schema}.{parent.Name}.{Name}" : Schema.Length > 0 ? $"{Kind} {Schema}.{Name}" : $"{Kind} {Name}";

    /// <summary>Sets a facet; what is null is left out.</summary>
    public SqlServerDraft Set(string facet, string? value)
    {
        if (value is not null)
        {
            Facets[facet] = value;
        }

        return this;
    }

    public SqlServerDraft Need(SqlServerDraft? needed)
    {
        if (needed is not null && needed != this)
        {
            Needs.Add(needed);
        }

        return this;
    }

    public DbObject ToObject() => new()
    {
        Kind = Kind,
        Schema = Schema,
        Name = Name,
        Parent = Parent?.Key,
        Id = Id,
        Facets = Facets,
        Notes = Notes,
        Columns = Columns,
        RefersTo = RefersTo?.Key,
        ReferredColumns = ReferredColumns,
        Position = Position,
        Needs = [.. Needs.Select(n => n.Key).Order(StringComparer.Ordinal)],
    };
}
