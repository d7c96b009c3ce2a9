-- Which of a visitor's metadata the site has signed, by name.

-- Up Migration

ALTER TABLE requests ADD COLUMN verified text[] NOT NULL DEFAULT '{}';

-- Down Migration

ALTER TABLE requests DROP COLUMN verified;
