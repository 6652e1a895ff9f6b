using System.Text.RegularExpressions;
using PSMigrate.Databases.Servers.Structure;
using static PSMigrate.Databases.Servers.PostgreSql.PostgreSqlName;

namespace PSMigrate.Databases.Servers.PostgreSql.Statements;

/// <summary>Owner, permissions and comment, which objects of every kind have.</summary>
internal static partial class Settings
{
    /// <summary>The kind's words in statements other than CREATE, with the object's name: <c>TRIGGER t ON public.orders</c>.</summary>
    public static string Named(DbObject one) => one.Kind switch
    {
        DbKinds.Column => $"COLUMN {Parent(one)}.{Quote(one.Name)}",
        DbKinds.PrimaryKey or DbKinds.UniqueKey or DbKinds.ForeignKey or DbKinds.Check or "exclusion" => $"CONSTRAINT {Quote(one.Name)} ON {Parent(one)}",
        "domain check" => $"CONSTRAINT {Quote(one.Name)} ON DOMAIN {Parent(one)}",
        DbKinds.Trigger or "rule" or "policy" => $"{one.Kind.ToUpperInvariant()} {Quote(one.Name)} ON {Parent(one)}",
        _ => $"{Words(one)} {Of(one)}",
    };

    /// <summary>The kind's words in ALTER, DROP and COMMENT.</summary>
    public static string Words(DbObject one) => one.Kind switch
    {
        DbKinds.Table => one.Facet(DbFacets.TableKind)?.StartsWith("foreign", StringComparison.Ordinal) == true ? "FOREIGN TABLE" : "TABLE",
        "enum" or "composite type" or "range" => "TYPE",
        _ => one.Kind.ToUpperInvariant(),
    };

    /// <summary>Whether and when a trigger or rule fires.</summary>
    public static string Enabling(DbObject one) => one.Facet("enabled") switch
    {
        null => "ENABLE",
        "no" => "DISABLE",
        var session => $"ENABLE {session}",
    };

    public static IEnumerable<string> AfterCreate(DbObject one, DbStructure of)
    {
        foreach (var comment in Comment(one))
        {
            yield return comment;
        }

        if (one.Facet(DbFacets.Owner) is { } owner)
        {
            yield return $"ALTER {Words(one)} {Of(one)} OWNER TO {owner}";
        }

        if (one.Kind == "default privileges" || Granted(one) is not { } on)
        {
            yield break;
        }

        // What the database gives to and takes from everything new is undone first.
        var usual = of.Objects.Where(o => o.Kind == "default privileges" && o.Facet("on") == DefaultOf(one))
            .SelectMany(o => Lines(o.Facet(DbFacets.Permissions))).Select(line => Line().Match(line)).ToList();
        foreach (var grantee in usual.Where(m => m.Groups["act"].Value == "GRANT").Select(m => m.Groups["who"].Value).Distinct(StringComparer.Ordinal))
        {
            yield return $"REVOKE ALL ON {on} FROM {grantee}";
        }

        foreach (var taken in usual.Where(m => m.Groups["act"].Value == "REVOKE" && m.Groups["who"].Value == "PUBLIC").Select(m => m.Groups["what"].Value).Distinct(StringComparer.Ordinal))
        {
            yield return $"GRANT {taken} ON {on} TO PUBLIC";
        }

        // With the rights on a table, those on its columns are taken away as well.
        foreach (var statement in Permit(one, one.Facet(DbFacets.Permissions)).Concat(of.ColumnsOf(one.Key).SelectMany(c => Permit(c, c.Facet(DbFacets.Permissions)))))
        {
            yield return statement;
        }
    }

    public static IEnumerable<string> Comment(DbObject one) =>
        one.Facet(DbFacets.Comment) is { } comment ? [$"COMMENT ON {Named(one)} IS {Literal(comment)}"] : [];

    public static void Alter(ObjectChange change)
    {
        var one = change.To;
        if (change.Takes(DbFacets.Comment))
        {
            change.Add($"COMMENT ON {Named(one)} IS {(one.Facet(DbFacets.Comment) is { } comment ? Literal(comment) : "NULL")}");
        }

        if (change.Differs(DbFacets.Owner) && one.Facet(DbFacets.Owner) is { } owner)
        {
            change.Takes(DbFacets.Owner);
            change.Add($"ALTER {Words(one)} {Of(one)} OWNER TO {owner}");
        }

        if (change.Takes(DbFacets.Permissions))
        {
            // A new owner has taken over what the former one had; and a right is not taken away to be given again with the option to grant it.
            var now = Lines(change.From.Facet(DbFacets.Permissions)).Select(line => change.From.Facet(DbFacets.Owner) is { } was && one.Facet(DbFacets.Owner) is { } next && line.EndsWith($" {was}", StringComparison.Ordinal)
                ? $"{line[..^was.Length]}{next}" : line).ToList();
            var then = Lines(one.Facet(DbFacets.Permissions));
            foreach (var statement in now.Except(then).Where(line => !then.Contains($"{line} WITH GRANT OPTION")).SelectMany(line => Opposite(one, line)).Concat(Permit(one, string.Join('\n', then.Except(now)))))
            {
                change.Add(statement);
            }
        }
    }

    /// <summary>One statement for each line of permissions.</summary>
    public static IEnumerable<string> Permit(DbObject one, string? permissions) => Lines(permissions).Select(line => Statement(one, line));

    public static IEnumerable<string> Opposite(DbObject one, string line)
    {
        var match = Line().Match(line);
        var isGrant = match.Groups["act"].Value == "GRANT";
        yield return isGrant
            ? Statement(one, $"REVOKE {match.Groups["what"].Value} FROM {match.Groups["who"].Value}{match.Groups["by"].Value}")
            : Statement(one, $"GRANT {match.Groups["what"].Value} TO {match.Groups["who"].Value}");
    }

    private static string Statement(DbObject one, string line)
    {
        var match = Line().Match(line);
        var what = match.Groups["what"].Value;
        if (one.Kind == DbKinds.Column)
        {
            what = string.Join(", ", what.Split(", ").Select(p => $"{p} ({Quote(one.Name)})"));
        }

        var isGrant = match.Groups["act"].Value == "GRANT";
        var statement = $"{match.Groups["act"].Value} {what} ON {Granted(one)} {(isGrant ? "TO" : "FROM")} {match.Groups["who"].Value}{match.Groups["option"].Value}";
        if (match.Groups["grantor"] is not { Success: true, Value: var grantor })
        {
            return statement;
        }

        // Rights are given in the name of the role that is in force; it is put back at once.
        return $"DO {Dollar($"DECLARE was text := current_setting('role'); BEGIN PERFORM set_config('role', {Literal(Split(grantor).Name.Length > 0 ? Split(grantor).Name : Split(grantor).Schema)}, true); {statement}; PERFORM set_config('role', was, true); END")}";
    }

    /// <summary>Quotes text between dollar signs with a tag that it does not contain.</summary>
    public static string Dollar(string text)
    {
        var tag = "$m$";
        for (var i = 1; text.Contains(tag, StringComparison.Ordinal); i++)
        {
            tag = $"$m{i}$";
        }

        return $"{tag}{text}{tag}";
    }

    /// <summary>What stands after ON in GRANT; null where nothing can be granted.</summary>
    private static string? Granted(DbObject one) => one.Kind switch
    {
        DbKinds.Table or DbKinds.View or DbKinds.MaterializedView => $"TABLE {Of(one)}",
        DbKinds.Column => $"TABLE {Parent(one)}",
        DbKinds.Sequence or DbKinds.Schema or DbKinds.Function or DbKinds.Procedure or "language" or "foreign data wrapper" => $"{one.Kind.ToUpperInvariant()} {Of(one)}",
        "aggregate" => $"FUNCTION {Of(one.Schema, Bare(one))}({one.Facet("argument types")})",
        "server" => $"FOREIGN SERVER {Of(one)}",
        "domain" or "enum" or "composite type" or "range" => $"TYPE {Of(one)}",
        _ => null,
    };

    private static string? DefaultOf(DbObject one) => one.Kind switch
    {
        DbKinds.Table or DbKinds.View or DbKinds.MaterializedView => "TABLES",
        DbKinds.Sequence => "SEQUENCES",
        DbKinds.Function or DbKinds.Procedure or "aggregate" => "FUNCTIONS",
        "domain" or "enum" or "composite type" or "range" => "TYPES",
        DbKinds.Schema => "SCHEMAS",
        _ => null,
    };

    private static IReadOnlyList<string> Lines(string? permissions) => permissions is { Length: > 0 } ? permissions.Split('\n') : [];

    [GeneratedRegex("""^(?<act>GRANT|REVOKE) (?<what>.+?) (TO|FROM) (?<who>PUBLIC|"([^"]|"")+"|[^" ]+)(?<option> WITH GRANT OPTION)?(?<by> GRANTED BY (?<grantor>.+))?$""")]
    private static partial Regex Line();
}
