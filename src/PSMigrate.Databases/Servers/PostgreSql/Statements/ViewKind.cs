using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Views and materialized views, with what is said of their columns.</summary>
internal sealed class ViewKind : ObjectKind
{
    public static readonly ViewKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        var isMaterialized = one.Kind == DbKinds.MaterializedView;
        yield return $"CREATE {one.Kind.ToUpperInvariant()} {Of(one)}"
            + (one.Facet("access method") is { } method ? $" USING {Quote(method)}" : "")
            + (one.Facet("options") is { } options ? $" WITH ({options})" : "")
            + (one.Facet("tablespace") is { } space ? $" TABLESPACE {space}" : "")
            + $" AS\n{Query(one)}"
            + (isMaterialized && one.Facet("populated") is not null ? "\nWITH NO DATA" : "");
        foreach (var column in of.ColumnsOf(one.Key))
        {
            foreach (var statement in ColumnKind.AfterDefinition(column, isOwn: false).Concat(Settings.Comment(column)))
            {
                yield return statement;
            }
        }
    }

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        var words = to.Kind.ToUpperInvariant();
        if (change.Differs("definition"))
        {
            // A view may get more columns at its end, and nothing else; one that is only written otherwise is the same.
            if (to.Kind == DbKinds.MaterializedView || !$"{to.Facet("column list")}, ".StartsWith($"{from.Facet("column list")}, ", StringComparison.Ordinal))
            {
                return false;
            }
        }
        else if (change.Differs("column list"))
        {
            return false;
        }

        change.Rename(words);
        if (change.Takes("definition"))
        {
            // The options that are not said are lost.
            change.Add($"CREATE OR REPLACE VIEW {Of(to)}{(to.Facet("options") is { } options ? $" WITH ({options})" : "")} AS\n{Query(to)}");
            change.Leave("column list", "options");
        }

        Options.Alter(change, $"ALTER {words} {Of(to)}", "options", "");
        if (change.Takes("tablespace"))
        {
            change.Add($"ALTER {words} {Of(to)} SET TABLESPACE {to.Facet("tablespace") ?? "pg_default"}");
        }

        if (change.Takes("populated"))
        {
            change.Add($"REFRESH MATERIALIZED VIEW {Of(to)}{(to.Facet("populated") is null ? "" : " WITH NO DATA")}");
        }

        return true;
    }

    private static string Query(DbObject one) => one.Facet("definition")!.TrimEnd().TrimEnd(';');
}
