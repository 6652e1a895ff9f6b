using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Kinds whose definition is said once and can only be renamed, moved and given away.</summary>
internal sealed class DefinedKind : ObjectKind
{
    public static readonly DefinedKind Instance = new();

    public override IEnumerable<string> Create(DbObject one, DbStructure of)
    {
        var definition = one.Facet("definition");
        yield return one.Kind switch
        {
            DbKinds.Schema => $"CREATE SCHEMA {Quote(one.Name)}",
            "range" => $"CREATE TYPE {Of(one)} AS RANGE ({definition})",
            "aggregate" => $"CREATE AGGREGATE {Of(one.Schema, Bare(one))}({one.Facet("arguments")}) ({definition})",
            "operator" => $"CREATE OPERATOR {Quote(one.Schema)}.{Bare(one)} ({definition}{(one.Facet("restrict") is { } restrict ? $", RESTRICT = {restrict}" : "")}{(one.Facet("join") is { } join ? $", JOIN = {join}" : "")})",
            "operator class" => $"CREATE OPERATOR CLASS {Of(one.Schema, Bare(one))} {definition}",
            "statistics" => $"CREATE STATISTICS {Of(one)}{definition}",
            "language" => $"CREATE {(one.Facet("trusted") is null ? "" : "TRUSTED ")}LANGUAGE {Quote(one.Name)} {definition}",
            "conversion" => $"CREATE {(one.Facet("is default") is null ? "" : "DEFAULT ")}CONVERSION {Of(one)} {definition}",
            "cast" or "access method" => $"CREATE {Settings.Named(one)} {definition}",
            _ => $"CREATE {Settings.Named(one)} ({definition})",
        };
        if (one.Facet("target") is { } target)
        {
            yield return $"ALTER STATISTICS {Of(one)} SET STATISTICS {target}";
        }
    }

    public override bool Alter(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        switch (to.Kind)
        {
            case "cast" or "transform" or "operator" or "access method" when from.Key != to.Key:
                return false;
            case "operator class":
                RenameWithMethod(change);
                break;
            default:
                change.Rename(Settings.Words(to));
                break;
        }

        if (change.Takes("target"))
        {
            change.Add($"ALTER STATISTICS {Of(to)} SET STATISTICS {to.Facet("target") ?? "-1"}");
        }

        if (to.Kind == "operator" && (change.Takes("restrict") | change.Takes("join")))
        {
            change.Add($"ALTER OPERATOR {Of(to)} SET (RESTRICT = {to.Facet("restrict") ?? "NONE"}, JOIN = {to.Facet("join") ?? "NONE"})");
        }

        return true;
    }

    /// <summary>Of operator classes and families, the access method is part of the name.</summary>
    public static void RenameWithMethod(ObjectChange change)
    {
        var (from, to) = (change.From, change.To);
        var words = Settings.Words(to);
        if (from.Schema != to.Schema)
        {
            change.Add($"ALTER {words} {Of(from)} SET SCHEMA {Quote(to.Schema)}");
        }

        if (Bare(from) != Bare(to))
        {
            change.Add($"ALTER {words} {Of(change.From with { Schema = to.Schema })} RENAME TO {Quote(Bare(to))}");
        }
    }
}
