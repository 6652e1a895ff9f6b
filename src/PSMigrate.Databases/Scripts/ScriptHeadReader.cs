using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>
/// Follows what a script says of its own database: where it is, and what it begins with where it makes that database anew. Settings, queries
/// and USE may stand between; anything else ends that beginning.
/// </summary>
/// <param name="mayBegin">False for text that has no head.</param>
internal sealed class ScriptHeadReader(SqlDialect dialect, bool mayBegin)
{
    private readonly List<(int Index, SqlStatement Statement)> altering = [];
    private bool isOpen = mayBegin && dialect.Database is not null;

    /// <summary>The USE of another database that no USE of the script's own has followed.</summary>
    private (SourcePlace Place, string Name)? elsewhere;

    /// <summary>What was found; null for nothing.</summary>
    public ScriptHead? Head { get; private set; }

    /// <summary>True for what means to go where the script is already, or after which nothing is done elsewhere, or to make what is there unless it is.</summary>
    public static bool GoesNowhere(StatementFacts facts, SqlDialect dialect) => dialect.Database is { } database
        && (facts.Kind == StatementKind.Use || (facts is { Kind: StatementKind.Create, ObjectKind: SqlObjectKind.Database, IfNotExists: true } && database.Is(facts.ObjectName)));

    /// <summary>A script may go to another database, but not do anything there: it would be neither captured nor noted, and a copy does not have it.</summary>
    /// <exception cref="MigrationException">OtherDatabase.</exception>
    public void RequireHere(SqlStatement statement, StatementFacts facts)
    {
        foreach (var part in facts.Parts.Count > 0 ? facts.Parts : [new BatchPart(0, 0, facts)])
        {
            foreach (var one in part.Facts.Each)
            {
                var place = statement.PlaceAt(part.Offset);
                if (one.Kind == StatementKind.Use)
                {
                    elsewhere = dialect.Database!.Is(one.ObjectName) ? null : elsewhere ?? (place, one.ObjectName ?? "");
                }

                // What is only gone to sometimes stays in the text.
                if (elsewhere is { } other && (one is { Kind: StatementKind.Use, IsConditional: true } || !(IsNothing(one) || MakesAnew(one) || Alters(one) || dialect.Settings.Sets(one))))
                {
                    throw other.Place.Error(
                        "OtherDatabase",
                        $"the script goes to the database {other.Name} and acts there (line {place.Line}), but its target is {dialect.Database!.Name}.",
                        $"Make {other.Name} the target of the script, or take the line out; what belongs to another database is a step of its own, with a target of its own.");
                }
            }
        }
    }

    /// <summary>Anywhere but in the beginning of a script, dropping its database would take what the script has done with it, and the history.</summary>
    /// <exception cref="MigrationException">DropsDatabase.</exception>
    public void RequireKept(SqlStatement statement, StatementFacts facts)
    {
        if (facts.Each.FirstOrDefault(f => f.Kind == StatementKind.Drop && IsOfDatabase(f)) is not null)
        {
            throw statement.Place.Error(
                "DropsDatabase",
                $"the script drops its own database, {dialect.Database!.Name}: all that is in it would be gone, and what is known of its migrations.",
                "Take the statement out. At the beginning of a script that makes the database anew it is left out, where the database is empty; Undo-Migration needs no such rollback.");
        }
    }

    /// <summary>
    /// Changes of the database that would go with it if it were dropped after them. Those that no DROP DATABASE has followed are like any
    /// other statement: taken once, by whoever keeps them.
    /// </summary>
    public IReadOnlyList<(int Index, SqlStatement Statement)> TakeAltering()
    {
        var taken = altering.ToList();
        altering.Clear();
        return taken;
    }

    /// <summary>True where the statement belongs to the head, or may: it is not run where it stands.</summary>
    public bool Take(int index, SqlStatement statement, StatementFacts facts)
    {
        if (!isOpen)
        {
            return false;
        }

        var each = facts.Each.ToList();
        if (each.Any(MakesAnew) && each.TrueForAll(f => MakesAnew(f) || Alters(f) || IsNothing(f)))
        {
            Add(statement);
            if (each.Exists(f => f.Kind == StatementKind.Drop))
            {
                altering.Clear();
            }

            return true;
        }

        if (each.Count > 0 && each.TrueForAll(f => Alters(f) || f.Kind == StatementKind.Control) && each.Exists(Alters))
        {
            altering.Add((index, statement));
            return true;
        }

        return false;
    }

    /// <summary>True where the head has ended before this statement; from then on it is closed.</summary>
    public bool EndsBefore(StatementFacts facts)
    {
        if (!isOpen || facts.Each.All(IsNothing) || dialect.Settings.Sets(facts))
        {
            return false;
        }

        isOpen = false;
        return true;
    }

    private void Add(SqlStatement statement)
    {
        // Of batches the comments before them are part of the text.
        var first = statement.PlaceAt(SqlTokenizer.Significant(statement.Text, dialect) is [var token, ..] ? token.Offset : 0);
        var last = statement.PlaceAt(statement.Text.TrimEnd().Length).Line;
        Head = altering.Count > 0 && Head is null
            ? new ScriptHead(altering[0].Statement.Place, last)
            : new ScriptHead(Head?.First ?? first, last);
    }

    /// <summary>A database that another one is put into is not made empty.</summary>
    private bool MakesAnew(StatementFacts facts) => facts is { Kind: StatementKind.Create or StatementKind.Drop, IsOpaque: false, IfNotExists: false } && IsOfDatabase(facts);

    private bool Alters(StatementFacts facts) => facts.Kind == StatementKind.Alter && IsOfDatabase(facts);

    private bool IsOfDatabase(StatementFacts facts) =>
        facts.ObjectKind == SqlObjectKind.Database && facts.Names.Count > 0 && facts.Names.All(n => n.Schema is null && dialect.Database!.Is(n.Name));

    private bool IsNothing(StatementFacts facts) => facts.Kind is StatementKind.Use or StatementKind.Set or StatementKind.Reset or StatementKind.Select or StatementKind.Control or StatementKind.Explain or StatementKind.Pragma
            or StatementKind.LockTables or StatementKind.UnlockTables
        || GoesNowhere(facts, dialect);
}
