using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>Sees to it that a script that runs as it is written leaves no transaction open.</summary>
internal static class TransactionBalance
{
    /// <exception cref="MigrationException">TransactionUnbalanced.</exception>
    public static void Require(IReadOnlyList<SqlStatement> all, SqlDialect dialect)
    {
        SourcePlace? open = null;
        var mayDiffer = false;
        foreach (var statement in all)
        {
            var facts = dialect.ReadFacts(statement);
            if (facts.Parts.Count == 0)
            {
                open = Follow(facts, statement.Place, open, ref mayDiffer);
            }

            foreach (var part in facts.Parts)
            {
                open = Follow(part.Facts, statement.PlaceAt(part.Offset), open, ref mayDiffer);
            }
        }

        if (open is not null && !mayDiffer)
        {
            throw Unbalanced(open, "BEGIN begins a transaction that is never committed");
        }
    }

    public static MigrationException Unbalanced(SourcePlace place, string what) => place.Error(
        "TransactionUnbalanced",
        $"{what}.",
        "Write one BEGIN and one COMMIT around the statements, or leave both out: the script runs in one transaction anyway.");

    /// <summary>What stands in a branch may run or not, so that from there on the text does not tell.</summary>
    private static SourcePlace? Follow(StatementFacts facts, SourcePlace place, SourcePlace? open, ref bool mayDiffer)
    {
        if (facts.Kind is not (StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback))
        {
            mayDiffer |= facts.Kind == StatementKind.Set && facts.SettingName is "autocommit" or "implicit_transactions";
            return open;
        }

        mayDiffer |= facts.IsConditional;
        return mayDiffer ? open : (facts.Kind, open) switch
        {
            (StatementKind.Begin, null) => place,
            (StatementKind.Begin, _) => throw Unbalanced(place, "BEGIN stands inside a transaction that is open already"),
            (_, not null) => null,
            _ => throw Unbalanced(place, "the statement ends a transaction that was never begun"),
        };
    }
}
