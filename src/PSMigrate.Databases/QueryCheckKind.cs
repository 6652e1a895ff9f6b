using PSMigrate.Databases.Scripts;
using PSMigrate.Databases.Sql;
using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Databases;

/// <summary><c>query:</c> with <c>expect:</c>, a query whose first value must be what is expected; without, one that must return no rows.</summary>
public sealed class QueryCheckKind : ICheckKind
{
    public string Key => "query";

    public CheckDefinition Define(PlanNode entry, string target, PlanScope scope)
    {
        var map = entry.Map("a query check", "query", "expect", "name", "target");
        var query = map["query"].Text("query");
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["query"] = query };
        if (map.TryGetValue("expect", out var expect))
        {
            settings["expect"] = expect.Text("expect");
        }

        if (map.TryGetValue("target", out var own))
        {
            target = own.Text("target");
            if (!scope.Targets.Contains(target))
            {
                throw own.Error("PlanValueInvalid", $"'{target}' is not one of the plan's targets.", Nearest.Suggest(target, scope.Targets));
            }
        }

        return new CheckDefinition(Key, map.TryGetValue("name", out var name) ? name.Text("name") : query.ReplaceLineEndings(" ").Trim(), target) { Settings = settings };
    }

    public async Task<CheckResult> RunAsync(CheckDefinition check, Target target, PlanScope scope, CancellationToken cancel)
    {
        if (target is not DatabaseTarget database)
        {
            throw new MigrationException("TargetKindWrong", ErrorKind.InvalidInput, $"The check '{check.Name}' is a query, but its target {target.Address} is not a database.")
            {
                Offender = check.Name,
                RecommendedAction = "Give the check a database as its target.",
            };
        }

        var variables = new ScriptVariables(scope.Variables, (source, name) => References.Find(source, name, scope.Services));
        var statements = ScriptPart.Read(check.Settings["query"], check.Name, database.Dialect, variables, transactionNone: true).Statements;
        var rows = await database.QueryAsync(statements[0].Text, mostRows: 3, cancel).ConfigureAwait(false);
        if (check.Settings.TryGetValue("expect", out var expected))
        {
            var found = rows.Count == 0 ? "no rows" : rows[0][0] ?? "NULL";
            return new CheckResult(check.Name, found == expected, $"expected {expected}, found {found}");
        }

        return new CheckResult(check.Name, rows.Count == 0,
            rows.Count == 0 ? "no rows" : $"found rows: {string.Join("; ", rows.Select(r => string.Join(", ", r.Select(v => v ?? "NULL"))))}");
    }
}
