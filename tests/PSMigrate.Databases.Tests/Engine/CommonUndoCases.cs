using PSMigrate.Databases.Tests.Sqlite;

namespace PSMigrate.Databases.Tests.Engine;

/// <summary>Kinds of changes in SQL that every engine takes.</summary>
internal static class CommonUndoCases
{
    private const string Shop = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, city VARCHAR(50) DEFAULT 'Bern', balance NUMERIC(12, 2));
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, total NUMERIC(12, 2), CONSTRAINT orders_of FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE);
        CREATE TABLE order_lines (order_id INTEGER NOT NULL, item VARCHAR(50) NOT NULL, PRIMARY KEY (order_id, item), CONSTRAINT lines_of FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE);
        CREATE INDEX orders_customer ON orders (customer_id);
        INSERT INTO customers VALUES (1, 'Ada', 'London', 1.5), (2, 'Björn', NULL, 0), (5, 'Chloé', 'Paris', 123456.78);
        INSERT INTO orders VALUES (10, 1, 99.5), (11, 1, 12), (12, 5, NULL);
        INSERT INTO order_lines VALUES (10, 'tea'), (10, 'cup'), (12, 'pot');
        """;

    private const string Viewed = Shop + """

        CREATE VIEW totals AS SELECT c.name, sum(o.total) AS total FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id, c.name;
        """;

    private const string Loose = "CREATE TABLE n (a INTEGER, b VARCHAR(20)); INSERT INTO n VALUES (1, 'p'), (1, 'p'), (2, NULL), (NULL, NULL);";

    private const string Staff = "CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INTEGER, CONSTRAINT staff_boss FOREIGN KEY (boss) REFERENCES staff (id)); INSERT INTO staff VALUES (1, NULL), (5, 1), (2, 5);";

    public static IReadOnlyList<UndoCase> All { get; } =
    [
        // Rows that refer to rows of their own table
        new("insert rows that refer to each other", Staff, "INSERT INTO staff VALUES (7, 2); INSERT INTO staff VALUES (6, 7), (3, 6)"),
        new("delete rows that refer to each other", Staff, "DELETE FROM staff WHERE id = 2; DELETE FROM staff WHERE id = 5"),

        // Columns
        new("add column", Shop, "ALTER TABLE customers ADD COLUMN email VARCHAR(50)"),
        new("add column with default and check", Shop, "ALTER TABLE customers ADD COLUMN level INTEGER NOT NULL DEFAULT 3 CHECK (level > 0)"),
        new("add column and index it", Shop, "ALTER TABLE customers ADD COLUMN email VARCHAR(50); CREATE UNIQUE INDEX customers_email ON customers (email)"),
        new("add column and fill it", Shop, "ALTER TABLE customers ADD COLUMN email VARCHAR(50); UPDATE customers SET email = lower(name)"),
        new("add two columns and drop one", Shop, "ALTER TABLE customers ADD COLUMN a INTEGER; ALTER TABLE customers ADD COLUMN b INTEGER; ALTER TABLE customers DROP COLUMN a"),
        new("drop column in the middle", Shop, "ALTER TABLE customers DROP COLUMN city"),
        new("drop last column", Shop, "ALTER TABLE customers DROP COLUMN balance"),
        new("drop column, then add it anew", Shop, "ALTER TABLE customers DROP COLUMN city; ALTER TABLE customers ADD COLUMN city INTEGER DEFAULT 7"),
        new("drop two columns", Shop, "ALTER TABLE customers DROP COLUMN city; ALTER TABLE customers DROP COLUMN balance"),
        new("drop column after update", Shop, "UPDATE customers SET city = 'Rome' WHERE id = 1; ALTER TABLE customers DROP COLUMN city"),
        new("drop column after delete and insert", Shop, "DELETE FROM orders WHERE id = 11; INSERT INTO orders VALUES (13, 2, 4); ALTER TABLE orders DROP COLUMN total"),
        new("update after drop column", Shop, "ALTER TABLE customers DROP COLUMN city; UPDATE customers SET name = 'x'; DELETE FROM customers WHERE id = 2"),
        new("drop column of a table without a key", Loose, "ALTER TABLE n DROP COLUMN a"),
        new("drop column of a table without a key after writing to it", Loose, "UPDATE n SET b = 'q' WHERE a = 2; ALTER TABLE n DROP COLUMN a; INSERT INTO n VALUES ('r')"),
        new("rename column", Viewed, "ALTER TABLE customers RENAME COLUMN city TO town"),
        new("rename column that an index and a view use", Viewed + "CREATE INDEX customers_name ON customers (name);", "ALTER TABLE customers RENAME COLUMN name TO full_name"),
        new("rename a referenced key column", Shop, "ALTER TABLE customers RENAME COLUMN id TO number"),
        new("rename column and update it", Shop, "ALTER TABLE customers RENAME COLUMN city TO town; UPDATE customers SET town = 'here'"),
        new("update and rename column", Shop, "UPDATE customers SET city = 'here'; ALTER TABLE customers RENAME COLUMN city TO town"),
        new("swap two columns' names", Shop, "ALTER TABLE customers RENAME COLUMN name TO x; ALTER TABLE customers RENAME COLUMN city TO name; ALTER TABLE customers RENAME COLUMN x TO city"),

        // Tables
        new("create table", Shop, "CREATE TABLE made (id INTEGER PRIMARY KEY, x VARCHAR(20)); INSERT INTO made VALUES (1, 'a')"),
        new("create table without a key", Shop, "CREATE TABLE made (x VARCHAR(20)); INSERT INTO made VALUES ('a'), ('a')"),
        new("create table as select", Shop, "CREATE TABLE copied AS SELECT * FROM customers"),
        new("create table with index and view", Shop, "CREATE TABLE made (x INTEGER); CREATE INDEX made_x ON made (x); CREATE VIEW made_v AS SELECT x FROM made; INSERT INTO made VALUES (1), (-1)"),
        new("create a child of an existing table", Shop, "CREATE TABLE child (c INTEGER, FOREIGN KEY (c) REFERENCES customers (id)); INSERT INTO child VALUES (1)"),
        new("drop table", Shop, "DROP TABLE order_lines"),
        new("drop table without a key", Loose, "DROP TABLE n"),
        new("drop table with everything on it", Viewed, "DROP VIEW totals; DROP TABLE order_lines; DROP TABLE orders; DROP TABLE customers"),
        new("drop and create anew in another shape", Shop, "DROP TABLE order_lines; CREATE TABLE order_lines (id INTEGER PRIMARY KEY, note VARCHAR(20)); INSERT INTO order_lines VALUES (1, 'new')"),
        new("create, fill and drop within the script", Shop, "CREATE TABLE scratch (x INTEGER); INSERT INTO scratch SELECT id FROM customers; UPDATE customers SET balance = (SELECT count(*) FROM scratch); DROP TABLE scratch"),
        new("a table made anew takes name and index of the old one", Shop, "CREATE TABLE orders_new (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, placed VARCHAR(20)); INSERT INTO orders_new (id, customer_id) SELECT id, customer_id FROM orders; DROP TABLE order_lines; DROP TABLE orders; ALTER TABLE orders_new RENAME TO orders; CREATE INDEX orders_customer ON orders (customer_id)"),
        new("rename table", Shop, "ALTER TABLE orders RENAME TO purchases"),
        new("rename table with a view that depends on it", Viewed, "ALTER TABLE customers RENAME TO clients"),
        new("rename table, then change its rows", Shop, "ALTER TABLE orders RENAME TO purchases; UPDATE purchases SET total = 0; DELETE FROM purchases WHERE id = 12; INSERT INTO purchases VALUES (99, 1, 1)"),
        new("change rows, then rename table", Shop, "UPDATE orders SET total = 0; DELETE FROM orders WHERE id = 12; INSERT INTO orders VALUES (99, 1, 1); ALTER TABLE orders RENAME TO purchases"),
        new("change rows, drop column, rename table", Shop, "UPDATE customers SET city = 'x', balance = 3 WHERE id < 3; ALTER TABLE customers DROP COLUMN balance; ALTER TABLE customers RENAME TO clients; INSERT INTO clients VALUES (7, 'Dan', 'Oslo')"),
        new("rename table and back", Shop, "ALTER TABLE orders RENAME TO x; UPDATE x SET total = 1; ALTER TABLE x RENAME TO orders"),
        new("swap two tables", Shop, "ALTER TABLE orders RENAME TO x; ALTER TABLE order_lines RENAME TO orders; ALTER TABLE x RENAME TO order_lines"),
        new("rename one table away and create another in its place", Shop, "ALTER TABLE order_lines RENAME TO lines_old; CREATE TABLE order_lines (id INTEGER, item VARCHAR(50)); INSERT INTO order_lines (id, item) SELECT order_id, item FROM lines_old"),
        new("rename away, copy, drop the old", Shop, "ALTER TABLE order_lines RENAME TO lines_old; CREATE TABLE order_lines (id INTEGER, item VARCHAR(50)); INSERT INTO order_lines (id, item) SELECT order_id, item FROM lines_old; DROP TABLE lines_old"),

        // Rows
        new("insert", Shop, "INSERT INTO customers VALUES (6, 'Dan', NULL, 1), (7, 'Eve', '', NULL)"),
        new("update", Shop, "UPDATE customers SET name = upper(name), city = NULL, balance = balance * 2"),
        new("update keys", Shop, "UPDATE order_lines SET item = 'x' WHERE item = 'pot'"),
        new("move keys along", "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20)); INSERT INTO t VALUES (1, 'a'), (3, 'b'), (5, 'c');", "UPDATE t SET id = id + 10; UPDATE t SET id = id - 8 WHERE id > 12"),
        new("delete", Shop, "DELETE FROM order_lines"),
        new("delete with children that cascade", Shop, "DELETE FROM customers WHERE id = 1"),
        new("delete parents with children of children", Shop, "DELETE FROM customers"),
        new("delete with children set to null", "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, d INTEGER DEFAULT 9, FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET NULL); INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1, 1), (2, 2, 2), (3, NULL, 3);", "DELETE FROM p WHERE id = 1"),
        new("change a key that children follow", "CREATE TABLE p (id INTEGER PRIMARY KEY, v INTEGER); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, FOREIGN KEY (p) REFERENCES p (id) ON UPDATE CASCADE); INSERT INTO p VALUES (1, 1), (2, 2); INSERT INTO c VALUES (1, 1), (2, 2);", "UPDATE p SET id = 7, v = 8 WHERE id = 1"),
        new("delete, insert and update the same rows", Shop, "DELETE FROM order_lines; DELETE FROM orders; INSERT INTO orders VALUES (10, 5, 1), (20, 2, 2); UPDATE orders SET total = total + 1; DELETE FROM orders WHERE id = 20"),
        new("insert and delete again", Shop + "CREATE TABLE u (id INTEGER PRIMARY KEY);", "INSERT INTO customers VALUES (8, 'x', 'x', 0); DELETE FROM customers WHERE id = 8; INSERT INTO u VALUES (1)"),
        new("write a table without a key", Loose, "UPDATE n SET b = 'z' WHERE a = 1; DELETE FROM n WHERE a = 2; INSERT INTO n VALUES (9, 'nine')"),
        new("a unique value that moves to another row", "CREATE TABLE t (id INTEGER PRIMARY KEY, u INTEGER UNIQUE, v INTEGER); INSERT INTO t VALUES (1, 1, 1), (2, 2, 2);", "UPDATE t SET u = 3 WHERE id = 1; UPDATE t SET u = 1 WHERE id = 2; UPDATE t SET u = 2 WHERE id = 1"),
        new("a unique value that a new row takes over", "CREATE TABLE t (id INTEGER PRIMARY KEY, u VARCHAR(20) UNIQUE); INSERT INTO t VALUES (1, 'a'), (2, 'b');", "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (7, 'a'); UPDATE t SET u = 'c' WHERE id = 2"),
        new("a row that refers to itself", "CREATE TABLE t (id INTEGER PRIMARY KEY, boss INTEGER, FOREIGN KEY (boss) REFERENCES t (id)); INSERT INTO t VALUES (1, NULL); INSERT INTO t VALUES (2, 1); INSERT INTO t VALUES (3, 2);", "DELETE FROM t WHERE id = 3; UPDATE t SET boss = 2 WHERE id = 1; INSERT INTO t VALUES (9, 1)"),
        new("rows of a tree go", "CREATE TABLE t (id INTEGER PRIMARY KEY, boss INTEGER, FOREIGN KEY (boss) REFERENCES t (id) ON DELETE CASCADE); INSERT INTO t VALUES (1, NULL); INSERT INTO t VALUES (2, 1); INSERT INTO t VALUES (3, 2);", "DELETE FROM t WHERE id = 1"),

        // Indexes and views
        new("create index", Shop, "CREATE INDEX customers_name ON customers (name)"),
        new("create unique index and write", Shop, "CREATE UNIQUE INDEX customers_name ON customers (name); UPDATE customers SET name = 'Z' WHERE id = 1"),
        new("create view", Shop, "CREATE VIEW names AS SELECT name FROM customers"),
        new("drop view", Viewed, "DROP VIEW totals"),
        new("change view", Viewed, "DROP VIEW totals; CREATE VIEW totals AS SELECT name, city FROM customers"),
        new("everything at once", Viewed, "CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (1); ALTER TABLE customers ADD COLUMN extra INTEGER DEFAULT 1; UPDATE customers SET extra = 2, name = 'x'; DROP VIEW totals; ALTER TABLE orders DROP COLUMN total; DELETE FROM order_lines WHERE item = 'cup'; ALTER TABLE order_lines RENAME TO items; CREATE INDEX items_item ON items (item); INSERT INTO items VALUES (11, 'new')"),
    ];
}
