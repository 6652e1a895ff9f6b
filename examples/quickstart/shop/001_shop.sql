-- Migration: shop
-- Date: 2026-11-22
-- Description: A small shop to migrate: customers, and what they ordered.

-- Forward migration
BEGIN TRANSACTION;
CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT,
  fax TEXT
);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  ordered_on TEXT NOT NULL,
  total TEXT NOT NULL
);
CREATE INDEX ix_orders_customer ON orders (customer_id);
INSERT INTO customers (id, name, country, fax)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
SELECT i, 'Customer ' || i, CASE i % 3 WHEN 0 THEN 'Germany' WHEN 1 THEN 'France' END, '+49 30 ' || (1000 + i) FROM n;
INSERT INTO orders (customer_id, ordered_on, total)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
SELECT 1 + i % 500, date('2026-01-01', '+' || (i % 300) || ' days'), printf('%d.%02d', i % 90 + 10, i % 100) FROM n;
COMMIT;

-- Rollback (if needed)
-- BEGIN TRANSACTION;
-- DROP TABLE orders;
-- DROP TABLE customers;
-- COMMIT;
