namespace PSMigrate.Databases.Tests.Crash.Servers;

/// <summary>
/// What is migrated on a server: each kind of step that is committed in its own way, in the words of the server. Each step counts
/// and logs itself, so that one that was applied twice, or half, shows in the data.
/// </summary>
internal abstract record ServerCrashPlan
{
    public abstract string Setup { get; }

    public string PlanFile => """
        name: crash
        onFailure: stop
        targets: { machine: "host:" }
        steps:
          - sql: ./01_tables.sql
          - sql: ./02_rows.sql
          - { script: { do: ./03_once.do, undo: ./03_once.undo, check: ./03_once.check }, target: machine, name: 03_once }
          - sql: ./04_rebuild.sql
          - sql: ./05_alone.sql
          - sql: ./06_blocks.sql
          - sql: ./07_drop.sql
        checks:
          - query: select n from counters where name = 'steps'
            expect: 6
          - query: select step from log group by step having count(*) <> 1
        """;

    public IReadOnlyDictionary<string, string> Scripts => new Dictionary<string, string>
    {
        ["01_tables.sql"] = Tables + Logged("01"),
        ["02_rows.sql"] = Rows + Logged("02"),
        ["03_once.do"] = "append once.txt once\n",
        ["03_once.check"] = "has once.txt\n",
        ["03_once.undo"] = "delete once.txt\n",
        ["04_rebuild.sql"] = Rebuild + Logged("04"),
        ["05_alone.sql"] = "-- Transaction: none\n" + Alone + Logged("05"),
        ["06_blocks.sql"] = "-- Transaction: none\n" + Blocks + Logged("06"),
        ["07_drop.sql"] = Drop + Logged("07"),
    };

    protected abstract string Tables { get; }

    protected virtual string Rows => """
        UPDATE customers SET email = concat(lower(name), '@example.org'), balance = balance * 2;
        DELETE FROM orders WHERE id % 9 = 0;
        DELETE FROM tags WHERE weight % 5 = 0;
        UPDATE settings SET value = 'new' WHERE name = 'mode';
        INSERT INTO settings VALUES ('extra', 'x');

        """;

    protected abstract string Rebuild { get; }

    protected abstract string Alone { get; }

    protected virtual string Blocks => """
        DELETE FROM tags WHERE weight > 30;
        BEGIN;
        UPDATE counters SET n = n * 3 WHERE name = 'loose';
        INSERT INTO settings VALUES ('a', '1'), ('b', '2');
        COMMIT;
        UPDATE counters SET n = n + 7 WHERE name = 'loose';
        CREATE TABLE loose (x INTEGER, y VARCHAR(20));
        INSERT INTO loose VALUES (1, 'one'), (2, 'two');
        BEGIN;
        DELETE FROM settings WHERE name = 'a';
        UPDATE loose SET x = x + 10;
        COMMIT;

        """;

    protected virtual string Drop => """
        DELETE FROM legacy WHERE said = 'two';
        DROP TABLE legacy;
        DROP VIEW rich;
        ALTER TABLE numbers DROP COLUMN old_rate;

        """;

    /// <summary>Rows that every plan begins with.</summary>
    protected const string FirstRows = """
        INSERT INTO customers (id, name, city, balance) VALUES (1, 'Ada', 'Kyiv', 12.50), (2, 'Bo', NULL, 25), (3, 'Cy', 'Ljubljana', 137.5), (4, 'Di', 'Kyiv', 200), (5, 'Ed', '', 0);
        INSERT INTO settings VALUES ('mode', 'old'), ('limit', '10'), ('flag', NULL);
        INSERT INTO counters VALUES ('steps', 0), ('loose', 100);
        INSERT INTO numbers VALUES ('a', 1, 0.1), ('b', 2, 1e30), ('c', NULL, -0.25), ('d', 4, NULL);
        INSERT INTO orders (id, customer, total) VALUES (1, 1, '1.50'), (2, 2, '7'), (9, 3, '9.25'), (10, 4, '10'), (18, 5, '18.5'), (20, 1, '0');
        INSERT INTO tags VALUES ('one', 1), ('five', 5), ('five', 5), ('seven', 7), ('late', 31), ('last', 49);
        INSERT INTO legacy (said) VALUES ('One'), ('two'), ('Three');

        """;

    private static string Logged(string step) => $"INSERT INTO log VALUES ('{step}');\nUPDATE counters SET n = n + 1 WHERE name = 'steps';\n";
}
