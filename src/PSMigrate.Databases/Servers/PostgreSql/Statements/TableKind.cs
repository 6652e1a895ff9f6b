using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>
/// Tables with their columns. A partition is made as a table by itself, with columns of its own, and then attached; a table that
/// inherits has only the columns that are its own.
/// </summary>
internal sealed class TableKind : ObjectKind
{
    public static readonly TableKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        var columns = of.ColumnsOf(one.Key);
        var kind = one.Facet(DbFacets.TableKind) ?? "";
        var isForeign = kind.StartsWith("foreign", StringComparison.Ordinal);
        var type = one.Facet("of type");
        var isHeir = one.Facet("inherits") is not null;
        var own = type is not null ? [] : columns.Where(c => !(isHeir && c.Facet("inherited") is not null)).ToList();
        var list = type is not null ? $" OF {type}" : own.Count == 0 ? " ()" : $" (\n    {string.Join(",\n    ", own.Select(ColumnKind.Definition))}\n)";
        yield return $"CREATE {(isForeign ? "FOREIGN " : one.Facet("persistence") is { } persistence ? persistence + " " : "")}TABLE {Of(one)}{list}"
            + (isHeir ? $" INHERITS ({one.Facet("inherits")})" : "")
            + (one.Facet("partition by") is { } by ? $" PARTITION BY {by}" : "")
            + (one.Facet("access method") is { } method ? $" USING {Quote(method)}" : "")
            + With(one)
            + (one.Facet("tablespace") is { } space ? $" TABLESPACE {space}" : "")
            + (isForeign ? $" SERVER {one.Facet("server")}{(one.Facet("foreign options") is { } options ? $" OPTIONS ({options})" : "")}" : "");

        if (one.Facet(DbFacets.Owner) is { } owner && columns.Any(c => c.Facet("owns") is not null))
        {
            // A table and the sequences of its columns have one owner.
            yield return $"ALTER TABLE {Of(one)} OWNER TO {owner}";
        }

        foreach (var column in columns)
        {
            foreach (var statement in ColumnKind.AfterDefinition(column, isOwn: own.Contains(column)).Concat(Settings.Comment(column)))
            {
                yield return statement;
            }
        }

        if (one.Facet("replica identity") is { } identity)
        {
            yield return $"ALTER TABLE {Of(one)} REPLICA IDENTITY {identity}";
        }

        foreach (var security in RowSecurity(one))
        {
            yield return $"ALTER TABLE {Of(one)} {security} ROW LEVEL SECURITY";
        }
    }

    /// <summary>Sequences that belong to its columns do not go with it: they are objects by themselves.</summary>
    public override IReadOnlyList<string> Drop(DbObject one) =>
        [.. (one.Facet("owns")?.Split(", ") ?? []).Select(s => $"ALTER SEQUENCE {s} OWNED BY NONE"), .. base.Drop(one)];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        if (Kind(from) != Kind(to))
        {
            return false;
        }

        change.Rename(Settings.Words(to));

        // That a table is a partition is an object of its own; its columns say which sequences they own.
        change.Leave(DbFacets.TableKind, "owns");
        var table = $"ALTER {Settings.Words(to)} {Of(to)}";
        if (change.Takes("persistence"))
        {
            change.Add($"{table} SET {to.Facet("persistence") ?? "LOGGED"}");
        }

        if (change.Takes("inherits"))
        {
            var (before, after) = (Parents(from), Parents(to));
            foreach (var parent in before.Except(after))
            {
                change.Add($"{table} NO INHERIT {parent}");
            }

            foreach (var parent in after.Except(before))
            {
                change.Add($"{table} INHERIT {parent}");
            }
        }

        if (change.Takes("of type"))
        {
            change.Add($"{table} {(to.Facet("of type") is { } type ? $"OF {type}" : "NOT OF")}");
        }

        if (change.Differs("access method") && Kind(to).Length == 0)
        {
            // Since version 15; an older server refuses.
            change.Takes("access method");
            change.Add($"{table} SET ACCESS METHOD {Quote(to.Facet("access method") ?? "heap")}");
        }

        Options.Alter(change, table, "options", "");
        Options.Alter(change, table, "toast options", "toast.");
        Options.AlterForeign(change, table);
        if (change.Takes("tablespace"))
        {
            change.Add($"{table} SET TABLESPACE {to.Facet("tablespace") ?? "pg_default"}");
        }

        if (change.Takes("replica identity"))
        {
            change.Add($"{table} REPLICA IDENTITY {to.Facet("replica identity") ?? "DEFAULT"}");
        }

        if (change.Takes("row security"))
        {
            foreach (var gone in RowSecurity(from).Except(RowSecurity(to)))
            {
                change.Add($"{table} {(gone == "ENABLE" ? "DISABLE" : "NO FORCE")} ROW LEVEL SECURITY");
            }

            foreach (var come in RowSecurity(to).Except(RowSecurity(from)))
            {
                change.Add($"{table} {come} ROW LEVEL SECURITY");
            }
        }

        return true;
    }

    private static string With(DbObject one)
    {
        var options = Options.Read(one.Facet("options")).Select(o => $"{o.Name}={o.Value}")
            .Concat(Options.Read(one.Facet("toast options")).Select(o => $"toast.{o.Name}={o.Value}")).ToList();
        return options.Count == 0 ? "" : $" WITH ({string.Join(", ", options)})";
    }

    /// <summary>The kind without its being a partition, which can change.</summary>
    private static string Kind(DbObject one) => string.Join(' ', (one.Facet(DbFacets.TableKind) ?? "").Split(' ').Where(word => word != "partition"));

    private static string[] Parents(DbObject one) => one.Facet("inherits")?.Split(", ") ?? [];

    private static string[] RowSecurity(DbObject one) => one.Facet("row security")?.Split(", ") ?? [];
}
