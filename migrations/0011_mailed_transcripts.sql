-- Transcripts that were mailed: who sent which to whom. It bounds how many may be, and shows who misused it.

-- Up Migration

CREATE TABLE mailed_transcripts (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id text NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  -- The request's own, here for the index below.
  workgroup  text NOT NULL REFERENCES workgroups (node),
  -- Bare address.
  sender     text NOT NULL CHECK (sender <> ''),
  role       text NOT NULL CHECK (role IN ('visitor', 'agent', 'service')),
  recipient  text NOT NULL CHECK (recipient <> ''),
  sent_at    timestamptz NOT NULL
);
CREATE INDEX mailed_transcripts_of_session ON mailed_transcripts (session_id, sender);
CREATE INDEX mailed_transcripts_of_sender ON mailed_transcripts (sender, sent_at);
CREATE INDEX mailed_transcripts_of_workgroup ON mailed_transcripts (workgroup, role, sent_at);

-- Down Migration

DROP TABLE mailed_transcripts;
