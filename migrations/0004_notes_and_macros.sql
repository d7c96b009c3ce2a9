-- What agents write down: notes about a talk, and canned answers of their own.

-- Up Migration

-- A note that another took the place of is kept, and shown no more.
CREATE TABLE notes (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id  text NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  -- Bare address.
  author      text NOT NULL CHECK (author <> ''),
  body        text NOT NULL CHECK (body <> ''),
  written_at  timestamptz NOT NULL,
  replaced_at timestamptz
);
CREATE INDEX notes_of_session ON notes (session_id, id);

-- One tree of canned answers for each agent (bare address), as component/domain/macros.ts describes it.
CREATE TABLE personal_macros (
  agent      text PRIMARY KEY CHECK (agent <> ''),
  macros     jsonb NOT NULL CHECK (jsonb_typeof(macros) = 'object'),
  changed_at timestamptz NOT NULL
);

-- Down Migration

DROP TABLE personal_macros;
DROP TABLE notes;
