using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.Planning;

/// <summary>The facts of ALTER TABLE, one for each thing that it does, so that what is known of one action need not know of several.</summary>
internal static class ActionFacts
{
    public static IEnumerable<StatementFacts> Of(StatementFacts facts) =>
        facts.Kind == StatementKind.AlterTable && facts.Actions.Count > 0 ? facts.Actions.Select(action => Of(facts, action)) : [facts];

    private static StatementFacts Of(StatementFacts facts, TableAction action)
    {
        var kind = action.Kind switch
        {
            TableActionKind.AddColumn => StatementKind.AlterTableAddColumn,
            TableActionKind.DropColumn => StatementKind.AlterTableDropColumn,
            TableActionKind.RenameColumn => StatementKind.AlterTableRenameColumn,
            TableActionKind.RenameTable => StatementKind.AlterTableRename,
            _ => StatementKind.AlterTableOther,
        };
        return facts with
        {
            Kind = kind,
            Actions = [action],
            ColumnName = kind == StatementKind.AlterTableOther ? null : action.Name,
            NewName = action.NewName,
            ColumnDefinition = action.Definition,
            DefaultText = action.DefaultText,
            NotNull = action.NotNull == true,
            HasReferences = action.HasReferences,
            IsPrimaryKey = action.IsPrimaryKey,
            IsUnique = action.IsUnique,
            HasCheck = action.HasCheck,
            IsGenerated = action.IsGenerated || action.IsIdentity,
            IfExists = action.IfExists || facts.IfExists,
            IfNotExists = action.IfNotExists,
        };
    }
}
