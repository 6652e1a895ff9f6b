namespace PSMigrate.Databases.Sql.SqlServer;

/// <summary>The arguments of a call, in their order or by name; of each the text, where it is written out.</summary>
internal sealed class ProcedureArguments
{
    private readonly List<string?> inOrder = [];
    private readonly Dictionary<string, string?> byName = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="cursor">At the first argument.</param>
    public static ProcedureArguments Read(TokenCursor cursor)
    {
        var read = new ProcedureArguments();
        while (!cursor.AtEnd)
        {
            if (cursor.Kind == SqlTokenKind.Parameter && cursor.IsPunctuation('=', 1))
            {
                var name = cursor.Current.ToString();
                cursor.Mark += 2;
                read.byName[name] = TakeText(cursor);
            }
            else
            {
                read.inOrder.Add(TakeText(cursor));
            }

            if (!cursor.TakePunctuation(','))
            {
                break;
            }
        }

        return read;
    }

    /// <summary>True where there is one, whatever it is.</summary>
    public bool Has(int place, string name) => inOrder.Count > place || byName.ContainsKey(name);

    public bool HasUnnamed(int least) => inOrder.Count >= least;

    /// <summary>Null where it is left out, or known only when it runs.</summary>
    public string? Text(int place, string name) => inOrder.Count > place ? inOrder[place] : byName.GetValueOrDefault(name);

    /// <summary>Takes all up to the next comma; words without quotes are text as well.</summary>
    private static string? TakeText(TokenCursor cursor)
    {
        var text = cursor.TakeName();
        var isAlone = text is not null && (cursor.AtEnd || cursor.IsPunctuation(','));
        while (!cursor.AtEnd && !cursor.IsPunctuation(','))
        {
            cursor.Skip();
        }

        return isAlone && !"NULL".Equals(text, StringComparison.OrdinalIgnoreCase) ? text : null;
    }
}
