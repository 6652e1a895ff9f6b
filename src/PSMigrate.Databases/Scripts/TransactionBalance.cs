using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Scripts;

/// <summary>Sees to it that a script that runs as it is written leaves no transaction open.</summary>
internal sealed class TransactionBalance
{
    private SourcePlace? open;

    /// <summary>What stands in a branch may run or not, so that from there on the text does not tell.</summary>
    private bool mayDiffer;

    /// <exception cref="MigrationException">TransactionUnbalanced.</exception>
    public void Follow(SqlStatement statement, StatementFacts facts)
    {
        if (facts.Parts.Count == 0)
        {
            Follow(facts, statement.Place);
        }

        foreach (var part in facts.Parts)
        {
            Follow(part.Facts, statement.PlaceAt(part.Offset));
        }
    }

    /// <exception cref="MigrationException">TransactionUnbalanced: one is open at the end.</exception>
    public void Require()
    {
        if (open is not null && !mayDiffer)
        {
            throw Unbalanced(open, "BEGIN begins a transaction that is never committed");
        }
    }

    public static MigrationException Unbalanced(SourcePlace place, string what) => place.Error(
        "TransactionUnbalanced",
        $"{what}.",
        "Write one BEGIN and one COMMIT around the statements, or leave both out: the script runs in one transaction anyway.");

    private void Follow(StatementFacts facts, SourcePlace place)
    {
        if (facts.Kind is not (StatementKind.Begin or StatementKind.Commit or StatementKind.Rollback))
        {
            mayDiffer |= facts.Kind == StatementKind.Set && facts.SettingName is "autocommit" or "implicit_transactions";
            return;
        }

        mayDiffer |= facts.IsConditional;
        open = mayDiffer ? open : (facts.Kind, open) switch
        {
            (StatementKind.Begin, null) => place,
            (StatementKind.Begin, _) => throw Unbalanced(place, "BEGIN stands inside a transaction that is open already"),
            (_, not null) => null,
            _ => throw Unbalanced(place, "the statement ends a transaction that was never begun"),
        };
    }
}
