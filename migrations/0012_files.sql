-- Files that were sent: a line whose text is the address of one bears its name, and type and size as far as they are known.

-- Up Migration

ALTER TABLE transcript_lines ADD COLUMN file jsonb CHECK (jsonb_typeof(file) = 'object' AND file ? 'name');

-- Down Migration

ALTER TABLE transcript_lines DROP COLUMN file;
