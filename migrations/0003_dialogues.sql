-- In which language a visitor is told in words, who writes from an ordinary client; null: a client that draws its state.

-- Up Migration

ALTER TABLE requests ADD COLUMN dialogue text;

-- Down Migration

ALTER TABLE requests DROP COLUMN dialogue;
