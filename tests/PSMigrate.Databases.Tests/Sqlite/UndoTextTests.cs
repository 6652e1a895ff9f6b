using PSMigrate.Databases.Tests.Engine;
using Xunit;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>The generated way back is shown in the plan as SQL, also where rows come from a capture.</summary>
public sealed class UndoTextTests
{
    private const string Shop = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT DEFAULT 'Bern');
        CREATE TABLE loose (a, b);
        CREATE INDEX customers_name ON customers (name);
        INSERT INTO customers VALUES (1, 'Ada', 'London'), (2, 'Björn', NULL);
        INSERT INTO loose (rowid, a, b) VALUES (5, 1, 2), (9, 3, 4);
        """;

    /// <summary>Script; what undo would need as captures, made by hand as the run makes them.</summary>
    public static TheoryData<string, string> Cases => new()
    {
        { "DROP TABLE customers", "CREATE TABLE psmigrate_capture_of_customers AS SELECT id AS k0, 1 AS i, id AS c0, name AS c1, city AS c2 FROM customers" },
        { "DROP TABLE loose", "CREATE TABLE psmigrate_capture_of_loose AS SELECT rowid AS k0, 1 AS i, a AS c0, b AS c1 FROM loose" },
        { "ALTER TABLE customers DROP COLUMN city", "CREATE TABLE psmigrate_capture_of_customers AS SELECT id AS k0, city AS c0 FROM customers" },
        { "ALTER TABLE loose DROP COLUMN a", "CREATE TABLE psmigrate_capture_of_loose AS SELECT rowid AS k0, a AS c0 FROM loose" },
        { "UPDATE customers SET name = 'X' WHERE id = 1; INSERT INTO customers VALUES (3, 'new', '')", "CREATE TABLE psmigrate_capture_of_customers AS SELECT id AS k0, 1 AS i, id AS c0, name AS c1, city AS c2 FROM customers WHERE id = 1 UNION ALL SELECT 3, 0, NULL, NULL, NULL" },
        { "DELETE FROM loose", "CREATE TABLE psmigrate_capture_of_loose AS SELECT rowid AS k0, 1 AS i, a AS c0, b AS c1 FROM loose" },
        { "ALTER TABLE customers ADD COLUMN x; ALTER TABLE loose RENAME COLUMN a TO c; CREATE VIEW v AS SELECT 1", "SELECT 1" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_the_plan_shows_takes_the_script_back_when_it_is_run_by_hand(string script, string captures)
    {
        using var folder = new MigrationFolder(Shop);
        folder.Script("change.sql", script);
        var text = Assert.Single((await folder.PlanAsync()).RollbackSteps).Text;
        var before = folder.Image();
        folder.Sql(captures);
        folder.Sql(script);

        folder.Sql(text);

        // A rebuilt table's indexes are not part of the text.
        var missing = before.Lines.Except(folder.Image().Lines).Where(l => !l.StartsWith("index ", StringComparison.Ordinal) || !text.Contains("rebuild_", StringComparison.Ordinal));
        Assert.Empty(missing);
        Assert.Empty(folder.Image().Lines.Except(before.Lines));
    }
}
