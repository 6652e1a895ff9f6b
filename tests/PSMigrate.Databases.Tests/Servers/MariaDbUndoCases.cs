using PSMigrate.Databases.Tests.Sqlite;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Kinds of changes that only MySQL and MariaDB know, each with the database that it meets.</summary>
internal static class MariaDbUndoCases
{
    private const string Shop = """
        CREATE TABLE customers (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL, city VARCHAR(50) DEFAULT 'Bern', balance DECIMAL(12, 2), UNIQUE KEY by_name (name));
        CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT UNSIGNED NOT NULL, total DECIMAL(12, 2), twice DECIMAL(12, 2) AS (total * 2) STORED, KEY of_customer (customer_id), CONSTRAINT orders_of FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE);
        CREATE TABLE order_lines (order_id INT NOT NULL, item VARCHAR(50) NOT NULL, PRIMARY KEY (order_id, item), CONSTRAINT lines_of FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE ON UPDATE CASCADE);
        INSERT INTO customers VALUES (1, 'Ada', 'London', 1.5), (2, 'Björn', NULL, 0), (5, 'Chloé', 'Paris', 123456.78);
        INSERT INTO orders (id, customer_id, total) VALUES (10, 1, 99.5), (11, 1, 12), (12, 5, NULL);
        INSERT INTO order_lines VALUES (10, 'tea'), (10, 'cup'), (12, 'pot');
        """;

    private const string Logged = Shop + """

        CREATE TABLE log (at INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(100));
        INSERT INTO log (what) VALUES ('made');
        CREATE TRIGGER customers_after AFTER UPDATE ON customers FOR EACH ROW INSERT INTO log (what) VALUES (CONCAT('update ', NEW.name));
        CREATE TRIGGER customers_before BEFORE INSERT ON customers FOR EACH ROW SET NEW.city = UPPER(NEW.city);
        CREATE TRIGGER customers_gone AFTER DELETE ON customers FOR EACH ROW BEGIN IF OLD.id > 1 THEN INSERT INTO log (what) VALUES (CONCAT('delete ', OLD.name)); ELSE UPDATE log SET what = 'first' WHERE at = 1; END IF; END;
        """;

    private const string Coded = Logged + """

        CREATE PROCEDURE raise(IN part INT) BEGIN DECLARE n INT DEFAULT 0; WHILE n < part DO UPDATE customers SET balance = balance + 1; SET n = n + 1; END WHILE; END;
        CREATE PROCEDURE clear_all() BEGIN CALL raise(1); DELETE FROM order_lines WHERE order_id = 10; REPLACE INTO orders (id, customer_id, total) VALUES (12, 5, 7); END;
        CREATE FUNCTION noted(t VARCHAR(50)) RETURNS INT BEGIN INSERT INTO log (what) VALUES (t); RETURN 1; END;
        CREATE VIEW names AS SELECT id, name FROM customers;
        """;

    private const string Kinds = """
        CREATE TABLE v (id INT PRIMARY KEY, e ENUM('a', 'b') DEFAULT 'a', s SET('x', 'y', 'z'), u BIGINT UNSIGNED, j JSON, d DATE, dt DATETIME(6), ts TIMESTAMP(3) NULL, t TIME(4), y YEAR, b BIT(10), bin BINARY(4), vb VARBINARY(8), bl BLOB, tx TEXT, f FLOAT, db DOUBLE, g GEOMETRY, p POINT, c CHAR(5), n VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, l VARCHAR(20) CHARACTER SET latin1);
        SET SESSION sql_mode = '';
        INSERT INTO v VALUES (1, 'b', 'x,z', 18446744073709551615, '{"a": 1.50}', '0000-00-00', '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05.678', '-838:59:59.1234', 2026, b'1000000001', 'ab', x'00FF', x'00', 'text', 0.1, -0.0, ST_GeomFromText('LINESTRING(0 0, 1 1)'), POINT(1, 2), 'x ', 'a', 'é'),
          (2, NULL, '', 0, NULL, '2026-00-10', '0000-00-00 00:00:00', NULL, NULL, NULL, NULL, NULL, '', '', '', 3.4e38, 1.7976931348623157e308, NULL, NULL, '', 'A', ''),
          (3, 'a', NULL, 1, '[]', NULL, NULL, '2026-01-02 03:04:05', '10:00:00', 1901, b'0', x'00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
        """;

    private const string Folded = "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20) COLLATE utf8mb4_general_ci, UNIQUE KEY (v)); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL);";

    private const string FoldedKey = "CREATE TABLE t (k VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY, v INT); INSERT INTO t VALUES ('a', 1), ('B', 2), ('ß', 3);";

    private const string Bare = "CREATE TABLE n (a INT, b VARCHAR(20) COLLATE utf8mb4_general_ci, j JSON); INSERT INTO n VALUES (1, 'p', NULL), (1, 'p', NULL), (2, NULL, '{}'), (NULL, NULL, NULL);";

    private const string Parted = """
        CREATE TABLE events_of (id INT NOT NULL, y INT NOT NULL, what VARCHAR(20), PRIMARY KEY (id, y)) PARTITION BY RANGE (y) (PARTITION p25 VALUES LESS THAN (2026), PARTITION p26 VALUES LESS THAN (2027), PARTITION rest VALUES LESS THAN MAXVALUE);
        INSERT INTO events_of VALUES (1, 2025, 'a'), (2, 2026, 'b'), (3, 2027, 'c');
        CREATE TABLE beside (id INT NOT NULL, y INT NOT NULL, what VARCHAR(20), PRIMARY KEY (id, y)); INSERT INTO beside VALUES (9, 2026, 'x');
        """;

    private const string Versioned = "CREATE TABLE sv (id INT PRIMARY KEY, v VARCHAR(20)) WITH SYSTEM VERSIONING; INSERT INTO sv VALUES (1, 'a'), (2, 'b');";

    private const string Isam = "CREATE TABLE m (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20)) ENGINE=MyISAM; INSERT INTO m (v) VALUES ('a'), ('b'), ('c');";

    public static IReadOnlyList<UndoCase> All { get; } =
    [
        // Rows
        new("drop columns that must have a value", "CREATE TABLE t (id INTEGER PRIMARY KEY, d DATE NOT NULL, e ENUM('x', 'y') NOT NULL, g POINT NOT NULL, j JSON NOT NULL, b BLOB NOT NULL); INSERT INTO t VALUES (1, '2026-01-02', 'y', POINT(1, 2), '[1]', 'b'), (2, '2026-01-03', 'x', POINT(2, 2), '{}', '');", "ALTER TABLE t DROP COLUMN d, DROP COLUMN e; ALTER TABLE t DROP COLUMN g; ALTER TABLE t DROP COLUMN j, DROP COLUMN b"),
        new("drop a primary key's column", "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20), u INTEGER UNIQUE); INSERT INTO t VALUES (1, 'a', 7), (2, 'b', 8), (3, 'c', 9);", "ALTER TABLE t DROP COLUMN id"),
        new("drop a primary key's column, then insert", "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20), u INTEGER NOT NULL UNIQUE); INSERT INTO t VALUES (1, 'a', 7), (2, 'b', 8), (3, 'c', 9);", "ALTER TABLE t DROP COLUMN id; INSERT INTO t VALUES ('d', 10); UPDATE t SET v = 'x' WHERE u < 9"),
        new("drop a part of a key, then write", "CREATE TABLE t (a INTEGER, b INTEGER, v VARCHAR(20), PRIMARY KEY (a, b)); INSERT INTO t VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c');", "ALTER TABLE t DROP PRIMARY KEY; ALTER TABLE t DROP COLUMN b; DELETE FROM t WHERE v = 'c'; INSERT INTO t VALUES (9, 'd')"),
        new("drop a numbering primary key", "CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, v VARCHAR(20)); INSERT INTO t (v) VALUES ('a'), ('b'), ('c');", "ALTER TABLE t DROP COLUMN id; INSERT INTO t VALUES ('d')"),
        new("an index in the place of a foreign key's own", "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE c (id INT PRIMARY KEY, p INT, v INT, CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id));", "CREATE INDEX c_pv ON c (p, v)"),
        new("a foreign key, and an index in the place of its own", "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE c (id INT PRIMARY KEY, p INT, v INT);", "ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id); CREATE INDEX c_pv ON c (p, v)"),
        new("values of many types, updated", Kinds, "UPDATE v SET e = 'a', s = 'y', u = 5, j = '1', d = '2000-01-01', dt = '2001-01-01', ts = '2002-02-02', t = '1:1', y = 2000, b = 1, bin = 'x', vb = 'x', bl = 'x', tx = 'x', f = 1, db = 1, g = POINT(0, 0), p = POINT(0, 0), c = 'c', n = 'B', l = 'l'"),
        new("values of many types, deleted", Kinds, "DELETE FROM v"),
        new("values of many types, dropped", Kinds, "DROP TABLE v"),
        new("columns of many types, dropped", Kinds, "ALTER TABLE v DROP COLUMN e, DROP COLUMN s, DROP u, DROP j, DROP d, DROP dt, DROP ts, DROP t, DROP y, DROP b, DROP bin, DROP vb, DROP bl, DROP tx, DROP f, DROP db, DROP g, DROP p, DROP c, DROP n, DROP l"),
        new("the case of a text", Folded, "UPDATE t SET v = 'A' WHERE id = 1"),
        new("the case of a key", FoldedKey, "UPDATE t SET k = 'A' WHERE k = 'a'; UPDATE t SET k = 'b', v = 7 WHERE k = 'B'"),
        new("a key that another collation tells apart", FoldedKey, "DELETE FROM t WHERE k = 'a'; INSERT INTO t VALUES ('A', 5)"),
        new("trailing blanks and accents", Folded, "UPDATE t SET v = 'á' WHERE id = 1; UPDATE t SET v = 'b ' WHERE id = 2"),
        new("without a key, by case", Bare, "UPDATE n SET b = 'P' WHERE a = 1; DELETE FROM n WHERE a = 2; INSERT INTO n VALUES (7, 'x', '[]')"),
        new("on duplicate key update", Shop, "INSERT INTO customers (id, name) VALUES (1, 'Zoe'), (9, 'New') ON DUPLICATE KEY UPDATE name = VALUES(name), balance = 0"),
        new("on duplicate key update by another key", Shop, "INSERT INTO customers (id, name) VALUES (77, 'Ada') ON DUPLICATE KEY UPDATE city = 'X'"),
        new("replace", "CREATE TABLE t (id INT PRIMARY KEY, u INT UNIQUE, v INT); INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);", "REPLACE INTO t VALUES (1, 2, 9); REPLACE INTO t SET id = 4, u = 3, v = 8"),
        new("replace with children that cascade", Shop, "REPLACE INTO customers VALUES (1, 'Ada', 'Rome', 2)"),
        new("insert ignore", Shop, "INSERT IGNORE INTO customers (id, name) VALUES (1, 'Zoe'), (8, 'Hal')"),
        new("update of several tables", Shop, "UPDATE customers c JOIN orders o ON o.customer_id = c.id SET c.city = 'both', o.total = 1 WHERE c.id = 1"),
        new("update of several tables with a comma", Shop, "UPDATE orders AS o, customers SET o.total = 5, customers.balance = o.id WHERE o.customer_id = customers.id"),
        new("delete from several tables by alias", Shop, "DELETE o, l FROM orders AS o JOIN order_lines l ON l.order_id = o.id WHERE o.id = 10"),
        new("delete using", Shop, "DELETE FROM order_lines USING order_lines JOIN orders ON orders.id = order_lines.order_id WHERE orders.customer_id = 1"),
        new("delete with order and limit", Shop, "DELETE FROM order_lines ORDER BY item LIMIT 1"),
        new("keys that children follow through two tables", Shop, "UPDATE orders SET id = id + 100; UPDATE customers SET id = 50 WHERE id = 1"),
        new("update with a common table", Shop, "UPDATE customers SET balance = 0 WHERE id IN (WITH x AS (SELECT 1 AS n UNION SELECT 5) SELECT n FROM x)"),
        new("truncate", Shop, "TRUNCATE TABLE order_lines"),
        new("truncate what counts", Isam, "TRUNCATE m; INSERT INTO m (v) VALUES ('new')"),
        new("write a table without transactions", Isam, "INSERT INTO m (v) VALUES ('d'); UPDATE m SET v = 'x' WHERE id = 1; DELETE FROM m WHERE id = 2"),
        new("a zero in a counting column", "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT); SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT INTO t VALUES (0, 1), (1, 2);", "DELETE FROM t"),
        new("generated columns", "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT AS (a + 1) VIRTUAL, c INT AS (a * 2) STORED, KEY (c)); INSERT INTO t (id, a) VALUES (1, 1), (2, 2);", "UPDATE t SET a = 7; DELETE FROM t WHERE id = 2; INSERT INTO t (id, a) VALUES (3, 3)"),
        new("through a view", Coded, "UPDATE names SET name = 'Eve' WHERE id = 1; INSERT INTO names (name) VALUES ('Fay')"),
        new("values that swap", "CREATE TABLE t (id INT PRIMARY KEY, u INT NOT NULL UNIQUE, v INT); INSERT INTO t VALUES (1, 1, 1), (2, 2, 2);", "UPDATE t SET u = -u; UPDATE t SET u = IF(u = -1, 2, 1)"),
        new("values that swap, with children", "CREATE TABLE t (id INT PRIMARY KEY, u INT NOT NULL UNIQUE); CREATE TABLE c (t INT, FOREIGN KEY (t) REFERENCES t (id) ON DELETE CASCADE); INSERT INTO t VALUES (1, 1), (2, 2); INSERT INTO c VALUES (1), (2), (2);", "UPDATE t SET u = -u; UPDATE t SET u = IF(u = -1, 2, 1)"),

        // What triggers and routines write
        new("what triggers write", Logged, "UPDATE customers SET city = 'x'; INSERT INTO customers VALUES (9, 'Zed', 'oslo', 0); DELETE FROM customers WHERE id = 2"),
        new("what triggers change elsewhere", Logged, "DELETE FROM customers WHERE id = 1"),
        new("what a procedure writes", Coded, "CALL raise(2)"),
        new("what a procedure's procedure writes", Coded, "CALL clear_all()"),
        new("what a function writes", Coded, "SELECT noted('read')"),
        new("what a function writes that a statement calls", Coded, "UPDATE order_lines SET item = CONCAT(item, noted(item))"),
        new("what a compound statement writes", Coded, "DELIMITER //\nBEGIN NOT ATOMIC UPDATE orders SET total = 3; CALL raise(1); END //\nDELIMITER ;\nUPDATE orders SET total = 4 WHERE id = 10;"),
        new("make a procedure and call it", Shop, "DELIMITER //\nCREATE PROCEDURE fill() BEGIN INSERT INTO order_lines VALUES (11, 'new'); UPDATE customers SET city = 'y'; END //\nDELIMITER ;\nCALL fill(); DROP PROCEDURE fill;"),
        new("make a trigger and fire it", Logged, "CREATE TRIGGER orders_note AFTER UPDATE ON orders FOR EACH ROW INSERT INTO log (what) VALUES ('order'); UPDATE orders SET total = 1"),

        // Columns
        new("add a column first and one between", Shop, "ALTER TABLE customers ADD COLUMN a INT FIRST, ADD COLUMN b INT AFTER name"),
        new("move a column", Shop, "ALTER TABLE customers MODIFY COLUMN balance DECIMAL(12, 2) FIRST"),
        new("change a type", Shop, "ALTER TABLE orders MODIFY total VARCHAR(20)"),
        new("narrow a type", Shop, "SET sql_mode = ''; ALTER TABLE customers MODIFY name VARCHAR(2) NOT NULL, MODIFY balance INT"),
        new("rename and retype at once", Shop, "SET sql_mode = ''; ALTER TABLE customers CHANGE city town VARCHAR(3) NOT NULL DEFAULT 'x'"),
        new("rename and retype at once in strict mode", Shop, "UPDATE customers SET city = 'abc'; ALTER TABLE customers CHANGE city town CHAR(3) AFTER id"),
        new("rename, retype and write", Shop, "ALTER TABLE customers CHANGE balance worth INT; UPDATE customers SET worth = worth + 1, city = 'z'"),
        new("rename by change", Shop, "ALTER TABLE customers CHANGE name called VARCHAR(50) NOT NULL"),
        new("swap columns by change", "CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(10)); INSERT INTO t VALUES (1, 1, 'x');", "ALTER TABLE t CHANGE a b INT, CHANGE b a VARCHAR(10)"),
        new("retype a key that others refer to", "CREATE TABLE p (id INT PRIMARY KEY, v INT); INSERT INTO p VALUES (1, 1), (2, 2);", "ALTER TABLE p MODIFY id BIGINT AUTO_INCREMENT; INSERT INTO p (v) VALUES (3); UPDATE p SET v = 9 WHERE id = 1"),
        new("drop the counting column", Shop.Replace("REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE", "REFERENCES customers (id)", StringComparison.Ordinal), "ALTER TABLE orders DROP FOREIGN KEY orders_of; ALTER TABLE customers DROP COLUMN id"),
        new("add members to an enum and use them", Kinds, "ALTER TABLE v MODIFY e ENUM('a', 'b', 'c') DEFAULT 'c', MODIFY s SET('x', 'y', 'z', 'w'); UPDATE v SET e = 'c', s = 'w' WHERE id = 1"),
        new("take members from an enum", Kinds, "SET sql_mode = ''; ALTER TABLE v MODIFY e ENUM('a')"),
        new("drop a generated column and its source", "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT AS (a + 1) STORED); INSERT INTO t (id, a) VALUES (1, 1), (2, 2);", "ALTER TABLE t DROP COLUMN b, DROP COLUMN a"),
        new("make a generated column a plain one", "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT AS (a + 1) STORED); INSERT INTO t (id, a) VALUES (1, 1), (2, 2);", "ALTER TABLE t MODIFY b INT; UPDATE t SET b = 50"),
        new("defaults and visibility", Shop, "ALTER TABLE customers ALTER COLUMN city SET DEFAULT 'Rome', MODIFY balance DECIMAL(12, 2) INVISIBLE COMMENT 'hidden'"),
        new("checks", Shop, "ALTER TABLE customers ADD CONSTRAINT positive CHECK (balance >= 0), MODIFY city VARCHAR(50) CHECK (city <> 'x')"),
        new("drop a column of a table without a key", Bare, "ALTER TABLE n DROP COLUMN b"),
        new("retype a column of a table without a key", Bare, "ALTER TABLE n MODIFY a VARCHAR(10); UPDATE n SET a = 'x' WHERE b = 'p'"),

        new("narrow a column of a table without a key", Bare.Replace("'p'", "'pq'", StringComparison.Ordinal), "SET sql_mode = ''; ALTER TABLE n MODIFY b VARCHAR(1)"),
        new("rename and narrow a column of a table without a key", Bare.Replace("'p'", "'pq'", StringComparison.Ordinal), "SET sql_mode = ''; ALTER TABLE n CHANGE b c VARCHAR(1), MODIFY a TINYINT"),

        // Tables
        new("swap tables at once", Shop, "RENAME TABLE orders TO x, order_lines TO orders, x TO order_lines"),
        new("rename several and write", Shop, "RENAME TABLE orders TO purchases, order_lines TO items; UPDATE purchases SET total = 0; DELETE FROM items WHERE item = 'cup'"),
        new("drop several", Shop, "DROP TABLE order_lines, orders"),
        new("drop one that is there and one that is not", Shop, "DROP TABLE IF EXISTS nowhere, order_lines"),
        new("drop all without regard to references", Shop, "SET foreign_key_checks = 0; DROP TABLE customers, orders; SET foreign_key_checks = 1"),
        new("create like", Shop, "CREATE TABLE like_customers LIKE customers; INSERT INTO like_customers SELECT * FROM customers"),
        new("create and select at once", Shop, "CREATE TABLE made (id INT PRIMARY KEY) SELECT id, name FROM customers"),
        new("create or replace", Shop, "CREATE OR REPLACE TABLE order_lines (id INT PRIMARY KEY); INSERT INTO order_lines VALUES (1)"),
        new("create what is there already", Shop, "CREATE TABLE IF NOT EXISTS customers (x INT); UPDATE customers SET city = 'q'"),
        new("convert the character set", "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20), x TEXT) DEFAULT CHARSET latin1; INSERT INTO t VALUES (1, 'é', 'ü'), (2, NULL, NULL);", "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; UPDATE t SET v = '漢字' WHERE id = 2"),
        new("convert to a smaller character set", "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20)) DEFAULT CHARSET utf8mb4; INSERT INTO t VALUES (1, 'é'), (2, '漢字');", "SET sql_mode = ''; ALTER TABLE t CONVERT TO CHARACTER SET latin1"),
        new("another engine and options", Isam, "ALTER TABLE m ENGINE=InnoDB, COMMENT='moved', ROW_FORMAT=DYNAMIC; UPDATE m SET v = 'y'"),
        new("keys and indexes", Shop, "ALTER TABLE customers DROP INDEX by_name, ADD INDEX by_city (city DESC, name(10)), ADD FULLTEXT words (name); CREATE INDEX totals ON orders (total)"),
        new("another primary key", "CREATE TABLE t (id INT PRIMARY KEY, u INT NOT NULL UNIQUE, v INT); INSERT INTO t VALUES (1, 10, 1), (2, 20, 2);", "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (u); UPDATE t SET v = 5 WHERE u = 10; DELETE FROM t WHERE u = 20"),
        new("names with their database", Shop, "CREATE TABLE here AS SELECT 1 AS one; ALTER TABLE orders RENAME COLUMN total TO sum_of, RENAME COLUMN twice TO double_of"),
        new("swap columns of one type", Shop, "ALTER TABLE customers RENAME COLUMN name TO city, RENAME COLUMN city TO name"),
        new("swap tables of one shape at once", "CREATE TABLE a (id INT PRIMARY KEY, v INT); CREATE TABLE b (id INT PRIMARY KEY, v INT); INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (2, 2);", "RENAME TABLE a TO c, b TO a, c TO b; UPDATE a SET v = 5"),
        new("pass names on", "CREATE TABLE a (id INT PRIMARY KEY, v INT); CREATE TABLE b (id INT PRIMARY KEY, v INT); INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (2, 2);", "RENAME TABLE b TO c, a TO b; DELETE FROM b"),
        new("foreign keys", Shop, "ALTER TABLE orders DROP FOREIGN KEY orders_of; UPDATE orders SET customer_id = 99 WHERE id = 12"),
        new("optimize and analyze", Shop, "OPTIMIZE TABLE customers; ANALYZE TABLE orders; UPDATE customers SET city = 'opt'"),

        // Partitions, versions, sequences
        new("drop a partition", Parted, "ALTER TABLE events_of DROP PARTITION p25"),
        new("truncate a partition", Parted, "ALTER TABLE events_of TRUNCATE PARTITION p26"),
        new("exchange a partition", Parted, "ALTER TABLE events_of EXCHANGE PARTITION p26 WITH TABLE beside"),
        new("reorganize partitions", Parted, "ALTER TABLE events_of REORGANIZE PARTITION rest INTO (PARTITION p27 VALUES LESS THAN (2028), PARTITION late VALUES LESS THAN MAXVALUE)"),
        new("remove partitioning", Parted, "ALTER TABLE events_of REMOVE PARTITIONING; DELETE FROM events_of WHERE id = 1"),
        new("write a versioned table", Versioned, "UPDATE sv SET v = 'x' WHERE id = 1; DELETE FROM sv WHERE id = 2; INSERT INTO sv VALUES (3, 'c')"),
        new("drop a versioned table", Versioned, "DROP TABLE sv"),
        new("sequences", "CREATE SEQUENCE s START WITH 7 INCREMENT BY 2; SELECT NEXTVAL(s); CREATE TABLE t (id INT PRIMARY KEY DEFAULT NEXTVAL(s)); INSERT INTO t VALUES (), ();", "CREATE SEQUENCE fresh; DROP TABLE t; DROP SEQUENCE s"),

        // Dumps
        new("tables that refer to each other", "CREATE TABLE kept (id INT PRIMARY KEY)", "SET FOREIGN_KEY_CHECKS = 0; CREATE TABLE a (id INT PRIMARY KEY, b INT, CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id)); CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a (id)); INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (2, 1); SET FOREIGN_KEY_CHECKS = 1"),
        new("rows that refer to each other across tables", "CREATE TABLE a (id INT PRIMARY KEY, b INT); CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a (id)); INSERT INTO a VALUES (5, NULL); INSERT INTO b VALUES (6, 5); UPDATE a SET b = 6; ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id);", "INSERT INTO a VALUES (1, NULL); INSERT INTO b VALUES (2, 1); UPDATE a SET b = 2; UPDATE b SET a = 1; INSERT INTO a VALUES (3, 6)"),
        new("rows that are loaded before what they refer to", "CREATE TABLE a (id INT PRIMARY KEY, b INT); CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO b VALUES (6); INSERT INTO a VALUES (5, 6); ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id);", "SET FOREIGN_KEY_CHECKS = 0; INSERT INTO a VALUES (1, 2); ALTER TABLE b ADD COLUMN v INT; INSERT INTO b VALUES (2, NULL); SET FOREIGN_KEY_CHECKS = 1"),
        new("a table whose rows refer to new ones", "CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO b VALUES (6)", "CREATE TABLE a (id INT PRIMARY KEY, b INT, CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id)); INSERT INTO b VALUES (2); INSERT INTO a VALUES (1, 2)"),
        new("rows between locks", Shop, "LOCK TABLES customers WRITE, orders AS o READ; INSERT INTO customers (id, name) VALUES (7, 'new'); UPDATE customers SET name = 'x' WHERE id = 1; UNLOCK TABLES; LOCK TABLES order_lines WRITE; /*!40000 ALTER TABLE order_lines DISABLE KEYS */; INSERT INTO order_lines VALUES (11, 'x'); /*!40000 ALTER TABLE order_lines ENABLE KEYS */; UNLOCK TABLES; INSERT INTO orders (id, customer_id) VALUES (13, 7)"),

        // Code
        new("views", Coded, "CREATE OR REPLACE VIEW names AS SELECT id FROM customers; CREATE VIEW more AS SELECT * FROM names; ALTER VIEW more AS SELECT 1 AS one"),
        new("procedures and functions", Coded, "DROP PROCEDURE raise;\nDELIMITER //\nCREATE PROCEDURE raise(OUT x INT) COMMENT 'other' BEGIN SET x = 1; END //\nCREATE OR REPLACE FUNCTION noted(t INT) RETURNS BIGINT DETERMINISTIC RETURN t //\nDELIMITER ;\nDROP PROCEDURE clear_all;"),
        new("triggers", Logged, "DROP TRIGGER customers_before;\nDELIMITER $$\nCREATE TRIGGER customers_second AFTER UPDATE ON customers FOR EACH ROW FOLLOWS customers_after BEGIN SET @x = 1; END$$\nDELIMITER ;\nUPDATE customers SET name = CONCAT(name, '!') WHERE id = 5;"),
        new("events", "CREATE TABLE t (id INT); CREATE EVENT tick ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DISABLE COMMENT 'c' DO DELETE FROM t;", "ALTER EVENT tick ON SCHEDULE EVERY 2 DAY RENAME TO tock; CREATE EVENT other ON SCHEDULE EVERY 1 HOUR DISABLE DO INSERT INTO t VALUES (1)"),
        new("drop an event", "CREATE TABLE t (id INT); CREATE EVENT tick ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DISABLE DO DELETE FROM t;", "DROP EVENT tick"),
        new("drop a table with triggers", Logged, "DROP TABLE order_lines; DROP TABLE orders; DROP TABLE customers"),
        new("a new table under the name that a view reads", "CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER); INSERT INTO a VALUES (1, 2); CREATE VIEW of_a AS SELECT x, count(*) AS n FROM a GROUP BY x",
            "ALTER TABLE a RENAME TO b; DELETE FROM b; CREATE TABLE a (id INTEGER PRIMARY KEY, x BIGINT); INSERT INTO a VALUES (7, 8)"),
        new("views that go after what they read", "CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, y INTEGER); INSERT INTO a VALUES (1, 2); CREATE VIEW inner_one AS SELECT id, x FROM a; CREATE VIEW outer_one AS SELECT i.x, b.y FROM inner_one i JOIN b ON b.id = i.id",
            "DROP TABLE a; ALTER TABLE b DROP COLUMN y; DROP VIEW outer_one; DROP VIEW inner_one; CREATE VIEW inner_one AS SELECT id FROM b"),
        new("everything at once", Coded, "ALTER TABLE customers ADD COLUMN extra INT DEFAULT 1 FIRST; UPDATE customers SET extra = 2, name = CONCAT(name, 'x'); DROP VIEW names; ALTER TABLE orders DROP COLUMN twice, CHANGE total sum_of INT; DELETE FROM order_lines WHERE item = 'cup'; RENAME TABLE order_lines TO items; CALL raise(1); INSERT INTO items VALUES (11, 'new'); TRUNCATE log"),
    ];
}
