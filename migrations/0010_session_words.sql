-- What was said in a talk, as words to search for: one row for each talk, written when its transcript is complete.

-- Up Migration

CREATE TABLE session_words (
  session_id text PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
  -- The request's own, here for the indexes below.
  workgroup  text NOT NULL REFERENCES workgroups (node),
  started_at timestamptz NOT NULL,
  words      tsvector NOT NULL
);
-- A talk is written once and sought often: no list of what is yet to be put in its place.
CREATE INDEX session_words_all ON session_words USING gin (words) WITH (fastupdate = off);
CREATE INDEX session_words_newest ON session_words (workgroup, started_at DESC, session_id);

-- Talks from before. The service itself is finer about what a word is; see component/store/search.ts.
INSERT INTO session_words (session_id, workgroup, started_at, words)
SELECT s.id, s.workgroup, s.started_at,
       to_tsvector('simple', left(lower(translate(said.text, '@./-_:', '      ')), 200000))
FROM sessions s
JOIN requests r ON r.id = s.id AND r.room_closed_at IS NOT NULL
CROSS JOIN LATERAL (
  SELECT string_agg(line.body, ' ') AS text
  FROM (SELECT body FROM transcript_lines WHERE session_id = s.id ORDER BY id LIMIT 5000) AS line
) AS said
WHERE said.text IS NOT NULL;

-- Down Migration

DROP TABLE session_words;
