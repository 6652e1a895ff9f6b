using PSMigrate.Databases.Tests.Sqlite;

namespace PSMigrate.Databases.Tests.Servers;

/// <summary>Kinds of changes that only PostgreSQL knows, each with the database that it meets.</summary>
internal static class PostgreSqlUndoCases
{
    private const string Shop = """
        CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, city text DEFAULT 'Bern', balance numeric);
        CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers ON DELETE CASCADE, total numeric);
        CREATE TABLE lines (order_id integer REFERENCES orders ON DELETE CASCADE, item text, PRIMARY KEY (order_id, item));
        CREATE INDEX orders_customer ON orders (customer_id);
        INSERT INTO customers VALUES (1, 'Ada', 'London', 1.50), (2, 'Björn', NULL, 'NaN'), (5, 'Chloé', 'Paris', 1e30);
        INSERT INTO orders VALUES (10, 1, 99.5), (11, 1, 12), (12, 5, NULL);
        INSERT INTO lines VALUES (10, 'tea'), (10, 'cup'), (12, 'pot');
        """;

    private const string Logged = Shop + """

        CREATE TABLE log (at serial PRIMARY KEY, what text);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (what) VALUES (TG_OP || ' ' || TG_TABLE_NAME); RETURN NULL; END $$;
        CREATE TRIGGER customers_note AFTER INSERT OR UPDATE OR DELETE ON customers FOR EACH ROW EXECUTE FUNCTION note();
        INSERT INTO log (what) VALUES ('made');
        """;

    private const string Moods = """
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
        CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
        CREATE TABLE people (id integer PRIMARY KEY, mood mood NOT NULL DEFAULT 'ok', age positive, tags text[], moods mood[]);
        INSERT INTO people VALUES (1, 'sad', 5, '{a,b}', '{sad,ok}'), (2, 'happy', NULL, NULL, NULL);
        """;

    private const string Counted = """
        CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text);
        CREATE TABLE notes (id serial PRIMARY KEY, title text, upper_title text GENERATED ALWAYS AS (upper(title)) STORED);
        INSERT INTO tickets (title) VALUES ('one'), ('two'), ('three');
        INSERT INTO notes (title) VALUES ('one'), ('two'), ('three');
        DELETE FROM tickets WHERE id = 2;
        """;

    private const string Heirs = """
        CREATE TABLE p (id integer PRIMARY KEY, v text); CREATE TABLE c (w text, PRIMARY KEY (id)) INHERITS (p); CREATE TABLE d (x text, PRIMARY KEY (id)) INHERITS (c);
        INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (2, 'b', 'c'), (3, 'e', 'f'); INSERT INTO d VALUES (3, 'g', 'h', 'i'), (4, 'j', 'k', 'l');
        """;

    private const string Parted = """
        CREATE TABLE events (id integer NOT NULL, at date NOT NULL, what text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE events_26 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        INSERT INTO events VALUES (1, '2025-05-05', 'a'), (2, '2026-06-06', 'b'), (3, '2026-07-07', 'c');
        """;

    private const string Viewed = Shop + """

        CREATE VIEW names AS SELECT id, name FROM customers;
        CREATE VIEW loud AS SELECT upper(name) AS name FROM names;
        CREATE MATERIALIZED VIEW sums AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
        CREATE UNIQUE INDEX sums_key ON sums (customer_id);
        COMMENT ON VIEW names IS 'who';
        """;

    private const string Cycle = """
        CREATE TABLE a (id integer PRIMARY KEY, b integer);
        CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a (id));
        ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b (id) DEFERRABLE INITIALLY DEFERRED;
        INSERT INTO a VALUES (1, NULL), (2, NULL); INSERT INTO b VALUES (1, 1), (2, 2); UPDATE a SET b = 3 - id;
        """;

    public static IReadOnlyList<UndoCase> All { get; } =
    [
        // Types
        new("drop a primary key's column", "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20), u INTEGER UNIQUE); INSERT INTO t VALUES (1, 'a', 7), (2, 'b', 8), (3, 'c', 9);", "ALTER TABLE t DROP COLUMN id"),
        new("drop a primary key's column, then insert", "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20), u INTEGER NOT NULL UNIQUE); INSERT INTO t VALUES (1, 'a', 7), (2, 'b', 8), (3, 'c', 9);", "ALTER TABLE t DROP COLUMN id; INSERT INTO t VALUES ('d', 10); UPDATE t SET v = 'x' WHERE u < 9"),
        new("drop a part of a key, then write", "CREATE TABLE t (a INTEGER, b INTEGER, v VARCHAR(20), PRIMARY KEY (a, b)); INSERT INTO t VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c');", "ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t DROP COLUMN b; DELETE FROM t WHERE v = 'c'; INSERT INTO t VALUES (9, 'd')"),
        new("drop a numbering primary key", "CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v VARCHAR(20)); INSERT INTO t (v) VALUES ('a'), ('b'), ('c');", "ALTER TABLE t DROP COLUMN id; INSERT INTO t VALUES ('d')"),
        new("update columns of enum and domain types", Moods, "UPDATE people SET mood = 'happy', age = 7, tags = '{x}', moods = '{happy}'"),
        new("delete rows of enum and domain types", Moods, "DELETE FROM people"),
        new("drop columns of enum and domain types", Moods, "ALTER TABLE people DROP COLUMN mood, DROP COLUMN age"),
        new("drop a type with its column", Moods, "ALTER TABLE people DROP COLUMN mood, DROP COLUMN moods; DROP TYPE mood"),
        new("drop a type that cascades to its columns", Moods, "DROP TYPE mood CASCADE"),
        new("an enum's value as a key", "CREATE TYPE k AS ENUM ('a', 'b'); CREATE TABLE t (k k PRIMARY KEY, v text); INSERT INTO t VALUES ('a', '1');", "UPDATE t SET v = '2'; INSERT INTO t VALUES ('b', '3')"),
        new("create and use types", Shop, "CREATE TYPE level AS ENUM ('low', 'high'); CREATE DOMAIN short AS varchar(5); ALTER TABLE customers ADD COLUMN level level DEFAULT 'low', ADD COLUMN short short"),
        new("rename an enum's value", Moods, "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'"),
        new("add an enum's value", Moods, "ALTER TYPE mood ADD VALUE 'great' AFTER 'ok'"),
        new("add an enum's value and use it", Moods, "-- Transaction: none\nALTER TYPE mood ADD VALUE 'great';\nUPDATE people SET mood = 'great', moods = '{great}' WHERE id = 1;"),
        new("change a column's type and its values", Shop, "ALTER TABLE orders ALTER COLUMN total TYPE integer USING round(total)"),
        new("change a column's type to text", Shop, "ALTER TABLE customers ALTER COLUMN balance TYPE text, ALTER COLUMN city TYPE varchar(10)"),
        new("change a column's type, then its rows", Shop, "ALTER TABLE orders ALTER COLUMN total TYPE text; UPDATE orders SET total = 'x' WHERE id = 10; DELETE FROM orders WHERE id = 11"),
        new("change a key's type", "CREATE TABLE t (id integer PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b');", "ALTER TABLE t ALTER COLUMN id TYPE bigint; UPDATE t SET v = 'c' WHERE id = 2; INSERT INTO t VALUES (5000000000, 'new')"),
        new("values of many types", """
            CREATE TABLE v (id uuid PRIMARY KEY, j jsonb, js json, b bytea, i interval, ts timestamptz, d date, r int4range, n inet, p point, f float8, x xml, bit bit(3), m money, tm time, a int[], aa text[][]);
            INSERT INTO v VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": 1.50}', '{"a" : 1 }', '\x00ff', '1 mon 3 days', '2026-01-02 03:04:05.678901+02', 'infinity', '[1,5)', '10.0.0.1/8', '(1,2)', '-0', '<a/>', B'101', 12.34, '23:59:60', '{1,NULL}', '{{a,"b,c"},{"",NULL}}'),
            ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', NULL, NULL, '', '-1 day', '-infinity', '0001-01-01 BC', 'empty', NULL, NULL, 'NaN', NULL, NULL, NULL, NULL, '{}', NULL);
            """, "UPDATE v SET j = '[]', js = '1', b = '\\x01', i = '1 s', ts = now(), d = '2000-01-01', r = NULL, p = '(0,0)', f = 1, x = NULL; DELETE FROM v WHERE j = '[]' AND f = 1 AND bit IS NULL"),

        // Identity, serial and generated columns
        new("write an identity column's table", Counted, "INSERT INTO tickets (title) VALUES ('four'); UPDATE tickets SET title = 'x' WHERE id = 1; DELETE FROM tickets WHERE id = 3"),
        new("write a generated column's table", Counted, "INSERT INTO notes (title) VALUES ('four'); UPDATE notes SET title = 'x' WHERE id = 1; DELETE FROM notes WHERE id = 3"),
        new("drop an identity column's table", Counted, "DROP TABLE tickets"),
        new("drop a serial column's table", Counted, "DROP TABLE notes"),
        new("drop a serial column", Counted, "ALTER TABLE notes DROP COLUMN id"),
        new("drop an identity column", Counted, "ALTER TABLE tickets DROP COLUMN id"),
        new("drop a generated column", Counted, "ALTER TABLE notes DROP COLUMN upper_title"),
        new("drop what a column is generated from", Counted, "ALTER TABLE notes DROP COLUMN title CASCADE"),
        new("add an identity and a generated column", Shop, "ALTER TABLE orders ADD COLUMN number integer GENERATED BY DEFAULT AS IDENTITY, ADD COLUMN twice numeric GENERATED ALWAYS AS (total * 2) STORED"),
        new("drop an identity", Counted, "ALTER TABLE tickets ALTER COLUMN id DROP IDENTITY"),
        new("drop an expression", Counted, "ALTER TABLE notes ALTER COLUMN upper_title DROP EXPRESSION; UPDATE notes SET upper_title = 'x'"),
        new("create and drop sequences", "CREATE SEQUENCE s START 7; CREATE TABLE t (id integer PRIMARY KEY DEFAULT nextval('s')); INSERT INTO t DEFAULT VALUES;", "CREATE SEQUENCE fresh; ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('fresh'); DROP SEQUENCE s"),

        // Partitions and inheritance
        new("write through a partitioned table", Parted, "UPDATE events SET what = what || '!'; DELETE FROM events WHERE id = 3; INSERT INTO events VALUES (4, '2025-01-01', 'new')"),
        new("write a partition itself", Parted, "UPDATE events_26 SET what = 'x' WHERE id = 2; DELETE FROM events_25; INSERT INTO events_26 VALUES (9, '2026-01-01', 'new')"),
        new("a row that moves to another partition", Parted, "UPDATE events SET at = '2026-02-02' WHERE id = 1"),
        new("create a partition", Parted, "CREATE TABLE events_27 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01'); INSERT INTO events VALUES (7, '2027-07-07', 'later')"),
        new("detach a partition", Parted, "ALTER TABLE events DETACH PARTITION events_25"),
        new("drop a partition", Parted, "DROP TABLE events_25"),
        new("drop a partitioned table", Parted, "DROP TABLE events"),
        new("add a column to a partitioned table", Parted, "ALTER TABLE events ADD COLUMN more text; UPDATE events SET more = what"),
        new("drop a column of a partitioned table", Parted, "ALTER TABLE events DROP COLUMN what"),
        new("truncate a partitioned table", Parted, "TRUNCATE events"),
        new("write an heir", "CREATE TABLE p (id integer PRIMARY KEY, v text); CREATE TABLE c (w text, PRIMARY KEY (id)) INHERITS (p); INSERT INTO p VALUES (1, 'a'); INSERT INTO c VALUES (2, 'b', 'c');", "UPDATE c SET v = 'x'; INSERT INTO c VALUES (3, 'd', 'e')"),
        new("rows that refer to each other across tables", "CREATE TABLE a (id INT PRIMARY KEY, b INT); CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a (id)); INSERT INTO a VALUES (5, NULL); INSERT INTO b VALUES (6, 5); UPDATE a SET b = 6; ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id);", "INSERT INTO a VALUES (1, NULL); INSERT INTO b VALUES (2, 1); UPDATE a SET b = 2; UPDATE b SET a = 1; INSERT INTO a VALUES (3, 6)"),
        new("rows that are loaded before what they refer to", "CREATE TABLE a (id INT PRIMARY KEY, b INT); CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO b VALUES (6); INSERT INTO a VALUES (5, 6); ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id);", "ALTER TABLE a DISABLE TRIGGER ALL; INSERT INTO a VALUES (1, 2); ALTER TABLE a ENABLE TRIGGER ALL; ALTER TABLE b ADD COLUMN v INT; INSERT INTO b VALUES (2, NULL)"),
        new("a table whose rows refer to new ones", "CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO b VALUES (6)", "CREATE TABLE a (id INT PRIMARY KEY, b INT, CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id)); INSERT INTO b VALUES (2); INSERT INTO a VALUES (1, 2)"),
        new("rights and owner of a schema that is used", "CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('a'); CREATE TABLE s.t (x s.e); CREATE VIEW s.v AS SELECT x FROM s.t; CREATE FUNCTION s.f(e s.e) RETURNS s.e LANGUAGE sql AS 'SELECT e'; INSERT INTO s.t VALUES ('a');", "GRANT USAGE ON SCHEMA s TO PUBLIC; COMMENT ON SCHEMA s IS 'mine'; GRANT USAGE ON TYPE s.e TO PUBLIC; COMMENT ON TYPE s.e IS 'kinds'; REVOKE ALL ON SCHEMA public FROM PUBLIC"),
        new("triggers and columns of a new table that use what is new too", Shop, "CREATE TABLE fresh (id integer PRIMARY KEY, v text); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE FUNCTION short(v text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT left(v, 1)'; CREATE TRIGGER tr BEFORE UPDATE ON fresh FOR EACH ROW EXECUTE FUNCTION note(); ALTER FUNCTION note() COST 5; CREATE INDEX by_short ON fresh (short(v)); ALTER TABLE fresh ADD CHECK (short(v) <> ''); CREATE TRIGGER tr BEFORE UPDATE ON lines FOR EACH ROW EXECUTE FUNCTION note(); INSERT INTO fresh VALUES (1, 'x')"),
        new("a new table that owns a sequence which another uses", "CREATE TABLE kept (id integer)", "CREATE SCHEMA s; CREATE TABLE s.a (id serial PRIMARY KEY); CREATE TABLE s.b (id integer DEFAULT nextval('s.a_id_seq')); INSERT INTO s.a DEFAULT VALUES; COMMENT ON TABLE s.a IS 'first'; CREATE SEQUENCE s.own; CREATE TABLE s.c (id integer); ALTER SEQUENCE s.own OWNED BY s.c.id"),
        new("write a table and its heirs", Heirs, "UPDATE p SET v = 'x' WHERE id > 1; INSERT INTO p VALUES (9, 'new'); UPDATE ONLY p SET v = 'y'; DELETE FROM p WHERE id = 3; INSERT INTO d VALUES (8, 'n', 'n', 'n')"),
        new("empty a table and its heirs", Heirs, "TRUNCATE p"),
        new("drop an heir with rows", Heirs, "UPDATE p SET v = v || '!'; DROP TABLE d"),
        new("a rule that leads into an heir", Heirs + " CREATE RULE into_c AS ON INSERT TO p WHERE NEW.id > 5 DO INSTEAD INSERT INTO c VALUES (NEW.id, NEW.v, 'ruled');", "INSERT INTO p VALUES (7, 'far'), (5, 'near')"),
        new("add a column to a table with heirs", Heirs, "ALTER TABLE p ADD COLUMN more integer DEFAULT 1; UPDATE p SET more = id"),
        new("drop a column of a table with heirs", "CREATE TABLE p (id integer PRIMARY KEY, v text); CREATE TABLE c (PRIMARY KEY (id)) INHERITS (p); INSERT INTO p VALUES (1, 'a'); INSERT INTO c VALUES (1, 'b'), (2, 'c');", "ALTER TABLE p DROP COLUMN v"),
        new("rebuild in one block", Shop, "DO $$ BEGIN CREATE TABLE n (order_id integer, item text, more text, PRIMARY KEY (order_id, item)); INSERT INTO n SELECT order_id, upper(item) FROM lines; DROP TABLE lines; ALTER TABLE n RENAME TO lines; CREATE VIEW made AS SELECT more FROM lines; END $$"),
        new("a column made anew in one block", Shop, "DO $$ BEGIN ALTER TABLE customers DROP COLUMN city; ALTER TABLE customers ADD COLUMN city text DEFAULT 'Bern'; UPDATE customers SET name = 'x' WHERE id = 1; DELETE FROM customers WHERE id = 5; INSERT INTO customers VALUES (9, 'new'); END $$"),
        new("rename and write in one block", Shop, "UPDATE lines SET item = 'first'  WHERE item = 'pot'; DO $$ BEGIN ALTER TABLE customers RENAME COLUMN city TO town; UPDATE customers SET town = 'x'; ALTER TABLE lines RENAME TO items; DELETE FROM items WHERE item = 'cup'; END $$; UPDATE items SET item = 'z' WHERE item = 'first'"),
        new("a trigger that writes a table renamed meanwhile", Logged, "UPDATE customers SET city = 'x'; ALTER TABLE log RENAME TO log2; ALTER TABLE log2 RENAME TO log; UPDATE customers SET city = 'y'; INSERT INTO log (what) VALUES ('by hand'); DELETE FROM customers WHERE id = 2"),
        new("written through the whole by a routine", Parted, "DELETE FROM events_25; DO $$ BEGIN UPDATE events SET what = 'do' WHERE id = 2; INSERT INTO events VALUES (9, '2025-09-09', 'new'); END $$"),

        // Triggers and routines that write
        new("a trigger that writes another table", Logged, "UPDATE customers SET city = 'x'; DELETE FROM customers WHERE id = 2; INSERT INTO customers VALUES (9, 'Zoe')"),
        new("a DO block that writes", Logged, "DO $$ BEGIN UPDATE orders SET total = total + 1; DELETE FROM lines WHERE item = 'cup'; END $$"),
        new("a DO block that changes structure", Shop, "DO $$ BEGIN EXECUTE 'ALTER TABLE customers DROP COLUMN city'; EXECUTE 'DROP TABLE lines'; EXECUTE 'CREATE TABLE made (x int)'; INSERT INTO made VALUES (1); END $$"),
        new("a function that writes", Shop + "CREATE FUNCTION clean(text) RETURNS bigint LANGUAGE sql AS $$ WITH d AS (DELETE FROM lines WHERE item = $1 RETURNING 1) SELECT count(*) FROM d $$;", "SELECT clean('tea')"),
        new("a procedure that writes", Shop + "CREATE PROCEDURE clean() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM lines; INSERT INTO customers VALUES (77, 'made'); END $$;", "CALL clean()"),
        new("a statement that writes in its WITH", Shop, "WITH d AS (DELETE FROM lines RETURNING *) UPDATE orders SET total = 0 WHERE id IN (SELECT order_id FROM d)"),
        new("create function and trigger, and write", Shop, "CREATE FUNCTION loud() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$; CREATE TRIGGER loud BEFORE INSERT OR UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION loud(); UPDATE customers SET city = 'x'"),
        new("replace a function", Logged, "CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"),
        new("drop a trigger", Logged, "DROP TRIGGER customers_note ON customers; DELETE FROM customers WHERE id = 2"),
        new("drop a function that cascades to its trigger", Logged, "DROP FUNCTION note() CASCADE; UPDATE customers SET city = 'x'"),
        new("disable a trigger", Logged, "ALTER TABLE customers DISABLE TRIGGER customers_note; DELETE FROM customers"),
        new("write through a view", Viewed, "UPDATE names SET name = upper(name); DELETE FROM names WHERE id = 2; INSERT INTO names VALUES (7, 'Dan')"),
        new("write through a rule", Shop + "CREATE TABLE bin (id integer PRIMARY KEY); CREATE RULE keep AS ON DELETE TO lines DO ALSO INSERT INTO bin VALUES (OLD.order_id) ;", "DELETE FROM lines WHERE item = 'pot'"),

        // Rows that go in other ways
        new("truncate", Shop, "TRUNCATE lines"),
        new("truncate that cascades", Shop, "TRUNCATE customers CASCADE"),
        new("truncate and restart counting", Counted, "TRUNCATE notes RESTART IDENTITY; INSERT INTO notes (title) VALUES ('new')"),
        new("truncate after writing", Shop, "UPDATE lines SET item = 'x' || item; TRUNCATE lines; INSERT INTO lines VALUES (10, 'new')"),
        new("insert or update on conflict", Shop, "INSERT INTO customers VALUES (1, 'again'), (8, 'new') ON CONFLICT (id) DO UPDATE SET name = excluded.name, city = 'merged'"),
        new("merge", Shop, "MERGE INTO customers c USING orders o ON c.id = o.id - 9 WHEN MATCHED AND c.id = 2 THEN DELETE WHEN MATCHED THEN UPDATE SET city = 'm' WHEN NOT MATCHED THEN INSERT VALUES (o.id, 'merged')"),
        new("copy from the script", Shop, "COPY customers (id, name) FROM stdin;\n30\tCopied\n31\t\\N x\n\\.\nUPDATE customers SET city = 'c' WHERE id >= 30;"),
        new("rows that refer to each other go", Cycle, "SET CONSTRAINTS ALL DEFERRED; UPDATE a SET b = NULL; DELETE FROM b; DELETE FROM a"),
        new("rows that refer to each other change", Cycle, "UPDATE a SET b = id; UPDATE b SET a = 3 - id; DELETE FROM b WHERE false; INSERT INTO a VALUES (7, NULL); INSERT INTO b VALUES (7, 7)"),
        new("unique values are exchanged", "CREATE TABLE t (id integer PRIMARY KEY, u integer UNIQUE DEFERRABLE INITIALLY DEFERRED, w integer); CREATE UNIQUE INDEX t_w ON t (w); INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);", "UPDATE t SET u = 4 - u; UPDATE t SET w = w + 10; UPDATE t SET w = 14 - w"),
        new("keys are exchanged", "CREATE TABLE t (id integer PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b');", "UPDATE t SET id = id + 10; UPDATE t SET id = 13 - id"),
        new("a table without a key and duplicates", "CREATE TABLE n (a integer, j json, p point); INSERT INTO n VALUES (1, '{}', '(1,1)'), (1, '{}', '(1,1)'), (NULL, NULL, NULL);", "DELETE FROM n WHERE a = 1; INSERT INTO n VALUES (2, '[]', '(2,2)')"),
        new("a table whose key is deferrable", "CREATE TABLE t (id integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b');", "UPDATE t SET id = 3 - id"),
        new("row level security", Shop + "ALTER TABLE lines ENABLE ROW LEVEL SECURITY; ALTER TABLE lines FORCE ROW LEVEL SECURITY; CREATE POLICY all_of_it ON lines USING (true);", "DELETE FROM lines WHERE item = 'tea'; DROP POLICY all_of_it ON lines; ALTER TABLE lines DISABLE ROW LEVEL SECURITY"),

        // Dropping with what depends on it
        new("drop table that cascades to views and keys", Viewed, "DROP TABLE customers CASCADE"),
        new("drop table that cascades to a materialised view", Viewed, "DROP TABLE orders CASCADE"),
        new("drop column that cascades to views", Viewed, "ALTER TABLE customers DROP COLUMN name CASCADE"),
        new("drop column that is a key's", Shop, "ALTER TABLE customers DROP COLUMN id CASCADE"),
        new("drop view that cascades", Viewed, "DROP VIEW names CASCADE"),
        new("drop schema that cascades", "CREATE SCHEMA s; CREATE TABLE s.t (id serial PRIMARY KEY, v text); CREATE VIEW s.v AS SELECT v FROM s.t; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; INSERT INTO s.t (v) VALUES ('a'), ('b');", "DROP SCHEMA s CASCADE"),
        new("drop primary key", Shop, "ALTER TABLE lines DROP CONSTRAINT lines_pkey"),
        new("drop primary key that cascades", Shop, "ALTER TABLE customers DROP CONSTRAINT customers_pkey CASCADE; INSERT INTO customers VALUES (1, 'twice')"),
        new("drop foreign key and break it", Shop, "ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey; DELETE FROM customers WHERE id = 5"),
        new("drop several tables at once", Shop, "DROP TABLE lines, orders"),

        // Views
        new("replace a view", Viewed, "CREATE OR REPLACE VIEW loud AS SELECT lower(name) AS name FROM names"),
        new("a view over a changed column", Viewed, "DROP VIEW loud; DROP VIEW names; ALTER TABLE customers ALTER COLUMN name TYPE varchar(20); CREATE VIEW names AS SELECT name FROM customers"),
        new("rename what views use", Viewed, "ALTER TABLE customers RENAME COLUMN name TO called; ALTER TABLE customers RENAME TO clients; ALTER VIEW names RENAME TO called"),
        new("create, refresh and drop materialised views", Viewed, "UPDATE orders SET total = 1; REFRESH MATERIALIZED VIEW sums; CREATE MATERIALIZED VIEW more AS SELECT 1 AS one; DROP MATERIALIZED VIEW sums"),

        // Names and places
        new("rename chain", Shop, "ALTER TABLE lines RENAME TO a; ALTER TABLE orders RENAME TO lines; ALTER TABLE customers RENAME TO orders; ALTER TABLE a RENAME TO customers; UPDATE orders SET city = 'x'; INSERT INTO customers VALUES (11, 'new')"),
        new("move to another schema", Shop, "CREATE SCHEMA s; ALTER TABLE lines SET SCHEMA s; UPDATE s.lines SET item = upper(item)"),
        new("write, then move to another schema", Shop + "CREATE SCHEMA s;", "DELETE FROM lines WHERE item = 'tea'; ALTER TABLE lines SET SCHEMA s"),
        new("rename a schema", "CREATE SCHEMA s; CREATE TABLE s.t (id integer PRIMARY KEY); INSERT INTO s.t VALUES (1);", "ALTER SCHEMA s RENAME TO t; INSERT INTO t.t VALUES (2)"),
        new("search path", Shop + "CREATE SCHEMA s; CREATE TABLE s.lines (id integer PRIMARY KEY); INSERT INTO s.lines VALUES (1);", "SET search_path = s, public; UPDATE lines SET id = 2; DELETE FROM orders WHERE id = 12; CREATE TABLE made (x int); RESET search_path; INSERT INTO lines VALUES (11, 'new')"),
        new("rename constraints and indexes", Shop, "ALTER TABLE lines RENAME CONSTRAINT lines_pkey TO lines_key; ALTER INDEX orders_customer RENAME TO by_customer"),
        new("names that need quotes", "CREATE TABLE \"Odd \"\"Name.\" (\"Id\" integer PRIMARY KEY, \"a b\" text, \"select\" text); INSERT INTO \"Odd \"\"Name.\" VALUES (1, 'x', 'y');", "UPDATE \"Odd \"\"Name.\" SET \"a b\" = 'z'; ALTER TABLE \"Odd \"\"Name.\" DROP COLUMN \"a b\"; ALTER TABLE \"Odd \"\"Name.\" RENAME TO \"Plain\""),

        // What is said of things
        new("comments", Shop + "COMMENT ON TABLE lines IS 'old';", "COMMENT ON TABLE lines IS 'new'; COMMENT ON COLUMN public.lines.item IS 'what'; CREATE TYPE pair AS (a integer); COMMENT ON COLUMN public.pair.a IS 'first'; COMMENT ON INDEX orders_customer IS 'i'"),
        new("grants", Shop, "GRANT SELECT ON lines TO public; GRANT UPDATE (total) ON orders TO public"),
        new("revokes with a drop", Shop + "GRANT SELECT ON lines TO public;", "REVOKE SELECT ON lines FROM public; DROP TABLE lines"),
        new("dropped table with all that is said of it", Shop + "COMMENT ON TABLE lines IS 'c'; COMMENT ON COLUMN lines.item IS 'i'; GRANT SELECT ON lines TO public; ALTER TABLE lines SET (fillfactor = 70); ALTER TABLE lines ALTER item SET STATISTICS 50; ALTER TABLE lines REPLICA IDENTITY FULL;", "DROP TABLE lines"),
        new("constraints and defaults", Shop, "ALTER TABLE customers ADD CONSTRAINT named CHECK (name <> ''), ALTER COLUMN city DROP DEFAULT"),
        new("unlogged and options", Shop, "ALTER TABLE lines SET UNLOGGED; ALTER TABLE lines SET (autovacuum_enabled = false)"),
        new("create index of many kinds", Shop, "CREATE INDEX a ON customers (lower(name)) WHERE city IS NOT NULL; CREATE INDEX b ON customers USING hash (city); CREATE UNIQUE INDEX c ON lines (item) INCLUDE (order_id); DROP INDEX orders_customer"),
        new("extended statistics", Shop, "CREATE STATISTICS st ON name, city FROM customers"),
        new("an extension", Shop, "CREATE EXTENSION pgcrypto; UPDATE customers SET name = encode(digest(name, 'md5'), 'hex')"),

        // Each statement by itself
        new("in pieces", Shop, "-- Transaction: none\nCREATE INDEX CONCURRENTLY customers_name ON customers (name);\nUPDATE customers SET city = 'x';\nDROP INDEX CONCURRENTLY orders_customer;\nALTER TABLE customers DROP COLUMN balance;\nDELETE FROM lines;\n"),
        new("in pieces with transactions", Shop, "-- Transaction: none\nBEGIN; UPDATE customers SET city = 'x'; ALTER TABLE customers RENAME TO clients; COMMIT;\nVACUUM clients;\nUPDATE clients SET city = 'y', name = 'z' WHERE id = 1;\nALTER TABLE clients DROP COLUMN city;\n"),
    ];
}
