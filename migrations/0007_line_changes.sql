-- What became of a line after it was said: its sender gave it another text, or took it back. The text it had is not kept.

-- Up Migration

ALTER TABLE transcript_lines
  ADD COLUMN fate text CHECK (fate IN ('edited', 'retracted')),
  ADD COLUMN fate_at timestamptz,
  -- The room archive's id of the last new text: a client may name the line by it when it takes the line back.
  ADD COLUMN changed_by text NOT NULL DEFAULT '',
  ADD CHECK ((fate IS NULL) = (fate_at IS NULL)),
  ADD CHECK (fate IS DISTINCT FROM 'retracted' OR body = '');

-- Down Migration

ALTER TABLE transcript_lines DROP COLUMN changed_by, DROP COLUMN fate_at, DROP COLUMN fate;
