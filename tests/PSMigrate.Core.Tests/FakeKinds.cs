using PSMigrate.Engine;
using PSMigrate.Plans;
using PSMigrate.Steps;
using PSMigrate.Targets;

namespace PSMigrate.Core.Tests;

/// <summary>Kinds that are only read, never acted with.</summary>
internal static class FakeKinds
{
    public static MigrationServices Services { get; } = new()
    {
        Catalog = new MigrationCatalog().Add(new SqliteKind()).Add(new SqlKind()).Add(new QueryKind()),
        Actor = "ops@host",
    };

    private sealed class SqliteKind : ITargetKind
    {
        public string Scheme => "sqlite";

        public TargetAddress Normalize(TargetAddress address, string currentFolder) => address;

        public Target Open(TargetAddress address) => throw new NotSupportedException();
    }

    /// <summary>Takes a file of the plan's folder.</summary>
    private sealed class SqlKind : IStepKind
    {
        public string Key => "sql";

        public IEnumerable<StepDefinition> Define(StepEntry entry, PlanScope scope)
        {
            var file = PlanFiles.Describe("sql", entry.Value, scope.BaseFolder);
            yield return new StepDefinition(entry.Name ?? Path.GetFileNameWithoutExtension(file.Path), Key)
            {
                Target = entry.Target,
                Files = [file],
                Requires = entry.Requires,
            };
        }

        public Step Create(StepDefinition definition, Target target, PlanScope scope) => throw new NotSupportedException();

        public Step CreateForUndo(HistoryEntry entry, Target target, PlanScope scope) => throw new NotSupportedException();
    }

    private sealed class QueryKind : ICheckKind
    {
        public string Key => "query";

        public CheckDefinition Define(PlanNode entry, string target, PlanScope scope) =>
            new(Key, entry.Map("a query check", "query", "expect")["query"].Text("query"), target);

        public Task<CheckResult> RunAsync(CheckDefinition check, Target target, PlanScope scope, CancellationToken cancel) => throw new NotSupportedException();
    }
}
