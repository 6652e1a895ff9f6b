using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>
/// Columns. Those of views come with the view. Those that a table inherits are made, dropped and retyped with the column they are
/// inherited from; what can differ in the heir is set there alone.
/// </summary>
internal sealed partial class ColumnKind : ObjectKind
{
    public static readonly ColumnKind Instance = new();

    /// <summary>The column as it stands in CREATE TABLE and ADD COLUMN.</summary>
    public static string Definition(DbObject column) =>
        $"{Quote(column.Name)} {column.Facet(DbFacets.Type)}"
        + (column.Facet("foreign options") is { } options ? $" OPTIONS ({options})" : "")
        + (column.Facet("compression") is { } compression ? $" COMPRESSION {compression}" : "")
        + (column.Facet("collation") is { } collation ? $" COLLATE {collation}" : "")
        + (column.Facet(DbFacets.Default) is { } value ? $" DEFAULT {value}" : "")
        + (column.Facet(DbFacets.Generated) is { } generated ? $" {Generated(generated)}" : "")
        + (column.Facet(DbFacets.Identity) is { } identity ? $" {Identity(identity)}" : "")
        + (column.Facet(DbFacets.Nullable) == "no" ? " NOT NULL" : "");

    /// <summary>What a column can only be given once it is there.</summary>
    /// <param name="isOwn">False where it came with another object, so that even what a definition says must be said again.</param>
    public static IEnumerable<string> AfterDefinition(DbObject column, bool isOwn)
    {
        var alter = Alteration(column);
        if (!isOwn && !IsOfView(column))
        {
            if (column.Facet(DbFacets.Generated) is null)
            {
                yield return $"{alter} {(column.Facet(DbFacets.Default) is { } value ? $"SET DEFAULT {value}" : "DROP DEFAULT")}";
            }

            if (column.Facet(DbFacets.Nullable) == "no")
            {
                yield return $"{alter} SET NOT NULL";
            }
        }
        else if (IsOfView(column) && column.Facet(DbFacets.Default) is { } viewDefault)
        {
            yield return $"{alter} SET DEFAULT {viewDefault}";
        }

        if (column.Facet("storage") is { } storage)
        {
            yield return $"{alter} SET STORAGE {storage}";
        }

        if (column.Facet("compression") is { } compression && (!isOwn || IsOfView(column)))
        {
            yield return $"{alter} SET COMPRESSION {compression}";
        }

        if (column.Facet("statistics") is { } statistics)
        {
            yield return $"{alter} SET STATISTICS {statistics}";
        }

        if (column.Facet("options") is { } options)
        {
            yield return $"{alter} SET ({options})";
        }

        foreach (var sequence in Owned(column))
        {
            yield return $"ALTER SEQUENCE {sequence} OWNED BY {Parent(column)}.{Quote(column.Name)}";
        }
    }

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        var isOwn = !IsOfView(one) && one.Facet("inherited") is null;
        return (isOwn ? [$"ALTER {TableWords(one)} {Parent(one)} ADD COLUMN {Definition(one)}"] : Enumerable.Empty<string>()).Concat(AfterDefinition(one, isOwn));
    }

    /// <summary>A sequence that belongs to the column does not go with it: it is an object by itself.</summary>
    public override IReadOnlyList<string> Drop(DbObject one) => IsOfView(one) ? [] :
    [
        .. Owned(one).Select(s => $"ALTER SEQUENCE {s} OWNED BY NONE"),
        one.Facet("inherited") is null ? $"ALTER TABLE {Parent(one)} DROP COLUMN {Quote(one.Name)}" : Inherited.DropColumn(one),
    ];

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        if (change.Differs(DbFacets.Generated) && to.Facet(DbFacets.Generated) is not null)
        {
            // What was stored in it or computed by another expression is of no use to it.
            return false;
        }

        var isInherited = from.Facet("inherited") is not null && to.Facet("inherited") is not null;
        if (from.Name != to.Name && !isInherited)
        {
            change.Add($"ALTER {TableWords(to)} {Parent(to)} RENAME COLUMN {Quote(from.Name)} TO {Quote(to.Name)}");
        }

        change.Leave("inherited");
        if (IsOfView(to))
        {
            change.Leave(DbFacets.Type, "collation", "storage", "compression");
        }

        var alter = Alteration(to);
        var whole = $"ALTER {TableWords(to)} {Parent(to)} ALTER COLUMN {Quote(to.Name)}";
        if (change.Takes(DbFacets.Generated))
        {
            change.Add($"{whole} DROP EXPRESSION");
        }

        // Neither what gave the values before nor what will give them need fit the type that the column has in between.
        var isRetyped = change.Takes(DbFacets.Type) | change.Takes("collation");
        if (isRetyped && from.Facet(DbFacets.Default) is not null)
        {
            change.Add($"{alter} DROP DEFAULT");
        }

        if (from.Facet(DbFacets.Identity) is { } was && (to.Facet(DbFacets.Identity) is not { } next || Sequence(was) != Sequence(next)))
        {
            change.Add($"{alter} DROP IDENTITY");
        }

        if (isRetyped && !isInherited)
        {
            var type = to.Facet(DbFacets.Type);
            change.Add($"{whole} TYPE {type}{(to.Facet("collation") is { } collation ? $" COLLATE {collation}" : "")} USING {Quote(to.Name)}::{type}");
        }

        AlterDefault(change, alter, isRetyped);
        if (change.Takes(DbFacets.Nullable))
        {
            change.Add($"{whole} {(to.Facet(DbFacets.Nullable) == "no" ? "SET" : "DROP")} NOT NULL");
        }

        if (change.Takes("storage") || (isRetyped && to.Facet("storage") is not null))
        {
            if (to.Facet("storage") is not { } storage)
            {
                // Only the type knows what is usual.
                return false;
            }

            change.Add($"{alter} SET STORAGE {storage}");
        }

        if (change.Takes("compression"))
        {
            change.Add($"{alter} SET COMPRESSION {to.Facet("compression") ?? "default"}");
        }

        if (change.Takes("statistics"))
        {
            change.Add($"{alter} SET STATISTICS {to.Facet("statistics") ?? "-1"}");
        }

        Options.Alter(change, alter, "options", "");
        Options.AlterForeign(change, alter);
        if (change.Takes("owns"))
        {
            foreach (var sequence in Owned(from).Except(Owned(to)))
            {
                change.Add($"ALTER SEQUENCE IF EXISTS {sequence} OWNED BY NONE");
            }

            foreach (var sequence in Owned(to).Except(Owned(from)))
            {
                change.Add($"ALTER SEQUENCE {sequence} OWNED BY {Parent(to)}.{Quote(to.Name)}");
            }
        }

        return true;
    }

    private static void AlterDefault(ObjectChange change, string alter, bool isRetyped)
    {
        var (from, to) = (change.From, change.To);
        if (change.Differs(DbFacets.Identity) && from.Facet(DbFacets.Identity) is { } was && to.Facet(DbFacets.Identity) is { } now && Sequence(was) == Sequence(now))
        {
            var parts = IdentityParts().Match(now);
            change.Takes(DbFacets.Identity);
            change.Add($"{alter} SET GENERATED {parts.Groups["when"].Value} {SetOptions().Replace(parts.Groups["options"].Value, "SET $0")}");
        }

        if (change.Takes(DbFacets.Default) || (isRetyped && to.Facet(DbFacets.Default) is not null))
        {
            change.Add($"{alter} {(to.Facet(DbFacets.Default) is { } value ? $"SET DEFAULT {value}" : "DROP DEFAULT")}");
        }

        if (change.Takes(DbFacets.Identity) && to.Facet(DbFacets.Identity) is { } identity)
        {
            // Identity columns cannot be NULL, and it is said before.
            change.Takes(DbFacets.Nullable);
            if (from.Facet(DbFacets.Nullable) is null)
            {
                change.Add($"{alter} SET NOT NULL");
            }

            change.Add($"{alter} ADD {Identity(identity)}");
        }
    }

    private static string Generated(string expression) => expression.EndsWith(" VIRTUAL", StringComparison.Ordinal)
        ? $"GENERATED ALWAYS AS ({expression[..^8]}) VIRTUAL" : $"GENERATED ALWAYS AS ({expression}) STORED";

    private static string Identity(string identity)
    {
        var parts = IdentityParts().Match(identity);
        return $"GENERATED {parts.Groups["when"].Value} AS IDENTITY (SEQUENCE NAME {parts.Groups["sequence"].Value} {parts.Groups["options"].Value})";
    }

    private static string Sequence(string identity) => IdentityParts().Match(identity).Groups["sequence"].Value;

    private static string[] Owned(DbObject column) => column.Facet("owns")?.Split(", ") ?? [];

    /// <summary>Heirs have defaults and the like of their own: setting it here leaves them alone.</summary>
    private static string Alteration(DbObject column) => IsOfView(column)
        ? $"ALTER {ParentKind(column).ToUpperInvariant()} {Parent(column)} ALTER COLUMN {Quote(column.Name)}"
        : $"ALTER TABLE ONLY {Parent(column)} ALTER COLUMN {Quote(column.Name)}";

    /// <summary>ALTER TABLE takes foreign tables and views as well.</summary>
    private static string TableWords(DbObject column) => IsOfView(column) ? ParentKind(column).ToUpperInvariant() : "TABLE";

    private static bool IsOfView(DbObject column) => ParentKind(column) != DbKinds.Table;

    [GeneratedRegex(@"^(?<when>ALWAYS|BY DEFAULT) \(SEQUENCE NAME (?<sequence>(""([^""]|"""")+""|[^"" ])+) (?<options>.*)\)$")]
    private static partial Regex IdentityParts();

    [GeneratedRegex("START|INCREMENT|MINVALUE|MAXVALUE|CACHE|NO CYCLE|(?<!NO )CYCLE")]
    private static partial Regex SetOptions();
}
