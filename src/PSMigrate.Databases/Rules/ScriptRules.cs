using PSMigrate.Databases.Sql;
using PSMigrate.Plans;

namespace PSMigrate.Databases.Rules;

/// <summary>The rules by which SQL scripts are judged.</summary>
public static class ScriptRules
{
    public static IReadOnlyList<ScriptRule> All { get; } =
    [
        ScriptRule.ForStatement("PSM001", RiskLevel.High, "Dropping a table loses its rows", "Rename the table first and drop it once nothing has missed it.",
            (s, review) => s.Facts.Kind == StatementKind.DropTable && !review.IsNew(s.Facts.ObjectName)
                && !review.TablesRebuilt.Contains(s.Facts.ObjectName ?? "", StringComparer.OrdinalIgnoreCase)),
        ScriptRule.ForStatement("PSM002", RiskLevel.High, "Dropping a column loses its values", "Stop using the column first and drop it in a later release.",
            (s, review) => s.Facts.Kind == StatementKind.AlterTableDropColumn && !review.IsNew(s.Facts.ObjectName)),
        ScriptRule.ForStatement("PSM003", RiskLevel.High, "DELETE without WHERE removes every row", "Say which rows in a WHERE clause.",
            (s, review) => s.Facts is { Kind: StatementKind.Delete, HasWhere: false, HasLimit: false } && !review.IsNew(s.Facts.ObjectName)),
        ScriptRule.ForStatement("PSM004", RiskLevel.High, "UPDATE without WHERE changes every row", "Say which rows in a WHERE clause, so that running it twice changes nothing more.",
            (s, review) => s.Facts is { Kind: StatementKind.Update, HasWhere: false, HasLimit: false } && !review.IsNew(s.Facts.ObjectName)),
        ScriptRule.ForStatement("PSM005", RiskLevel.Medium, "A rename breaks every program that still uses the old name", "Add the new name beside the old one, move the programs, then remove the old one.",
            (s, review) => (s.Facts.Kind is StatementKind.AlterTableRename or StatementKind.AlterTableRenameColumn || s.Facts is { Kind: StatementKind.Alter, ObjectKind: SqlObjectKind.Unknown, NewName: not null }) && !review.IsNew(s.Facts.ObjectName)),
        ScriptRule.ForStatement("PSM006", RiskLevel.High, "A NOT NULL column without a default cannot be added to a table that has rows", "Give it a default, or add it as nullable, fill it, and then rebuild the table.",
            (s, _) => s.Facts is { Kind: StatementKind.AlterTableAddColumn, NotNull: true, HasDefault: false, IsGenerated: false }),
        ScriptRule.ForOutcome("PSM007", RiskLevel.Medium, "A table is written anew as a whole, and is locked while that lasts", "Do it when few use the table, and rehearse to learn how long it takes.",
            review => review.TablesRebuilt),
        new ScriptRule("PSM008", RiskLevel.Medium, "The script runs without a transaction: when it fails in the middle, what it had done stands", "Put what can be in a transaction into a script of its own.",
            review => review.IsTransactional || review.Statements.Count == 0 ? [] : [new Sighting(review.Statements[0].Statement.Place)]),
        ScriptRule.ForStatement("PSM009", RiskLevel.Medium, "REPLACE deletes the rows that are in its way, with whatever refers to them", "Use INSERT … ON CONFLICT DO UPDATE.",
            (s, review) => s.Facts.Kind == StatementKind.Replace && !review.IsNew(s.Facts.ObjectName)),
        ScriptRule.ForStatement("PSM010", RiskLevel.High, "The statement reaches beyond the database: it can be neither rehearsed nor captured", "Do it in a script step with an undo of its own.",
            (s, review) => ReachesOutside.Is(s.Statement, s.Facts, review.Dialect)),
        ScriptRule.ForStatement("PSM011", RiskLevel.Medium, "A unique index fails where there are duplicates", "Look for duplicates first, and rehearse on the real data.",
            (s, review) => s.Facts is { Kind: StatementKind.CreateIndex, IsUnique: true } && !review.IsNew(s.Facts.OnTable)),
        ScriptRule.ForStatement("PSM012", RiskLevel.Low, "IF EXISTS or IF NOT EXISTS hides that the target is not what the script expects", "Leave it out in scripts that run once; PSMigrate does not run them twice.",
            (s, review) => (s.Facts.IfExists || s.Facts.IfNotExists) && review.Script.Repeat == RepeatMode.Once),
        new ScriptRule("PSM013", RiskLevel.Medium, "The script turns foreign keys off; PSMigrate checks them before it commits", "Keep them on unless a table is rebuilt.",
            review => review.Content.Forward.Prelude.Where(p => SqliteStatementReader.Read(p) is { PragmaName: "foreign_keys" } f && f.PragmaArgument?.ToLowerInvariant() is "off" or "0" or "no" or "false").Select(p => new Sighting(p.Place))),
        ScriptRule.ForOutcome("PSM014", RiskLevel.Medium, "A column changes its type; values may not fit or compare as before", "Rehearse on the real data and check the values.",
            review => review.Retyped),
        ScriptRule.ForStatement("PSM015", RiskLevel.Medium, "Rows are deleted", "Check beforehand how many rows match.",
            (s, review) => s.Facts is { Kind: StatementKind.Delete, HasWhere: true } && !review.IsNew(s.Facts.ObjectName)),
        ScriptRule.ForOutcome("PSM016", RiskLevel.High, "The script fails on the present structure", "Mend the script, or the order of the scripts.",
            review => review.Failure is { } failure ? [failure.Message] : []),
        ScriptRule.ForOutcome("PSM017", RiskLevel.High, "This could not be examined", "Look at it by hand.",
            review => review.NotExamined),
        ScriptRule.ForOutcome("PSM018", RiskLevel.High, "This cannot be captured, so that only the author's rollback or a backup gives it back", "Make a backup, and write a rollback.",
            review => review.NotCaptured),
        new ScriptRule("PSM019", RiskLevel.Medium, "The script makes its database anew: because the database is empty, that is left out", "Take these lines out of the script, and give the database its encoding, collation and owner when it is made.",
            review => review.Content.Forward.Head is { } head ? [new Sighting(head.First, head.Lines)] : []),
    ];

    public static IReadOnlyList<Finding> Examine(ScriptReview review) => [.. All.SelectMany(rule => rule.Examine(review))];
}
