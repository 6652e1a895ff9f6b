-- Migration: sales
-- Date: 2026-11-22
-- Description: What each country buys. The file's name begins with R__: it is applied whenever it changes.

-- Forward migration
BEGIN TRANSACTION;
DROP VIEW IF EXISTS sales;
CREATE VIEW sales AS
SELECT c.country, count(*) AS orders, round(sum(o.total), 2) AS total
FROM orders o JOIN customers c ON c.id = o.customer_id
GROUP BY c.country;
COMMIT;
