namespace PSMigrate.Databases.Tests.Crash;

/// <summary>
/// A plan of every kind of step that may be killed in its own way. Each step also counts and logs itself, so that one that was
/// applied twice, or half, shows in the data.
/// </summary>
internal static class CrashPlan
{
    public const string Flag = "app_offline.htm";

    public const string Setup = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT, balance REAL DEFAULT 0);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers (id), total TEXT, note);
        CREATE TABLE tags (name TEXT, weight INTEGER);
        CREATE TABLE settings (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID;
        CREATE TABLE counters (name TEXT PRIMARY KEY, n INTEGER NOT NULL);
        CREATE TABLE legacy (id INTEGER PRIMARY KEY AUTOINCREMENT, payload BLOB, said TEXT COLLATE NOCASE);
        CREATE TABLE numbers (code TEXT UNIQUE, v INTEGER, old_rate REAL);
        CREATE TABLE log (step TEXT);
        CREATE TABLE audit (what TEXT, old TEXT, new TEXT);
        CREATE INDEX orders_by_customer ON orders (customer);
        CREATE INDEX legacy_by_text ON legacy (said);
        CREATE VIEW rich AS SELECT name, balance FROM customers WHERE balance > 100;
        CREATE TRIGGER orders_watched AFTER UPDATE OF total ON orders BEGIN INSERT INTO audit VALUES ('order ' || OLD.id, OLD.total, NEW.total); END;
        CREATE TRIGGER legacy_watched AFTER DELETE ON legacy BEGIN INSERT INTO audit VALUES ('legacy', OLD.said, NULL); END;
        INSERT INTO customers WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 20) SELECT n, 'Name ' || n, CASE n % 3 WHEN 0 THEN 'Kyiv' WHEN 1 THEN 'Ljubljana' END, n * 12.5 FROM i;
        INSERT INTO orders WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 60) SELECT n, 1 + n % 20, CASE WHEN n % 7 = 0 THEN n ELSE n || '.50' END, CASE WHEN n % 5 = 0 THEN x'00ff' END FROM i;
        INSERT INTO tags WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 40) SELECT 'tag ' || n, n FROM i;
        DELETE FROM tags WHERE weight % 4 = 0;
        INSERT INTO settings VALUES ('mode', 'old'), ('limit', 10), ('flag', NULL);
        INSERT INTO counters VALUES ('steps', 0), ('loose', 100);
        INSERT INTO legacy (payload, said) VALUES (zeroblob(3000), 'One'), (x'0102', 'two'), (NULL, 'Three'), (4, 'four');
        DELETE FROM legacy WHERE said = 'four';
        INSERT INTO numbers VALUES ('a', 1, 0.1), ('b', 2, 1e300), ('c', NULL, -0.25), ('d', 4, NULL);
        DELETE FROM numbers WHERE code = 'b';
        DELETE FROM audit;
        """;

    private const string Logged = "INSERT INTO log VALUES ('{0}'); UPDATE counters SET n = n + 1 WHERE name = 'steps';\n";

    /// <summary>What the script steps meet.</summary>
    public static readonly IReadOnlyDictionary<string, string> FilesBefore = new Dictionary<string, string>
    {
        ["app.conf"] = "mode=old",
        ["readme.txt"] = "read me",
        ["obsolete.txt"] = "to be removed",
    };

    public const string PlanFile = $$"""
        name: crash
        onFailure: stop
        maintenance: { flag: ./{{Flag}} }
        targets: { machine: "host:" }
        steps:
          - sql: ./01_tables.sql
          - sql: ./02_rows.sql
          - { script: { do: ./03_switch.do, undo: ./03_switch.undo, check: ./03_switch.check }, target: machine, name: 03_switch }
          - sql: ./04_rebuild.sql
          - sql: ./05_vacuum.sql
          - sql: ./06_blocks.sql
          - { script: { do: ./07_once.do, undo: ./07_once.undo, check: ./07_once.check }, target: machine, name: 07_once }
          - sql: ./08_drop_column.sql
          - sql: ./09_drop_table.sql
          - sql: ./10_views.sql
          - sql: ./11_loose.sql
          - sql: ./12_last.sql
        checks:
          - query: select n from counters where name = 'steps'
            expect: 10
          - query: select step from log group by step having count(*) <> 1
        """;

    public static readonly IReadOnlyDictionary<string, string> Scripts = new Dictionary<string, string>
    {
        ["01_tables.sql"] = """
            CREATE TABLE invoices (id INTEGER PRIMARY KEY AUTOINCREMENT, customer INTEGER REFERENCES customers (id), amount REAL, state TEXT DEFAULT 'new');
            CREATE INDEX invoices_by_customer ON invoices (customer, amount);
            CREATE TABLE pairs (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
            ALTER TABLE customers ADD COLUMN email TEXT DEFAULT 'none';
            CREATE TRIGGER invoices_watched AFTER INSERT ON invoices BEGIN UPDATE counters SET n = n + 1 WHERE name = 'loose'; END;

            """ + string.Format(null, Logged, "01"),
        ["02_rows.sql"] = """
            BEGIN TRANSACTION;
            INSERT INTO invoices (customer, amount) SELECT customer, sum(total) FROM orders GROUP BY customer;
            UPDATE customers SET email = lower(replace(name, ' ', '.')) || '@example.org', balance = balance * 2;
            DELETE FROM orders WHERE id % 9 = 0;
            DELETE FROM tags WHERE weight % 5 = 0;
            UPDATE settings SET value = 'new' WHERE key = 'mode';
            REPLACE INTO settings VALUES ('limit', 20), ('extra', 'x');

            """ + string.Format(null, Logged, "02") + "COMMIT;\n",
        ["03_switch.do"] = "keep app.conf app.conf.before\nkeep obsolete.txt obsolete.txt.before\nwrite one.txt first\nwrite app.conf mode=new\nwrite two.txt second\ndelete obsolete.txt\nwrite three.txt third\n",
        ["03_switch.check"] = "holds app.conf mode=new\nholds one.txt first\nholds two.txt second\nholds three.txt third\n",
        ["03_switch.undo"] = "delete three.txt\nmove obsolete.txt.before obsolete.txt\ndelete two.txt\nmove app.conf.before app.conf\ndelete one.txt\n",
        ["04_rebuild.sql"] = """
            PRAGMA foreign_keys = OFF;
            BEGIN TRANSACTION;
            CREATE TABLE orders_new (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers (id), total INTEGER NOT NULL, placed TEXT DEFAULT 'unknown');
            INSERT INTO orders_new (id, customer, total) SELECT id, customer, CAST(total * 100 AS INTEGER) FROM orders;
            DROP TABLE orders;
            ALTER TABLE orders_new RENAME TO orders;
            CREATE INDEX orders_by_customer ON orders (customer, total);
            PRAGMA foreign_key_check;

            """ + string.Format(null, Logged, "04") + "COMMIT;\nPRAGMA foreign_keys = ON;\n",
        ["05_vacuum.sql"] = """
            -- Transaction: none
            UPDATE counters SET n = n + 1 WHERE name = 'loose';
            DELETE FROM tags WHERE weight % 7 = 0;
            VACUUM;
            UPDATE tags SET weight = weight + 1000 WHERE weight > 20;
            INSERT INTO tags VALUES ('late', 1);

            """ + string.Format(null, Logged, "05"),
        ["06_blocks.sql"] = """
            -- Transaction: none
            PRAGMA foreign_keys = OFF;
            DELETE FROM customers WHERE id = 20;
            UPDATE orders SET customer = 1 WHERE customer = 20;
            UPDATE invoices SET customer = 1 WHERE customer = 20;
            PRAGMA foreign_keys = ON;
            BEGIN IMMEDIATE;
            UPDATE counters SET n = n * 3 WHERE name = 'loose';
            INSERT INTO pairs VALUES ('a', '1'), ('b', '2');
            COMMIT;
            UPDATE counters SET n = n + 7 WHERE name = 'loose';
            CREATE TABLE loose (x INTEGER, y TEXT);
            INSERT INTO loose VALUES (1, 'one'), (2, 'two');
            BEGIN;
            DELETE FROM pairs WHERE a = 'a';
            UPDATE loose SET x = x + 10;
            COMMIT;

            """ + string.Format(null, Logged, "06"),
        ["07_once.do"] = "append once.txt once\n",
        ["07_once.check"] = "has once.txt\n",
        ["07_once.undo"] = "delete once.txt\n",
        ["08_drop_column.sql"] = """
            UPDATE numbers SET v = v + 1;
            ALTER TABLE numbers DROP COLUMN old_rate;
            ALTER TABLE numbers RENAME COLUMN v TO amount;

            """ + string.Format(null, Logged, "08") + """
            -- Rollback
            -- -- The captured way is taken: nobody but it knows the rates.
            """,
        ["09_drop_table.sql"] = """
            DELETE FROM legacy WHERE said = 'two';
            DROP TABLE legacy;
            DROP VIEW rich;

            """ + string.Format(null, Logged, "09"),
        ["10_views.sql"] = """
            CREATE VIEW rich AS SELECT name, balance, email FROM customers WHERE balance > 150;
            CREATE VIEW owed AS SELECT c.name, sum(o.total) AS cents FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.id;
            CREATE TRIGGER rich_written INSTEAD OF INSERT ON rich BEGIN INSERT INTO customers (name, balance) VALUES (NEW.name, NEW.balance); END;
            INSERT INTO rich (name, balance) VALUES ('Through the view', 500);
            CREATE UNIQUE INDEX tags_by_name ON tags (name);

            """ + string.Format(null, Logged, "10"),
        ["11_loose.sql"] = """
            -- Transaction: none
            ALTER TABLE loose ADD COLUMN z TEXT DEFAULT 'z';
            UPDATE orders SET total = total + 1 WHERE id < 5;
            DROP INDEX invoices_by_customer;
            INSERT OR REPLACE INTO counters SELECT name, n + 1 FROM counters WHERE name = 'loose';

            """ + string.Format(null, Logged, "11"),
        ["12_last.sql"] = """
            UPDATE invoices SET state = 'sent' WHERE amount > 50;
            DELETE FROM audit;
            INSERT INTO log SELECT 'after ' || step FROM log WHERE step IN ('01', '06');

            """ + string.Format(null, Logged, "12"),
    };
}
