using System.Text;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.PostgreSql;

/// <summary>How objects are named in PostgreSQL's statements.</summary>
internal static class PostgreSqlName
{
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text)
    {
        var quoted = text.Replace("'", "''", StringComparison.Ordinal);
        return quoted.Contains('\\', StringComparison.Ordinal) ? $"E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'" : $"'{quoted}'";
    }

    public static string Of(string schema, string name) => schema.Length == 0 ? Quote(name) : $"{Quote(schema)}.{Quote(name)}";

    /// <summary>The name of a relation, type, routine or the like with its schema, as it stands after its kind in statements.</summary>
    public static string Of(DbObject one) => one.Kind switch
    {
        // The argument types are SQL already.
        DbKinds.Function or DbKinds.Procedure => $"{Of(one.Schema, Bare(one))}({one.Facet("argument types")})",
        "aggregate" => $"{Of(one.Schema, Bare(one))}({Signature(one)})",
        "operator" => $"{Quote(one.Schema)}.{Bare(one)} ({one.Facet("argument types")})",
        "operator class" or "operator family" => $"{Of(one.Schema, Bare(one))} USING {one.Facet("using")}",
        "cast" or "transform" or "user mapping" => one.Name,
        _ => Of(one.Schema, one.Name),
    };

    /// <summary>The name alone, of functions without argument types.</summary>
    public static string Bare(DbObject one) => one.Kind switch
    {
        DbKinds.Function or DbKinds.Procedure or "aggregate" => one.Name[..^(one.Facet("argument types")!.Length + 2)],
        "operator" => one.Name[..^(one.Facet("argument types")!.Length + 3)],
        "operator class" or "operator family" => one.Name[..^(one.Facet("using")!.Length + " USING ".Length)],
        _ => one.Name,
    };

    /// <summary>The name of the table, view or domain that a part belongs to.</summary>
    public static string Parent(DbObject part)
    {
        var key = part.Parent!;
        return Of(part.Schema, key[(key.IndexOf(' ', StringComparison.Ordinal) + 1 + part.Schema.Length + 1)..]);
    }

    /// <summary>The kind's words of what a part belongs to.</summary>
    public static string ParentKind(DbObject part) => part.Parent![..part.Parent!.IndexOf(' ', StringComparison.Ordinal)].Replace('_', ' ');

    /// <summary>Takes a quoted name with its schema apart.</summary>
    public static (string Schema, string Name) Split(string name)
    {
        var parts = new List<StringBuilder> { new() };
        var isQuoted = false;
        for (var i = 0; i < name.Length; i++)
        {
            switch (name[i])
            {
                case '"' when isQuoted && i + 1 < name.Length && name[i + 1] == '"':
                    parts[^1].Append('"');
                    i++;
                    break;
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '.' when !isQuoted:
                    parts.Add(new StringBuilder());
                    break;
                case var c:
                    parts[^1].Append(c);
                    break;
            }
        }

        return parts.Count == 1 ? ("", parts[0].ToString()) : (parts[0].ToString(), parts[1].ToString());
    }

    private static string Signature(DbObject one) => one.Facet("signature") is { Length: > 0 } signature ? signature : "*";
}
