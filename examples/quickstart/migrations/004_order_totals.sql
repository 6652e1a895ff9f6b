-- Migration: order_totals
-- Date: 2026-11-22
-- Description: Totals become numbers. SQLite changes a column's type by building the table anew.

PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE orders_new (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  ordered_on TEXT NOT NULL,
  total NUMERIC NOT NULL CHECK (total >= 0)
);
INSERT INTO orders_new (id, customer_id, ordered_on, total) SELECT id, customer_id, ordered_on, total FROM orders;
DROP TABLE orders;
ALTER TABLE orders_new RENAME TO orders;
CREATE INDEX ix_orders_customer ON orders (customer_id);
COMMIT;
PRAGMA foreign_keys = ON;
