using PSMigrate.Databases.Servers.Structure;
using PSMigrate.Databases.Sql;

namespace PSMigrate.Databases.Servers.Running;

/// <summary>
/// What statements set off without naming it: the triggers of the tables that they write, the routines that they call, the tables under
/// the views that they write, and all that those set off in turn. For servers that do not count what is written.
/// </summary>
/// <param name="made">Routines that are not there yet and will be; null where all that can be called is there.</param>
internal sealed class ReachedCode(ServerEngine engine, DbStructure structure, IReadOnlySet<string>? made = null)
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly List<StatementFacts> found = [];
    private readonly List<string> unknown = [];
    private readonly Dictionary<string, List<DbObject>> routines = structure.Objects.Where(o => o.Kind is DbKinds.Function or DbKinds.Procedure)
        .GroupBy(o => o.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The statements that are reached, in no order.</summary>
    public IReadOnlyList<StatementFacts> Statements => found;

    /// <summary>What of them cannot be known, in words: text that is run which is put together while it runs, routines that cannot be read.</summary>
    public IReadOnlyList<string> Unknown => unknown;

    public void Follow(SqlStatement statement)
    {
        foreach (var facts in engine.Dialect.ReadFacts(statement).Each)
        {
            Follow(facts, statement.Text, "the statement");
        }
    }

    private void Follow(StatementFacts facts, string text, string where)
    {
        switch (facts.Kind)
        {
            case StatementKind.Do when facts.IsOpaque:
                Read(text, where);
                return;
            case StatementKind.Call when facts.ObjectName is null:
                Doubt(where, "runs text that is put together while it runs");
                return;
            case StatementKind.Call when made?.Contains(facts.ObjectName!) == true:
                return;
            case StatementKind.Call when !routines.ContainsKey(facts.ObjectName!):
                Doubt(where, $"calls {facts.ObjectName}, which cannot be read");
                return;
            case StatementKind.Create or StatementKind.CreateTrigger or StatementKind.CreateView or StatementKind.Alter or StatementKind.Drop or StatementKind.DropTrigger or StatementKind.DropView:
                // They stand in its text, and are not run by it.
                return;
        }

        foreach (var written in Written(facts))
        {
            Write(written, facts);
        }

        foreach (var word in Words(text))
        {
            foreach (var routine in routines.GetValueOrDefault(word, []))
            {
                Enter(routine);
            }
        }
    }

    private static IReadOnlyList<SqlObjectName> Written(StatementFacts facts) => facts.Kind is StatementKind.Insert or StatementKind.Update or StatementKind.Delete or StatementKind.Replace
        or StatementKind.Copy or StatementKind.Merge ? facts.Names : [];

    private void Write(SqlObjectName name, StatementFacts facts)
    {
        var relation = structure.Objects.FirstOrDefault(o => o.Parent is null && StructureCache.IsRelation(o) && string.Equals(o.Name, name.Name, engine.NameComparison));
        if (relation is { Kind: DbKinds.View })
        {
            foreach (var under in relation.Needs.Select(structure.Find).OfType<DbObject>().Where(o => o.Kind is DbKinds.Table or DbKinds.View && seen.Add($"{facts.Kind} {relation.Key} {o.Key}")))
            {
                var beneath = facts with { Names = [new SqlObjectName(null, null, under.Name)], Columns = [] };
                found.Add(beneath);
                Write(beneath.Names[0], beneath);
            }
        }

        if (relation is not { Kind: DbKinds.Table })
        {
            return;
        }

        var acts = facts.Kind switch
        {
            StatementKind.Update => (string[])["update"],
            StatementKind.Delete => ["delete"],
            StatementKind.Insert => ["insert", "update"],
            _ => ["insert", "update", "delete"],
        };
        foreach (var trigger in structure.PartsOf(relation.Key).Where(o => o.Kind == DbKinds.Trigger && engine.FiredBy(o) is { } by && acts.Contains(by)))
        {
            Enter(trigger);
        }
    }

    private void Enter(DbObject code)
    {
        if (!seen.Add(code.Key))
        {
            return;
        }

        if (engine.CodeOf(code) is not { } text)
        {
            Doubt(code.ToString(), "cannot be read");
            return;
        }

        Read(text, code.ToString());
    }

    private void Read(string code, string where)
    {
        foreach (var text in engine.StatementsOf(code))
        {
            foreach (var facts in engine.Dialect.ReadFacts(new SqlStatement(text, 0, 1, 1)).Each)
            {
                if (facts.Kind is not (StatementKind.Call or StatementKind.Do))
                {
                    found.Add(facts);
                }

                Follow(facts, text, where);
            }
        }
    }

    private void Doubt(string where, string what)
    {
        if (!unknown.Contains($"{where} {what}"))
        {
            unknown.Add($"{where} {what}");
        }
    }

    private HashSet<string> Words(string sql)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (routines.Count == 0)
        {
            return words;
        }

        foreach (var token in SqlTokenizer.Significant(sql, engine.Dialect))
        {
            if (token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedIdentifier)
            {
                words.Add(SqlIdentifier.Unquote(token.In(sql)));
            }
        }

        return words;
    }
}
