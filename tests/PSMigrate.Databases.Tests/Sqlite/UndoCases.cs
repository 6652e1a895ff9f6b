using System.Globalization;

namespace PSMigrate.Databases.Tests.Sqlite;

/// <summary>Kinds of changes, each with the database that it meets.</summary>
internal static class UndoCases
{
    private const string Shop = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT DEFAULT 'Bern', balance REAL);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE, total NUMERIC);
        CREATE TABLE lines (order_id INTEGER REFERENCES orders (id) ON DELETE CASCADE, item TEXT, PRIMARY KEY (order_id, item)) WITHOUT ROWID;
        CREATE INDEX orders_customer ON orders (customer_id);
        INSERT INTO customers VALUES (1, 'Ada', 'London', 1.5), (2, 'Björn', NULL, -0.0), (5, 'Chloé', 'Paris', 1e300);
        INSERT INTO orders VALUES (10, 1, 99.5), (11, 1, '12'), (12, 5, NULL);
        INSERT INTO lines VALUES (10, 'tea'), (10, 'cup'), (12, 'pot');
        """;

    private const string Viewed = Shop + """
        CREATE VIEW totals AS SELECT c.name, sum(o.total) AS total FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id;
        CREATE TABLE log (at INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
        CREATE TRIGGER customers_gone AFTER DELETE ON customers BEGIN INSERT INTO log (what) VALUES ('gone: ' || OLD.name); END;
        INSERT INTO log (what) VALUES ('made');
        """;

    private const string Stamped = """
        CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, changes INTEGER NOT NULL DEFAULT 0, updated_at TEXT);
        CREATE TRIGGER notes_touched AFTER UPDATE OF text ON notes BEGIN UPDATE notes SET changes = changes + 1, updated_at = 'now' WHERE id = NEW.id; END;
        INSERT INTO notes (id, text) VALUES (1, 'a'), (2, 'b'), (3, NULL);
        """;

    private const string Counted = """
        CREATE TABLE tickets (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT);
        INSERT INTO tickets (title) VALUES ('one'), ('two'), ('three');
        DELETE FROM tickets WHERE id = 3;
        """;

    private const string Rebuild = """
        PRAGMA foreign_keys = OFF;
        BEGIN;
        CREATE TABLE new_customers (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL CHECK (length(full_name) > 0), balance INTEGER);
        INSERT INTO new_customers (id, full_name, balance) SELECT id, upper(name), CAST(balance AS INTEGER) FROM customers;
        DROP TABLE customers;
        ALTER TABLE new_customers RENAME TO customers;
        PRAGMA foreign_key_check;
        COMMIT;
        PRAGMA foreign_keys = ON;
        """;

    public static IReadOnlyList<UndoCase> All { get; } =
    [
        // Columns
        new("add column", Shop, "ALTER TABLE customers ADD COLUMN email TEXT"),
        new("add column with default and check", Shop, "ALTER TABLE customers ADD COLUMN level INTEGER NOT NULL DEFAULT 3 CHECK (level > 0)"),
        new("add column with reference", Shop, "ALTER TABLE orders ADD COLUMN seller INTEGER REFERENCES customers (id)"),
        new("add generated column", Shop, "ALTER TABLE orders ADD COLUMN double_total AS (total * 2)"),
        new("add column and index it", Shop, "ALTER TABLE customers ADD COLUMN email TEXT; CREATE UNIQUE INDEX customers_email ON customers (email)"),
        new("add column and fill it", Shop, "ALTER TABLE customers ADD COLUMN email TEXT; UPDATE customers SET email = lower(name) || '@example.org'"),
        new("add column to a table without rowid", Shop, "ALTER TABLE lines ADD COLUMN amount INTEGER DEFAULT 1"),
        new("add two columns and drop one", Shop, "ALTER TABLE customers ADD COLUMN a; ALTER TABLE customers ADD COLUMN b; ALTER TABLE customers DROP COLUMN a"),
        new("drop column", Shop, "ALTER TABLE customers DROP COLUMN city"),
        new("drop column of a table without rowid", Shop + "ALTER TABLE lines ADD COLUMN amount REAL; UPDATE lines SET amount = 2.5;", "ALTER TABLE lines DROP COLUMN amount"),
        new("drop column in the middle of a strict table", "CREATE TABLE s (a INT NOT NULL, b ANY, c BLOB) STRICT; INSERT INTO s VALUES (1, 'x', x'00ff'), (2, 7, NULL), (3, 7.5, x'');", "ALTER TABLE s DROP COLUMN b"),
        new("drop column, then add it anew", Shop, "ALTER TABLE customers DROP COLUMN city; ALTER TABLE customers ADD COLUMN city INTEGER DEFAULT 7"),
        new("drop two columns", Shop, "ALTER TABLE customers DROP COLUMN city; ALTER TABLE customers DROP COLUMN balance"),
        new("drop column of a parent with cascading children", Shop, "PRAGMA foreign_keys = ON; ALTER TABLE customers DROP COLUMN balance"),
        new("drop column after update", Shop, "UPDATE customers SET city = 'Rome' WHERE id = 1; ALTER TABLE customers DROP COLUMN city"),
        new("drop column after delete and insert", Shop, "DELETE FROM orders WHERE id = 11; INSERT INTO orders VALUES (13, 2, 4); ALTER TABLE orders DROP COLUMN total"),
        new("update after drop column", Shop, "ALTER TABLE customers DROP COLUMN city; UPDATE customers SET name = 'x' || name; DELETE FROM customers WHERE id = 2"),
        new("rename column", Viewed, "ALTER TABLE customers RENAME COLUMN name TO full_name"),
        new("rename column that index, view and trigger use", Viewed + "CREATE INDEX customers_name ON customers (name COLLATE NOCASE) WHERE name > 'B';", "ALTER TABLE customers RENAME COLUMN name TO \"full name\""),
        new("rename a referenced key column", Shop, "ALTER TABLE customers RENAME COLUMN id TO number"),
        new("rename column and update it", Shop, "ALTER TABLE customers RENAME COLUMN city TO town; UPDATE customers SET town = 'here'"),
        new("update and rename column", Shop, "UPDATE customers SET city = 'here'; ALTER TABLE customers RENAME COLUMN city TO town"),
        new("swap two columns' names", Shop, "ALTER TABLE customers RENAME COLUMN name TO x; ALTER TABLE customers RENAME COLUMN city TO name; ALTER TABLE customers RENAME COLUMN x TO city"),

        // Tables
        new("create table", Shop, "CREATE TABLE made (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO made VALUES (1, 'a')"),
        new("create table as select", Shop, "CREATE TABLE copy AS SELECT * FROM customers"),
        new("create table with index, trigger and view", Shop, "CREATE TABLE made (x); CREATE INDEX made_x ON made (x); CREATE TRIGGER made_t AFTER INSERT ON made BEGIN DELETE FROM made WHERE x < 0; END; CREATE VIEW made_v AS SELECT x FROM made; INSERT INTO made VALUES (1), (-1)"),
        new("create a child of an existing table", Shop, "CREATE TABLE child (c REFERENCES customers (id)); INSERT INTO child VALUES (1)"),
        new("drop table", Shop, "DROP TABLE lines"),
        new("drop table with everything on it", Viewed, "DROP VIEW totals; DROP TABLE lines; DROP TABLE orders; DROP TABLE customers"),
        new("drop parent with cascading children", Shop, "PRAGMA foreign_keys = ON; DROP TABLE orders"),
        new("drop parent of parents with cascading children", Shop, "DROP TABLE customers"),
        new("drop parent with children set to null", "PRAGMA foreign_keys = ON; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE SET NULL, d DEFAULT 9); INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1, 1), (2, 2, 2), (3, NULL, 3);", "DROP TABLE p"),
        new("drop and create anew in another shape", Shop, "DROP TABLE lines; CREATE TABLE lines (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO lines VALUES (1, 'new')"),
        new("create, fill and drop within the script", Shop, "CREATE TABLE scratch (x); INSERT INTO scratch SELECT id FROM customers; UPDATE customers SET balance = (SELECT count(*) FROM scratch); DROP TABLE scratch"),
        new("rename table", Shop, "ALTER TABLE orders RENAME TO purchases"),
        new("rename table with views and triggers that depend on it", Viewed, "ALTER TABLE customers RENAME TO clients"),
        new("rename table with legacy rules", Shop, "PRAGMA legacy_alter_table = ON; ALTER TABLE orders RENAME TO purchases"),
        new("rename table, then change its rows", Shop, "ALTER TABLE orders RENAME TO purchases; UPDATE purchases SET total = 0; DELETE FROM purchases WHERE id = 12; INSERT INTO purchases VALUES (99, 1, 1)"),
        new("change rows, then rename table", Shop, "UPDATE orders SET total = 0; DELETE FROM orders WHERE id = 12; INSERT INTO orders VALUES (99, 1, 1); ALTER TABLE orders RENAME TO purchases"),
        new("change rows, drop column, rename table", Shop, "UPDATE customers SET city = 'x', balance = 3 WHERE id < 3; ALTER TABLE customers DROP COLUMN balance; ALTER TABLE customers RENAME TO clients; INSERT INTO clients VALUES (7, 'Dan', 'Oslo')"),
        new("rename table and back", Shop, "ALTER TABLE orders RENAME TO x; UPDATE x SET total = 1; ALTER TABLE x RENAME TO orders"),
        new("swap two tables", Shop, "ALTER TABLE orders RENAME TO x; ALTER TABLE lines RENAME TO orders; ALTER TABLE x RENAME TO lines"),
        new("rename to another case", Shop, "ALTER TABLE orders RENAME TO ORDERS2; ALTER TABLE ORDERS2 RENAME TO Orders"),
        new("rename one table away and create another in its place", Shop, "ALTER TABLE lines RENAME TO lines_old; CREATE TABLE lines (id INTEGER PRIMARY KEY, item TEXT); INSERT INTO lines (item) SELECT item FROM lines_old"),
        new("rename away, copy, drop the old", Shop, "ALTER TABLE lines RENAME TO lines_old; CREATE TABLE lines (id INTEGER PRIMARY KEY, item TEXT); INSERT INTO lines (item) SELECT item FROM lines_old; DROP TABLE lines_old"),
        new("rebuild by the book", Shop, Rebuild),
        new("rebuild by the book with views and triggers", Viewed, "DROP VIEW totals;\n" + Rebuild.Replace("PRAGMA foreign_keys = OFF;", "", StringComparison.Ordinal).Replace("BEGIN;", "", StringComparison.Ordinal).Replace("COMMIT;", "", StringComparison.Ordinal).Replace("PRAGMA foreign_keys = ON;", "", StringComparison.Ordinal)),
        new("rebuild by the book after changing rows", Shop, Rebuild.Replace("BEGIN;", "BEGIN; UPDATE customers SET balance = 7; DELETE FROM lines;", StringComparison.Ordinal)),
        new("rebuild a child by the book", Shop, """
            PRAGMA foreign_keys = OFF;
            BEGIN;
            CREATE TABLE orders_new (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), total INTEGER NOT NULL DEFAULT 0);
            INSERT INTO orders_new SELECT id, customer_id, coalesce(total, 0) FROM orders;
            DROP TABLE orders;
            ALTER TABLE orders_new RENAME TO orders;
            CREATE INDEX orders_customer ON orders (customer_id, total);
            COMMIT;
            """),

        new("drop a parent and give its child its name", "CREATE TABLE p (id INTEGER PRIMARY KEY, v); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id)); INSERT INTO p VALUES (1, 'a'); INSERT INTO c VALUES (1, 1), (5, NULL);", "PRAGMA foreign_keys = OFF; DROP TABLE p; ALTER TABLE c RENAME TO p"),
        new("drop a parent and give its child its name, with another child", "CREATE TABLE p (id INTEGER PRIMARY KEY, v); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id)); CREATE TABLE d (p REFERENCES p (id)); INSERT INTO p VALUES (5, 'a'); INSERT INTO c VALUES (5, 5); INSERT INTO d VALUES (5);", "PRAGMA foreign_keys = OFF; DROP TABLE p; ALTER TABLE c RENAME TO p"),
        new("drop a parent and give its child its name, with enforcement", "CREATE TABLE p (id INTEGER PRIMARY KEY, v); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id)); INSERT INTO p VALUES (1, 'a');", "PRAGMA foreign_keys = ON; DROP TABLE p; ALTER TABLE c RENAME TO p"),
        new("insert into a parent whose key is no key", "CREATE TABLE p (id INTEGER PRIMARY KEY, n); INSERT INTO p VALUES (1, 1), (2, 2); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (n));", "PRAGMA foreign_keys = ON; INSERT INTO p VALUES (3, 7); INSERT INTO p VALUES (4, 7)"),
        new("insert into a parent whose key is no key and that has no row ids", "CREATE TABLE p (id TEXT PRIMARY KEY, n) WITHOUT ROWID; INSERT INTO p VALUES ('a', 1), ('b', 2); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (n));", "PRAGMA foreign_keys = ON; INSERT INTO p VALUES ('c', 7)"),

        // Indexes, views, triggers
        new("create indexes of all sorts", Shop, "CREATE INDEX i1 ON customers (city DESC, name); CREATE UNIQUE INDEX i2 ON customers (lower(name)); CREATE INDEX i3 ON orders (total) WHERE total IS NOT NULL"),
        new("drop indexes of all sorts", Shop + "CREATE UNIQUE INDEX i2 ON customers (lower(name)) WHERE id > 0; CREATE INDEX i3 ON orders (total * 2 DESC);", "DROP INDEX i2; DROP INDEX i3; DROP INDEX orders_customer"),
        new("drop unique index and insert duplicates", Shop + "CREATE UNIQUE INDEX u ON customers (name);", "DROP INDEX u; INSERT INTO customers (name) VALUES ('Ada'), ('Ada')"),
        new("replace an index", Shop, "DROP INDEX orders_customer; CREATE INDEX orders_customer ON orders (customer_id, total)"),
        new("create view", Shop, "CREATE VIEW v AS SELECT name FROM customers"),
        new("drop view", Viewed, "DROP VIEW totals"),
        new("replace a view", Viewed, "DROP VIEW totals; CREATE VIEW totals AS SELECT 1 AS one"),
        new("create trigger", Stamped, "CREATE TRIGGER t AFTER INSERT ON notes BEGIN UPDATE notes SET text = upper(NEW.text) WHERE id = NEW.id; END; INSERT INTO notes (id, text) VALUES (9, 'nine')"),
        new("drop trigger", Stamped, "DROP TRIGGER notes_touched; UPDATE notes SET text = 'quiet'"),
        new("update with a trigger on the same row", Stamped, "UPDATE notes SET text = 'loud' WHERE id = 1"),
        new("update twice with a trigger on the same row", Stamped, "UPDATE notes SET text = 'loud'; UPDATE notes SET text = 'louder' WHERE id > 1"),
        new("drop column with a trigger on the same row", Stamped, "UPDATE notes SET text = 'z'; DROP TRIGGER notes_touched; ALTER TABLE notes DROP COLUMN updated_at"),
        new("before trigger that updates the same row", "CREATE TABLE t (id INTEGER PRIMARY KEY, v, n DEFAULT 0); CREATE TRIGGER b BEFORE UPDATE OF v ON t BEGIN UPDATE t SET n = n + 1 WHERE id = OLD.id; END; INSERT INTO t (id, v) VALUES (1, 'a'), (2, 'b');", "UPDATE t SET v = v || '!'"),
        new("delete with a logging trigger", Viewed, "DELETE FROM customers WHERE id = 2"),
        new("trigger that writes to another table", Stamped + "CREATE TABLE audit (id INTEGER PRIMARY KEY, note INTEGER, old TEXT); CREATE TRIGGER a BEFORE DELETE ON notes BEGIN INSERT INTO audit (note, old) VALUES (OLD.id, OLD.text); END; INSERT INTO audit VALUES (1, 1, 'x');", "DELETE FROM notes WHERE id > 1"),
        new("instead of trigger", Viewed + "CREATE TRIGGER into_totals INSTEAD OF INSERT ON totals BEGIN INSERT INTO customers (name) VALUES (NEW.name); END;", "INSERT INTO totals (name) VALUES ('Eve'); INSERT INTO totals (name) VALUES ('Finn')"),
        new("drop a view with an instead of trigger", Viewed + "CREATE TRIGGER into_totals INSTEAD OF INSERT ON totals BEGIN INSERT INTO customers (name) VALUES (NEW.name); END;", "DROP VIEW totals"),
        new("recursive trigger", "CREATE TABLE t (id INTEGER PRIMARY KEY, n); CREATE TRIGGER r AFTER INSERT ON t WHEN NEW.n > 0 BEGIN INSERT INTO t (n) VALUES (NEW.n - 1); END; INSERT INTO t VALUES (1, 0);", "PRAGMA recursive_triggers = ON; INSERT INTO t (n) VALUES (3)"),

        // Rows
        new("insert", Shop, "INSERT INTO customers (name) VALUES ('Dora'); INSERT INTO customers VALUES (-7, 'Neg', '', 0)"),
        new("insert from select into itself", Shop, "INSERT INTO customers (name, city) SELECT name || '2', city FROM customers"),
        new("update all", Shop, "UPDATE customers SET balance = balance * 2, name = name || ' ' || id"),
        new("update twice", Shop, "UPDATE customers SET city = 'one'; UPDATE customers SET city = 'two', balance = 5"),
        new("update the row id", Shop, "PRAGMA foreign_keys = OFF; UPDATE orders SET customer_id = customer_id + 100; UPDATE customers SET id = id + 100"),
        new("update the row id into a place that was free, then back", Shop, "UPDATE customers SET id = 50 WHERE id = 2; UPDATE customers SET id = 51 WHERE id = 50; UPDATE customers SET id = 2 WHERE id = 51; UPDATE customers SET name = 'w' WHERE id = 2"),
        new("swap two row ids", Stamped, "UPDATE notes SET id = -1 WHERE id = 1; UPDATE notes SET id = 1 WHERE id = 2; UPDATE notes SET id = 2 WHERE id = -1"),
        new("delete some", Shop, "DELETE FROM lines WHERE item = 'cup'"),
        new("delete all", Shop, "DELETE FROM lines"),
        new("delete with cascade", Shop, "PRAGMA foreign_keys = ON; DELETE FROM customers WHERE id = 1"),
        new("delete with cascade by default", Shop, "DELETE FROM customers"),
        new("update with cascade", "PRAGMA foreign_keys = ON; CREATE TABLE p (k TEXT PRIMARY KEY, v) WITHOUT ROWID; CREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT REFERENCES p (k) ON UPDATE CASCADE); INSERT INTO p VALUES ('a', 1), ('b', 2); INSERT INTO c VALUES (1, 'a'), (2, 'a'), (3, 'b');", "PRAGMA foreign_keys = ON; UPDATE p SET k = k || k"),
        new("delete and insert the same key", Shop, "DELETE FROM lines WHERE order_id = 10; INSERT INTO lines VALUES (10, 'tea'), (10, 'mug')"),
        new("insert, update and delete the same row", Shop, "INSERT INTO customers (id, name) VALUES (77, 'x'); UPDATE customers SET name = 'y' WHERE id = 77; DELETE FROM customers WHERE id = 77; INSERT INTO customers (id, name) VALUES (78, 'z')"),
        new("delete and insert with a new id of the same number", Shop, "DELETE FROM customers WHERE id = 5; INSERT INTO customers (name) VALUES ('Gus')"),
        new("replace", Shop, "REPLACE INTO customers (id, name) VALUES (1, 'Ada II'), (3, 'new')"),
        new("replace over another unique key", Shop + "CREATE UNIQUE INDEX u ON customers (name);", "INSERT OR REPLACE INTO customers (id, name) VALUES (20, 'Ada')"),
        new("replace that puts two rows out of the way", Shop + "CREATE UNIQUE INDEX u ON customers (name);", "INSERT OR REPLACE INTO customers (id, name) VALUES (5, 'Ada')"),
        new("update or replace", Shop + "CREATE UNIQUE INDEX u ON customers (name);", "UPDATE OR REPLACE customers SET name = 'Ada' WHERE id = 5"),
        new("update or replace of row ids", Shop, "UPDATE OR REPLACE customers SET id = 1 WHERE id = 2"),
        new("replace after update", Shop + "CREATE UNIQUE INDEX u ON customers (name);", "UPDATE customers SET city = 'X' WHERE id = 1; REPLACE INTO customers (id, name) VALUES (30, 'Ada')"),
        new("replace with a delete trigger", Viewed, "PRAGMA recursive_triggers = ON; REPLACE INTO customers (id, name) VALUES (2, 'B')"),
        new("replace of a cascading parent", Shop, "PRAGMA foreign_keys = ON; REPLACE INTO customers (id, name) VALUES (1, 'Ada II')"),
        new("conflict clause of a column", "CREATE TABLE t (id INTEGER PRIMARY KEY, k TEXT UNIQUE ON CONFLICT REPLACE, v); INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2);", "INSERT INTO t (k, v) VALUES ('a', 10); UPDATE t SET k = 'b' WHERE v = 10"),
        new("upsert", Shop, "INSERT INTO customers (id, name) VALUES (1, 'Ada II'), (8, 'Hal') ON CONFLICT (id) DO UPDATE SET name = excluded.name, city = 'up'"),
        new("upsert that does nothing for some", Shop, "INSERT INTO customers (id, name) VALUES (1, 'Ada II'), (8, 'Hal') ON CONFLICT DO NOTHING"),
        new("insert or ignore", Shop, "INSERT OR IGNORE INTO customers (id, name) VALUES (1, 'x'), (2, 'x'), (9, 'x')"),
        new("update from", Shop, "UPDATE customers SET balance = o.total FROM orders o WHERE o.customer_id = customers.id"),
        new("update with returning", Shop, "UPDATE customers SET balance = 1 WHERE id = 1 RETURNING id"),
        new("delete with limit of a subquery", Shop, "DELETE FROM orders WHERE id IN (SELECT id FROM orders ORDER BY id LIMIT 1)"),
        new("common table expression", Shop, "WITH big AS (SELECT id FROM orders WHERE total > 50) UPDATE orders SET total = 0 WHERE id IN big"),
        new("insert default values", Counted, "INSERT INTO tickets DEFAULT VALUES"),

        // Keys and values
        new("without rowid, composite key, no case", "CREATE TABLE k (a TEXT COLLATE NOCASE, b INTEGER, v TEXT, PRIMARY KEY (a, b DESC)) WITHOUT ROWID; INSERT INTO k VALUES ('x', 1, 'one'), ('X', 2, 'two'), ('y', 1, NULL);", "UPDATE k SET a = upper(a); UPDATE k SET v = 'w' WHERE b = 1; DELETE FROM k WHERE a = 'y'; INSERT INTO k VALUES ('Z', 9, 'nine')"),
        new("without rowid, change only a key's case", "CREATE TABLE k (a TEXT COLLATE NOCASE PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO k VALUES ('x', 1), ('y', 2);", "UPDATE k SET a = 'X' WHERE a = 'x'; DELETE FROM k WHERE a = 'y'; INSERT INTO k VALUES ('Y', 3)"),
        new("without rowid, key of reals and blobs", "CREATE TABLE k (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO k VALUES (1.5, x'00'), ('1.5', x''), (x'01', 'z');", "UPDATE k SET b = 'changed' WHERE a = 1.5; DELETE FROM k WHERE a = x'01'; INSERT INTO k VALUES (2, 2)"),
        new("text key with affinity", "CREATE TABLE k (a TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO k VALUES ('1', 1), ('01', 2), ('1.0', 3);", "UPDATE k SET v = v * 10; DELETE FROM k WHERE a = '01'"),
        new("table without a primary key", "CREATE TABLE n (a, b); INSERT INTO n VALUES (1, 2), (1, 2), (NULL, NULL), (3, 4); DELETE FROM n WHERE a = 3; INSERT INTO n VALUES (5, 6);", "UPDATE n SET b = 9 WHERE rowid = 2; DELETE FROM n WHERE a IS NULL; INSERT INTO n VALUES (7, 8)"),
        new("drop a table without a primary key", "CREATE TABLE n (a, b); INSERT INTO n (rowid, a, b) VALUES (5, 1, 2), (9, 1, 2), (-3, NULL, NULL);", "DROP TABLE n"),
        new("text primary key with NULLs", "CREATE TABLE n (a TEXT PRIMARY KEY, b); INSERT INTO n VALUES (NULL, 1), (NULL, 2), ('x', 3);", "UPDATE n SET b = b + 1; DELETE FROM n WHERE a = 'x'; INSERT INTO n VALUES (NULL, 9)"),
        new("drop column of a table with NULL keys", "CREATE TABLE n (a TEXT PRIMARY KEY, b, c); INSERT INTO n VALUES (NULL, 1, 'p'), (NULL, 2, 'q'), ('x', 3, 'r');", "ALTER TABLE n DROP COLUMN c"),
        new("column named rowid", "CREATE TABLE r (rowid TEXT, v); INSERT INTO r VALUES ('a', 1), ('a', 2), (NULL, 3);", "UPDATE r SET v = v * 2 WHERE rowid = 'a'; DELETE FROM r WHERE v = 3; INSERT INTO r VALUES ('b', 4); ALTER TABLE r ADD COLUMN z"),
        new("columns named rowid and oid", "CREATE TABLE r (rowid TEXT, oid TEXT, v); INSERT INTO r VALUES ('a', 'b', 1), ('a', NULL, 2);", "UPDATE r SET v = 9; ALTER TABLE r DROP COLUMN oid"),
        new("columns with all three names and a key", "CREATE TABLE r (rowid TEXT, _rowid_ TEXT, oid TEXT, id INTEGER PRIMARY KEY); INSERT INTO r VALUES ('a', 'b', 'c', 4), (NULL, NULL, NULL, 5);", "UPDATE r SET oid = 'z'; DELETE FROM r WHERE id = 5; INSERT INTO r VALUES (1, 2, 3, 9)"),
        new("row id under another name", "CREATE TABLE r (id INTEGER, v, PRIMARY KEY (id)); INSERT INTO r VALUES (4, 'x'), (9, 'y');", "UPDATE r SET id = id * 2, v = 'z'; INSERT INTO r (v) VALUES ('new'); DELETE FROM r WHERE id = 8"),
        new("int primary key that is no row id", "CREATE TABLE r (id INT PRIMARY KEY, v); INSERT INTO r VALUES (4, 'x'), (2, 'y'); DELETE FROM r WHERE id = 4; INSERT INTO r VALUES (3, 'w');", "UPDATE r SET id = id * 2, v = 'z'; DELETE FROM r WHERE id = 4"),
        new("integer primary key desc that is no row id", "CREATE TABLE r (id INTEGER PRIMARY KEY DESC, v); INSERT INTO r VALUES (4, 'x'), (2, 'y'), (NULL, 'z');", "UPDATE r SET v = 'q'; DELETE FROM r WHERE id = 2; INSERT INTO r VALUES (7, 'n')"),
        new("drop a table with an integer primary key desc", "CREATE TABLE r (id INTEGER PRIMARY KEY DESC, v); INSERT INTO r VALUES (4, 'x'), (2, 'y'), (NULL, 'z'); DELETE FROM r WHERE id = 4;", "DROP TABLE r"),
        new("autoincrement: insert", Counted, "INSERT INTO tickets (title) VALUES ('four'), ('five')"),
        new("autoincrement: delete all", Counted, "DELETE FROM tickets"),
        new("autoincrement: drop table", Counted, "DROP TABLE tickets"),
        new("autoincrement: drop column", Counted, "INSERT INTO tickets (title) VALUES ('four'); ALTER TABLE tickets DROP COLUMN title"),
        new("autoincrement: rename table", Counted, "ALTER TABLE tickets RENAME TO cases; INSERT INTO cases (title) VALUES ('x')"),
        new("autoincrement: first row", "CREATE TABLE tickets (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT);", "INSERT INTO tickets (title) VALUES ('first')"),
        new("autoincrement: counter without rows", Counted + "DELETE FROM tickets;", "INSERT INTO tickets (title) VALUES ('again'); UPDATE tickets SET title = 'b'"),
        new("autoincrement: drop an emptied table", Counted + "DELETE FROM tickets;", "DROP TABLE tickets"),
        new("autoincrement: rebuild by the book", Counted, "CREATE TABLE t2 (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL); INSERT INTO t2 SELECT * FROM tickets; DROP TABLE tickets; ALTER TABLE t2 RENAME TO tickets"),
        new("generated columns", "CREATE TABLE g (id INTEGER PRIMARY KEY, a INT, b AS (a * 2) VIRTUAL, c TEXT AS ('#' || a) STORED UNIQUE); INSERT INTO g (id, a) VALUES (1, 10), (2, 20);", "UPDATE g SET a = a + 1; DELETE FROM g WHERE id = 2; INSERT INTO g (a) VALUES (5)"),
        new("drop generated column", "CREATE TABLE g (id INTEGER PRIMARY KEY, a INT, b AS (a * 2) VIRTUAL, d TEXT); INSERT INTO g (id, a) VALUES (1, 10), (2, 20);", "ALTER TABLE g DROP COLUMN b"),
        new("drop table with generated columns", "CREATE TABLE g (id INTEGER PRIMARY KEY, a INT, b AS (a * 2) VIRTUAL, c AS (a + 1) STORED); INSERT INTO g (id, a) VALUES (1, 10), (2, 20);", "DROP TABLE g"),
        new("drop column beside generated columns", "CREATE TABLE g (id INTEGER PRIMARY KEY, a INT, b AS (a * 2) STORED, d TEXT); INSERT INTO g (id, a, d) VALUES (1, 10, 'x'), (2, 20, NULL);", "ALTER TABLE g DROP COLUMN d"),
        new("strict table", "CREATE TABLE s (id INTEGER PRIMARY KEY, i INT, r REAL, t TEXT, b BLOB, a ANY) STRICT; INSERT INTO s VALUES (1, 1, 1.0, '1', x'01', '01'), (2, NULL, NULL, NULL, NULL, 1.0);", "UPDATE s SET i = 2, r = 2, t = 'two', b = x'02', a = 2; INSERT INTO s (i) VALUES (3); DELETE FROM s WHERE id = 1"),
        new("values of all sorts", "CREATE TABLE v (id INTEGER PRIMARY KEY, x, t TEXT, i INTEGER, r REAL, n NUMERIC, b BLOB); INSERT INTO v VALUES (1, x'00', x'ff', '12', 3, '1e3', 'text'), (2, 9e999, 9e999, 9e999, 9e999, -9e999, 9e999), (3, -9223372036854775808, '', 'abc', 'abc', 'abc', 5), (4, 0.1, 'é' || char(0) || '漢', 9007199254740993, 9007199254740993, '0.10', zeroblob(5000)), (5, NULL, NULL, NULL, NULL, NULL, NULL), (6, -0.0, 1.0, 1.0, 1, 1.0, 1.0);", "UPDATE v SET x = 1, t = 1, i = 1, r = 1, n = 1, b = 1"),
        new("values of all sorts: drop columns", "CREATE TABLE v (id INTEGER PRIMARY KEY, x, t TEXT, i INTEGER, r REAL, n NUMERIC, b BLOB); INSERT INTO v VALUES (1, x'00', x'ff', '12', 3, '1e3', 'text'), (2, 9e999, 9e999, 9e999, 9e999, -9e999, 9e999), (3, -9223372036854775808, '', 'abc', 'abc', 'abc', 5), (4, 0.1, 'é' || char(0) || '漢', 9007199254740993, 9007199254740993, '0.10', zeroblob(5000)), (5, NULL, NULL, NULL, NULL, NULL, NULL);", "ALTER TABLE v DROP COLUMN x; ALTER TABLE v DROP COLUMN r; ALTER TABLE v DROP COLUMN b"),
        new("huge text", "CREATE TABLE h (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO h VALUES (1, printf('%.*c', 3000000, 'x')), (2, 'small');", "UPDATE h SET t = 'gone'; DELETE FROM h WHERE id = 2"),
        new("300 columns", Wide(300), "UPDATE wide SET c7 = 'x', c299 = NULL; DELETE FROM wide WHERE id = 2; ALTER TABLE wide DROP COLUMN c150; INSERT INTO wide (c3) VALUES (3)"),
        new("drop a table with 300 columns", Wide(300), "DROP TABLE wide"),

        // Names
        new("reserved names", "CREATE TABLE \"select\" (\"from\" INTEGER PRIMARY KEY, \"where\" TEXT, \"group\"); CREATE INDEX \"order\" ON \"select\" (\"where\"); INSERT INTO \"select\" VALUES (1, 'a', 'b');", "UPDATE \"select\" SET \"where\" = 'z'; ALTER TABLE \"select\" DROP COLUMN \"group\"; ALTER TABLE \"select\" RENAME COLUMN \"where\" TO \"having\"; ALTER TABLE \"select\" RENAME TO \"table\""),
        new("quotes in names", "CREATE TABLE \"a\"\"b\" (\"x\"\"y\" TEXT PRIMARY KEY, [c d] TEXT, `e'f` TEXT); INSERT INTO \"a\"\"b\" VALUES ('1', '2', '3');", "UPDATE \"a\"\"b\" SET [c d] = 'new'; ALTER TABLE \"a\"\"b\" DROP COLUMN `e'f`; INSERT INTO \"a\"\"b\" VALUES ('4', '5')"),
        new("names of many scripts", "CREATE TABLE \"Größe 漢字 🚲\" (\"naïve\" TEXT, \"ß\" INTEGER PRIMARY KEY); INSERT INTO \"Größe 漢字 🚲\" VALUES ('é', 1);", "UPDATE \"Größe 漢字 🚲\" SET \"naïve\" = 'x'; ALTER TABLE \"Größe 漢字 🚲\" ADD COLUMN \"🚲\"; ALTER TABLE \"Größe 漢字 🚲\" DROP COLUMN \"naïve\"; DROP TABLE \"Größe 漢字 🚲\""),
        new("another case than the definition's", Shop, "update CUSTOMERS set CITY = 'x'; alter table CUSTOMERS drop column CITY; delete from LINES; alter table ORDERS rename to Purchases"),
        new("schema name before the table", Shop, "UPDATE main.customers SET city = 'x'; ALTER TABLE main.customers DROP COLUMN city; DROP TABLE main.lines; CREATE TABLE main.made (x)"),
        new("column named like a capture's own", "CREATE TABLE c (k0 TEXT PRIMARY KEY, i INTEGER, c0, c1) WITHOUT ROWID; INSERT INTO c VALUES ('a', 1, 2, 3), ('b', 4, 5, 6);", "UPDATE c SET i = i + 1, c0 = 'z'; DELETE FROM c WHERE k0 = 'b'; INSERT INTO c VALUES ('c', 7, 8, 9); ALTER TABLE c DROP COLUMN c1"),
        new("table named s and t", "CREATE TABLE s (t INTEGER PRIMARY KEY, s TEXT); CREATE TABLE t (s INTEGER PRIMARY KEY, t TEXT); INSERT INTO s VALUES (1, 'x'); INSERT INTO t VALUES (1, 'y');", "UPDATE s SET s = 'q'; DELETE FROM t; ALTER TABLE s ADD COLUMN u; ALTER TABLE t DROP COLUMN t"),

        new("comments in a definition", "CREATE TABLE c (a TEXT /* ) */ PRIMARY KEY, -- ) STRICT\n b) WITHOUT ROWID /* (no row ids) */ ; INSERT INTO c VALUES ('x', 1), ('y', 2);", "UPDATE c SET b = 3, a = a || a; DROP TABLE c"),
        new("all three row id names taken, composite key", "CREATE TABLE r (rowid, _rowid_, oid INTEGER, k INTEGER NOT NULL, PRIMARY KEY (oid, k)); INSERT INTO r VALUES (1, 1, 7, 1), (1, 1, 7, 2);", "CREATE TABLE other (x)"),

        // What the undo stumbled over
        new("orphans that the script removes", "PRAGMA foreign_keys = OFF; " + Shop + "INSERT INTO orders VALUES (90, 900, 1), (91, 901, 2);", "DELETE FROM orders WHERE customer_id NOT IN (SELECT id FROM customers)"),
        new("orphans that the script removes and a rename", "PRAGMA foreign_keys = OFF; " + Shop + "INSERT INTO orders VALUES (90, 900, 1), (91, 901, 2);", "ALTER TABLE orders RENAME TO purchases; DELETE FROM purchases WHERE customer_id NOT IN (SELECT id FROM customers)"),
        new("orphans in a table that is dropped", "PRAGMA foreign_keys = OFF; " + Shop + "INSERT INTO lines VALUES (777, 'nobody');", "DROP TABLE lines"),
        new("update, drop what was made, update again", Shop, "CREATE TABLE work (x); UPDATE customers SET city = 'a'; DROP TABLE work; UPDATE customers SET city = 'b'; DELETE FROM lines"),
        new("make, rename, drop, make again", Shop, "CREATE TABLE work (x); ALTER TABLE work RENAME TO work2; CREATE TABLE work (y); DROP TABLE work2; UPDATE customers SET city = 'b'; ALTER TABLE work RENAME TO work2"),
        new("make and alter a table", Shop, "CREATE TABLE made (x); INSERT INTO made VALUES (1); ALTER TABLE made ADD COLUMN y DEFAULT 5; ALTER TABLE made RENAME COLUMN x TO z; INSERT INTO made VALUES (2, 3); ALTER TABLE made DROP COLUMN y; ALTER TABLE made RENAME TO done; ALTER TABLE done ADD COLUMN w"),
        new("rename a table with a trigger on the same row", Stamped, "ALTER TABLE notes RENAME TO memos; UPDATE memos SET text = 'x'"),
        new("rename a table that refers to itself", "CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id) ON DELETE CASCADE); INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2);", "ALTER TABLE tree RENAME TO nodes; UPDATE nodes SET parent = 1 WHERE id = 3"),
        new("rebuild a table that refers to itself", "CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id) ON DELETE CASCADE); INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2);", "PRAGMA foreign_keys = OFF; CREATE TABLE new_tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id), label TEXT); INSERT INTO new_tree (id, parent) SELECT id, parent FROM tree; DROP TABLE tree; ALTER TABLE new_tree RENAME TO tree"),
        new("rename two tables to one name after another", Shop, "ALTER TABLE lines RENAME TO x; ALTER TABLE x RENAME TO y; ALTER TABLE orders RENAME TO x"),
        new("drop a view and its triggers with a table", Viewed + "CREATE TRIGGER into_totals INSTEAD OF INSERT ON totals BEGIN INSERT INTO customers (name) VALUES (NEW.name); END;", "DROP VIEW totals; DROP TABLE log; CREATE VIEW totals AS SELECT 1 AS x"),
        new("autoincrement with a column named rowid", "CREATE TABLE r (id INTEGER PRIMARY KEY AUTOINCREMENT, rowid TEXT, v); INSERT INTO r (rowid, v) VALUES ('z', 1), ('', 2); DELETE FROM r WHERE id = 2;", "INSERT INTO r (rowid) VALUES ('y'); ALTER TABLE r DROP COLUMN v"),

        // Other
        new("user version and application id", Shop, "PRAGMA user_version = 42; PRAGMA application_id = 1347571015; UPDATE customers SET city = 'x'"),
        new("temporary tables", Shop, "CREATE TEMP TABLE work AS SELECT id, upper(name) AS name FROM customers; UPDATE customers SET name = (SELECT w.name FROM temp.work w WHERE w.id = customers.id); DROP TABLE work"),
        new("a temporary table in front of a real one", Shop, "CREATE TEMP TABLE lines (x); INSERT INTO lines VALUES (1); DROP TABLE temp.lines; DELETE FROM lines WHERE item = 'tea'"),
        new("released savepoint", Shop, "SAVEPOINT one; UPDATE customers SET city = 'x'; SAVEPOINT two; DELETE FROM lines; RELEASE two; RELEASE one"),
        new("statistics", Shop, "ANALYZE; UPDATE customers SET city = 'z'"),
        new("reindex", Shop, "REINDEX; DELETE FROM lines"),
        new("everything at once", Viewed + Stamped, "UPDATE notes SET text = 'n'; DELETE FROM customers WHERE id = 2; DROP VIEW totals; ALTER TABLE customers DROP COLUMN balance; ALTER TABLE customers RENAME COLUMN city TO town; ALTER TABLE customers RENAME TO clients; CREATE INDEX clients_town ON clients (town); INSERT INTO clients (name, town) VALUES ('Ida', 'Kyiv'); CREATE VIEW towns AS SELECT town FROM clients; DROP TRIGGER notes_touched; ALTER TABLE notes ADD COLUMN more DEFAULT 'm'; UPDATE notes SET text = 'again', more = id; PRAGMA user_version = 3; DROP TABLE lines; CREATE TABLE lines (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO lines (x) VALUES (1)"),
    ];

    private static string Wide(int columns)
    {
        var names = Enumerable.Range(1, columns).Select(i => string.Create(CultureInfo.InvariantCulture, $"c{i}")).ToList();
        return $"CREATE TABLE wide (id INTEGER PRIMARY KEY, {string.Join(", ", names)}); INSERT INTO wide (id, {string.Join(", ", names)}) VALUES (1, {string.Join(", ", names.Select(n => $"'{n}'"))}), (2, {string.Join(", ", names.Select(_ => "NULL"))});";
    }
}
