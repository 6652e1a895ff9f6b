using System.Text.Json.Serialization;

namespace PSMigrate.Databases.Servers.Structure;

/// <summary>
/// One object of a server's structure, as the engine's catalog describes it: complete enough to make it again, and small enough to
/// keep in an undo record. What an object is like stands in its facets, by name, in the engine's own words and already quoted
/// where it is SQL; two objects are the same when their facets are.
/// </summary>
public sealed record DbObject
{
    /// <summary>In the words of people: table, column, primary key, foreign key, index, view, function, enum, … See <see cref="DbKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The schema that it is in; empty for what is in none, and where the engine has none.</summary>
    public string Schema { get; init; } = "";

    /// <summary>Its own name, without quotes. Functions have their argument types with them.</summary>
    public required string Name { get; init; }

    /// <summary>The table or view that it belongs to and goes with, by key; null for what stands by itself.</summary>
    public string? Parent { get; init; }

    /// <summary>What stays the same when it is renamed, such as PostgreSQL's object id; empty where the engine has nothing of the sort.</summary>
    public string Id { get; init; } = "";

    /// <summary>What it is like, by name.</summary>
    public SortedDictionary<string, string> Facets { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Keys and indexes: the columns, in order; empty entries are expressions.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Foreign keys: the table that they refer to, by key.</summary>
    public string? RefersTo { get; init; }

    /// <summary>Foreign keys: the columns that they refer to, in order.</summary>
    public IReadOnlyList<string> ReferredColumns { get; init; } = [];

    /// <summary>Columns: the place among the columns of the table, from 1, without gaps.</summary>
    public int Position { get; init; }

    /// <summary>The objects that must be there before it can be made, by key.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>
    /// What the engine's writer has to know to change it and that is not part of what it is like, by name: two objects with other
    /// notes are still the same.
    /// </summary>
    public SortedDictionary<string, string> Notes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What it is called among all objects, also those of other tables and kinds.</summary>
    [JsonIgnore]
    public string Key => KeyOf(Kind, Parent, Schema, Name);

    /// <summary>Its name with what it is in: <c>public.orders</c>, <c>public.orders.total</c>.</summary>
    [JsonIgnore]
    public string FullName => Parent is { } parent ? $"{parent[(parent.IndexOf(' ', StringComparison.Ordinal) + 1)..]}.{Name}" : Schema.Length > 0 ? $"{Schema}.{Name}" : Name;

    /// <summary>What it is like as one text, for people and for fingerprints.</summary>
    [JsonIgnore]
    public string Definition => string.Join('\n', Facets.Select(f => $"{f.Key}: {f.Value}")
        .Concat(Columns.Count > 0 ? [$"columns: {string.Join(", ", Columns)}"] : [])
        .Concat(RefersTo is null ? [] : [$"refers to: {RefersTo} ({string.Join(", ", ReferredColumns)})"]));

    public string? Facet(string name) => Facets.GetValueOrDefault(name);

    /// <summary>True when nothing that counts differs. Its identity and its place among other columns do not count.</summary>
    public bool IsLike(DbObject other) => Key == other.Key && Definition == other.Definition;

    /// <summary>Kinds contain no dot and begin with no capital, so that the first space after the kind's words is found by the name itself.</summary>
    public static string KeyOf(string kind, string? parent, string schema, string name) => parent is not null
        ? $"{kind.Replace(' ', '_')} {parent[(parent.IndexOf(' ', StringComparison.Ordinal) + 1)..]}.{name}"
        : schema.Length > 0 ? $"{kind.Replace(' ', '_')} {schema}.{name}" : $"{kind.Replace(' ', '_')} {name}";

    public override string ToString() => $"{Kind} {FullName}";
}
