using System.Text;
using System.Text.RegularExpressions;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>
/// What the common cases say, in T-SQL: columns are added without COLUMN and renamed by a procedure, and each statement is a batch of
/// its own, as authors have it for what a statement before it made. What has a line GO is T-SQL already.
/// </summary>
internal static partial class TransactSqlText
{
    private const string RollbackHeader = "-- Rollback";

    /// <param name="namesDefaults">True where a column's default must be dropped before it, and so is named.</param>
    public static string Of(string sql, bool namesDefaults)
    {
        if (HasSeparator().IsMatch(sql))
        {
            return sql;
        }

        var rollback = sql.IndexOf(RollbackHeader, StringComparison.Ordinal);
        return rollback < 0
            ? Batches(sql, namesDefaults)
            : $"{Batches(sql[..rollback], namesDefaults)}\n{RollbackHeader}\n{Commented(Batches(Uncommented(sql[(rollback + RollbackHeader.Length)..]), namesDefaults))}";
    }

    public static string WithoutDefaults(string sql) => DefaultValue().Replace(sql, "");

    private static string Batches(string sql, bool namesDefaults)
    {
        var text = new StringBuilder();
        var body = sql;
        while (HeaderLine().Match(body) is { Success: true } header)
        {
            text.Append(header.Value);
            body = body[header.Length..];
        }

        return text.AppendJoin("\nGO\n", Split(body).Select(statement => Statement(statement, namesDefaults))).Append("\nGO\n").ToString();
    }

    private static IEnumerable<string> Split(string sql)
    {
        var quoted = false;
        var start = 0;
        for (var i = 0; i <= sql.Length; i++)
        {
            if (i < sql.Length && sql[i] == '\'')
            {
                quoted = !quoted;
            }
            else if (i == sql.Length || (sql[i] == ';' && !quoted))
            {
                if (sql[start..i].Trim() is { Length: > 0 } statement)
                {
                    yield return statement;
                }

                start = i + 1;
            }
        }
    }

    private static string Statement(string statement, bool namesDefaults)
    {
        if (namesDefaults)
        {
            statement = Default().Replace(statement, "$1$2 CONSTRAINT df_$1 DEFAULT");
            statement = DropColumn().Replace(statement, "ALTER TABLE $1 DROP CONSTRAINT IF EXISTS df_$2, COLUMN $2");
        }

        statement = AddColumn().Replace(statement, "ADD ");
        statement = RenameColumn().Replace(statement, "EXEC sp_rename '$1.$2', '$3', 'COLUMN'");
        statement = RenameTable().Replace(statement, "EXEC sp_rename '$1', '$2', 'OBJECT'");
        statement = CreateAs().Replace(statement, "SELECT * INTO $1 FROM $2");
        statement = Begin().Replace(statement, "BEGIN TRANSACTION");
        statement = CreateUnlessThere().Replace(statement, "IF OBJECT_ID('$1') IS NULL CREATE TABLE $1");
        statement = Savepoint().Replace(statement, "SAVE TRANSACTION $1");
        return BackToSavepoint().Replace(statement, "ROLLBACK TRANSACTION $1");
    }

    private static string Uncommented(string text) => CommentSign().Replace(text, "");

    private static string Commented(string text) => string.Concat(text.TrimEnd().Split('\n').Select(line => $"-- {line}\n"));

    [GeneratedRegex(@"^GO\r?$", RegexOptions.Multiline)]
    private static partial Regex HasSeparator();

    [GeneratedRegex(@"\A\s*--.*\n")]
    private static partial Regex HeaderLine();

    [GeneratedRegex("^-- ", RegexOptions.Multiline)]
    private static partial Regex CommentSign();

    [GeneratedRegex(@"\b(\w+)( (?:VARCHAR\(\d+\)|INTEGER)(?: NOT NULL)?) DEFAULT")]
    private static partial Regex Default();

    [GeneratedRegex(@" DEFAULT (?:'[^']*'|\d+)")]
    private static partial Regex DefaultValue();

    [GeneratedRegex(@"^ALTER TABLE (\w+) DROP COLUMN (\w+)$")]
    private static partial Regex DropColumn();

    [GeneratedRegex("ADD COLUMN ")]
    private static partial Regex AddColumn();

    [GeneratedRegex("^ALTER TABLE (\\w+) RENAME COLUMN (\\w+) TO (\\w+)$")]
    private static partial Regex RenameColumn();

    [GeneratedRegex("^ALTER TABLE (\\w+) RENAME TO (\\w+)$")]
    private static partial Regex RenameTable();

    [GeneratedRegex(@"^CREATE TABLE (\w+) AS SELECT \* FROM (\w+)$")]
    private static partial Regex CreateAs();

    [GeneratedRegex("^BEGIN$")]
    private static partial Regex Begin();

    [GeneratedRegex(@"^CREATE TABLE IF NOT EXISTS (\S+)")]
    private static partial Regex CreateUnlessThere();

    [GeneratedRegex(@"^SAVEPOINT (\w+)$")]
    private static partial Regex Savepoint();

    [GeneratedRegex(@"^ROLLBACK TO SAVEPOINT (\w+)$")]
    private static partial Regex BackToSavepoint();
}
