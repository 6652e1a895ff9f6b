using System.Globalization;
using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Sqlite;

/// <summary>What a script wants set before its transaction: pragmas, written as <c>name=value</c> and separated by semicolons.</summary>
internal static class SqliteUnitSettings
{
    /// <summary>
    /// For taking scripts back. Whether foreign keys hold afterwards is then for the undo to judge: what was broken before the
    /// script may be broken again.
    /// </summary>
    public const string Undo = "undo;foreign_keys=0";

    /// <summary>Null where the script cannot run in a transaction.</summary>
    public static string? For(SqlScript script, ScriptContent content)
    {
        if (!content.Forward.InTransaction || content.Forward.Statements.Any(IsNotTransactional))
        {
            return null;
        }

        var settings = content.Forward.Prelude.Select(SqliteStatementReader.Read).Select(p => $"{p.PragmaName}={p.PragmaArgument}");
        return string.Join(';', script.LockTimeout is { } wait
            ? settings.Append($"busy_timeout={((long)wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}")
            : settings);
    }

    /// <summary>Statements that SQLite refuses inside a transaction.</summary>
    public static bool IsNotTransactional(SqlStatement statement) =>
        SqliteStatementReader.Read(statement).Kind is StatementKind.Vacuum or StatementKind.Attach or StatementKind.Detach;
}
