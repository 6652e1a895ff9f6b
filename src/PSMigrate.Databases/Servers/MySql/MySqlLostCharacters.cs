using System.Text;
using PSMigrate.Databases.Servers.Structure;

namespace PSMigrate.Databases.Servers.MySql;

/// <summary>
/// The catalog shows some texts in a character set without supplementary characters, and a question mark for each that it does not
/// have; bytes that are no text are no better off. Such a text made again would be another one, so that doubtful texts are asked for in
/// ways that lose nothing.
/// </summary>
internal static class MySqlLostCharacters
{
    /// <summary>Finds the true defaults of columns; what cannot be found is said to be not covered.</summary>
    public static async Task RestoreDefaultsAsync(ServerSession session, List<DbObject> objects, List<string> notCovered, CancellationToken cancel)
    {
        var columns = objects.Where(o => o.Kind == DbKinds.Column && o.Facet(DbFacets.Default) is ['\'', ..] value && value.AsSpan().ContainsAny('?', '\uFFFD')).ToList();

        // The engine says what a default is even where the table has no row.
        await MySqlShow.ReadAsync(session, [.. columns.Select(c => $"SELECT DEFAULT(t.{MySqlName.Quote(c.Name)}) FROM {MySqlName.Quote(MySqlFacets.TableOf(c))} AS t RIGHT JOIN (SELECT 1 AS one) AS x ON FALSE")],
            (at, row) => columns[at].Facets[DbFacets.Default] = row.GetValue(0) is byte[] bytes ? BinaryText(bytes, columns[at].Facet(DbFacets.Default)!) : MySqlName.Text(row.GetString(0)),
            (at, error) => notCovered.Add($"default of column {columns[at].FullName} ({error.Message})"), cancel).ConfigureAwait(false);
        foreach (var column in objects.Where(o => o.Kind == DbKinds.Column && o.Facet(DbFacets.Type) is { } type
            && (type.StartsWith("enum", StringComparison.OrdinalIgnoreCase) || type.StartsWith("set", StringComparison.OrdinalIgnoreCase)) && type.Contains('?', StringComparison.Ordinal)))
        {
            notCovered.Add($"values of column {column.FullName} (the server shows ? for characters outside of the basic plane)");
        }
    }

    /// <summary>Finds the true bodies of triggers or events.</summary>
    /// <param name="column">Where in the row of SHOW CREATE the statement stands that made it.</param>
    public static async Task RestoreBodiesAsync(ServerSession session, IEnumerable<DbObject> code, int column, List<string> notCovered, CancellationToken cancel)
    {
        var doubtful = code.Where(o => o.Facet(MySqlFacets.Definition)!.Contains('?', StringComparison.Ordinal)).ToList();
        await MySqlShow.ReadAsync(session, [.. doubtful.Select(o => $"SHOW CREATE {o.Kind.ToUpperInvariant()} {MySqlName.Quote(o.Name)}")],
            (at, row) =>
            {
                if (BodyOf(row.GetString(column), doubtful[at].Facet(MySqlFacets.Definition)!) is { } body)
                {
                    doubtful[at].Facets[MySqlFacets.Definition] = body;
                }
                else
                {
                    notCovered.Add($"{doubtful[at]} (the server shows its body in two ways that differ)");
                }
            },
            (at, error) => notCovered.Add($"{doubtful[at]} ({error.Message})"), cancel).ConfigureAwait(false);
    }

    /// <summary>The end of the statement that is the body but for question marks; null where there is none.</summary>
    private static string? BodyOf(string statement, string shown)
    {
        var whole = statement.EnumerateRunes().ToArray();
        var mask = shown.EnumerateRunes().ToArray();
        var body = whole.Skip(whole.Length - mask.Length).ToArray();
        return body.Length == mask.Length && body.Zip(mask).All(p => p.First == p.Second || p.Second == new Rune('?')) ? string.Concat(body.Select(r => r.ToString())) : null;
    }

    private static string BinaryText(byte[] bytes, string shown) =>
        bytes.All(b => b is >= 0x20 and < 0x7f) ? shown : $"0x{Convert.ToHexString(bytes)}";
}
