using System.Collections.Frozen;

namespace PSMigrate.Databases.Sql;

/// <summary>The settings of a server's connection: every SET that is neither for one transaction nor for the whole server.</summary>
/// <param name="outsideTransactionOnly">What the server refuses to set in a transaction.</param>
/// <param name="leftAlone">What is no setting of the connection, though it is set like one.</param>
internal sealed class ServerConnectionSettings(FrozenSet<string> outsideTransactionOnly, FrozenSet<string> leftAlone) : IConnectionSettings
{
    public static readonly ServerConnectionSettings PostgreSql = new(WordSet.Of(""), WordSet.Of("transaction constraints"));

    /// <summary>MySQL's error 1568 (transaction characteristics) and 1694 (binary log) are what setting these in a transaction gives.</summary>
    public static readonly ServerConnectionSettings MySql = new(
        WordSet.Of("transaction sql_log_bin gtid_next binlog_format binlog_direct_non_transactional_updates pseudo_thread_id"), WordSet.Of("autocommit"));

    /// <summary>IDENTITY_INSERT belongs to the INSERTs around it; of the others our own statements would do nothing, or not all.</summary>
    public static readonly ServerConnectionSettings SqlServer = new(
        WordSet.Of(""), WordSet.Of("identity_insert rowcount noexec parseonly fmtonly showplan_all showplan_text showplan_xml"));

    public string Word => "SET";

    public bool Sets(StatementFacts facts)
    {
        if (facts.Parts.Count > 0)
        {
            return facts.Parts.All(part => !part.Facts.IsConditional && Sets(part.Facts));
        }

        return facts.Kind == StatementKind.Set && facts.Assignments.Count > 0
            && facts.Assignments.All(a => a.Scope == SettingScope.Session && !leftAlone.Contains(a.Name) && a.Value?.Contains('@') != true);
    }

    public IEnumerable<string> Names(StatementFacts facts) => facts.Each.SelectMany(each => each.Assignments).Select(a => a.Name);

    public bool NeedsNoTransaction(StatementFacts facts) => Names(facts).Any(outsideTransactionOnly.Contains);

    public bool IsKept(StatementFacts facts) => false;

    public string Value(StatementFacts facts, string name)
    {
        var value = facts.Each.SelectMany(each => each.Assignments).LastOrDefault(a => a.Name == name)?.Value;
        return value?.Trim('\'', '"', ' ').ToLowerInvariant() switch
        {
            null => "default",
            "on" or "yes" or "true" or "1" => "1",
            "off" or "no" or "false" or "0" => "0",
            var other => other,
        };
    }
}
