namespace PSMigrate.Databases.Tests.Crash.Servers;

internal sealed record MariaDbCrashPlan : ServerCrashPlan
{
    public override string Setup => """
        CREATE TABLE customers (id int PRIMARY KEY, name varchar(40) NOT NULL, city varchar(40), balance decimal(12, 2) DEFAULT 0);
        CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, total varchar(20), note blob, CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id));
        CREATE TABLE tags (name varchar(20), weight int);
        CREATE TABLE settings (name varchar(20) PRIMARY KEY, value varchar(20));
        CREATE TABLE counters (name varchar(20) PRIMARY KEY, n int NOT NULL);
        CREATE TABLE legacy (id int AUTO_INCREMENT PRIMARY KEY, payload blob, said text);
        CREATE TABLE numbers (code varchar(5) UNIQUE, v int, old_rate double);
        CREATE TABLE log (step varchar(10));
        CREATE TABLE audit (what text, old text, new text);
        CREATE VIEW rich AS SELECT name, balance FROM customers WHERE balance > 100;
        CREATE TRIGGER orders_watched AFTER UPDATE ON orders FOR EACH ROW INSERT INTO audit VALUES (concat('order ', OLD.id), OLD.total, NEW.total);

        """ + FirstRows;

    protected override string Tables => """
        CREATE TABLE invoices (id int AUTO_INCREMENT PRIMARY KEY, customer int, amount decimal(12, 2), state varchar(10) DEFAULT 'new', CONSTRAINT invoices_customer FOREIGN KEY (customer) REFERENCES customers (id));
        CREATE INDEX invoices_by_customer ON invoices (customer, amount);
        ALTER TABLE customers ADD COLUMN email varchar(60) DEFAULT 'none' AFTER name;
        INSERT INTO invoices (id, customer, amount) SELECT customer, customer, sum(total) FROM orders GROUP BY customer ORDER BY customer;

        """;

    protected override string Rebuild => """
        CREATE TABLE orders_new (id int PRIMARY KEY, customer int NOT NULL, total decimal(12, 2) NOT NULL, placed varchar(20) DEFAULT 'unknown');
        INSERT INTO orders_new (id, customer, total) SELECT id, customer, total FROM orders;
        DROP TABLE orders;
        RENAME TABLE orders_new TO orders;
        CREATE INDEX orders_by_customer ON orders (customer, total);
        UPDATE counters SET n = n + 1 WHERE name = 'loose';

        """;

    protected override string Alone => """
        UPDATE counters SET n = n + 1 WHERE name = 'loose';
        CREATE INDEX customers_by_name ON customers (name);
        OPTIMIZE TABLE tags;
        ALTER TABLE customers MODIFY COLUMN city varchar(80);
        DROP INDEX orders_by_customer ON orders;
        DELETE FROM tags WHERE weight % 7 = 0;

        """;
}
