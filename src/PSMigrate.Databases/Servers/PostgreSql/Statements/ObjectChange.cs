using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>From what to what an object is changed, with the statements so far and the differences that nothing has settled yet.</summary>
internal sealed class ObjectChange
{
    private readonly HashSet<string> open;
    private readonly List<string> statements = [];

    public ObjectChange(DbObject from, DbObject to)
    {
        From = from;
        To = to;
        open = [.. from.Facets.Keys.Union(to.Facets.Keys, StringComparer.Ordinal).Where(f => from.Facet(f) != to.Facet(f))];
        if (!from.Columns.SequenceEqual(to.Columns, StringComparer.Ordinal) || from.RefersTo != to.RefersTo
            || !from.ReferredColumns.SequenceEqual(to.ReferredColumns, StringComparer.Ordinal))
        {
            open.Add("columns");
        }
    }

    public DbObject From { get; }

    public DbObject To { get; }

    public IReadOnlyList<string> Statements => statements;

    /// <summary>True when every difference has been taken.</summary>
    public bool IsComplete => open.Count == 0;

    public void Add(string statement) => statements.Add(statement);

    /// <summary>True where the facet differs and nothing has settled it.</summary>
    public bool Differs(string facet) => open.Contains(facet);

    /// <summary>True where the facet differs; it counts as settled from now on.</summary>
    public bool Takes(string facet) => open.Remove(facet);

    /// <summary>Settles differences that follow from other changes.</summary>
    public void Leave(params ReadOnlySpan<string> facets)
    {
        foreach (var facet in facets)
        {
            open.Remove(facet);
        }
    }

    /// <summary>Renames and moves what has statements of the usual form for it.</summary>
    /// <param name="words">The kind's words in ALTER.</param>
    public void Rename(string words)
    {
        if (From.Schema != To.Schema && From.Parent is null)
        {
            Add($"ALTER {words} {PostgreSqlName.Of(From)} SET SCHEMA {PostgreSqlName.Quote(To.Schema)}");
        }

        if (PostgreSqlName.Bare(From) != PostgreSqlName.Bare(To))
        {
            Add($"ALTER {words} {PostgreSqlName.Of(From with { Schema = To.Schema })} RENAME TO {PostgreSqlName.Quote(PostgreSqlName.Bare(To))}");
        }
    }
}
