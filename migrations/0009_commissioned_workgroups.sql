-- Workgroups that an administrator made by a command (XEP-0050), beside those written in Prosody's configuration.

-- Up Migration

CREATE TABLE commissioned_workgroups (
  node        text PRIMARY KEY CHECK (node <> '' AND node = lower(node)),
  description text NOT NULL,
  -- Bare addresses of its agents.
  members     text[] NOT NULL,
  -- Bare address of the administrator who had the last word.
  made_by     text NOT NULL,
  changed_at  timestamptz NOT NULL
);

-- Down Migration

DROP TABLE commissioned_workgroups;
