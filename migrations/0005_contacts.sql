-- Who has a workgroup among the contacts (RFC 6121), and which agents let it see their presence. An agent is asked once.

-- Up Migration

CREATE TABLE contacts (
  workgroup text NOT NULL REFERENCES workgroups,
  -- A bare address.
  jid text NOT NULL,
  -- It is told whether the workgroup is open.
  subscribed boolean NOT NULL DEFAULT false,
  -- The workgroup is told its presence.
  granted boolean NOT NULL DEFAULT false,
  -- When the workgroup asked for its presence by itself.
  asked_at timestamptz,
  -- The language an agent reads, as far as is known.
  lang text,
  -- The most chats at once an agent wished for by a command.
  max_chats integer,
  PRIMARY KEY (workgroup, jid)
);

-- Down Migration

DROP TABLE contacts;
