-- Talks that agents invite colleagues into or hand over, who watches them, and visitors who are kept out for a time.

-- Up Migration

ALTER TABLE requests
  -- Set: no visitor's own request, but an agent's, that a colleague of this workgroup come into the session it names.
  -- Such a row is deleted when it is decided.
  ADD COLUMN handover jsonb,
  -- Who is being asked into this session: a list.
  ADD COLUMN handovers jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(handovers) = 'array'),
  -- Bare addresses of those who watch this session and take no part.
  ADD COLUMN monitors text[] NOT NULL DEFAULT '{}';

CREATE TABLE blocked_visitors (
  workgroup  text NOT NULL REFERENCES workgroups (node) ON DELETE CASCADE,
  -- The bare address that a visitor joins with.
  visitor    text NOT NULL CHECK (visitor <> ''),
  name       text NOT NULL,
  blocked_by text NOT NULL CHECK (blocked_by <> ''),
  reason     text NOT NULL,
  blocked_at timestamptz NOT NULL,
  until      timestamptz NOT NULL,
  PRIMARY KEY (workgroup, visitor)
);

-- Down Migration

DROP TABLE blocked_visitors;
ALTER TABLE requests DROP COLUMN monitors, DROP COLUMN handovers, DROP COLUMN handover;
