-- When a visitor's name and words were taken out of a request. What is left is for counting: when, how long, by whom answered.

-- Up Migration

ALTER TABLE requests ADD COLUMN erased_at timestamptz;

-- Down Migration

ALTER TABLE requests DROP COLUMN erased_at;
