-- Names that agents chose for themselves, for every workgroup whose administrator lets them.

-- Up Migration

CREATE TABLE agent_names (
  agent      text PRIMARY KEY CHECK (agent <> ''),
  name       text NOT NULL CHECK (name <> ''),
  changed_at timestamptz NOT NULL
);

-- Down Migration

DROP TABLE agent_names;
