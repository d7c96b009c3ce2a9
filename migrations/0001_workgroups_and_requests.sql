-- Workgroups, requests, offers, sessions, participants, transcripts, agents' devices and messages left for later.
--
-- Instants are timestamptz. No constraint compares two of them: a clock that is set back must not make a save fail.
-- A request's id is also the session's id and the room's local part, so everything about a talk hangs on that one id.

-- Up Migration

CREATE TABLE workgroups (
  node       text PRIMARY KEY CHECK (node <> '' AND node = lower(node)),
  -- The whole of the checked settings, as component/domain/model.ts describes them.
  settings   jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
  changed_at timestamptz NOT NULL,
  -- Not in the configuration any more; its talks may still be running, its transcripts stay.
  removed_at timestamptz
);

CREATE TABLE requests (
  id           text PRIMARY KEY CHECK (id <> ''),
  workgroup    text NOT NULL REFERENCES workgroups (node),
  -- Full address; the bare one is what earlier visits are looked up by.
  visitor      text NOT NULL CHECK (visitor <> ''),
  visitor_bare text NOT NULL GENERATED ALWAYS AS (split_part(visitor, '/', 1)) STORED,
  user_id      text NOT NULL,
  -- [[name, [value, …]], …]: an object would lose the order in which the questions were asked.
  metadata     jsonb NOT NULL CHECK (jsonb_typeof(metadata) = 'array'),
  joined_at    timestamptz NOT NULL,
  rank         double precision NOT NULL,
  deadline_at  timestamptz NOT NULL,
  -- {agent: instant in epoch milliseconds}
  rejections   jsonb NOT NULL CHECK (jsonb_typeof(rejections) = 'object'),
  room         text NOT NULL CHECK (room IN ('none', 'open')),
  served       text[] NOT NULL,
  -- The phase with all that belongs to it; of an ended request, the one it ended in.
  phase        jsonb NOT NULL
    CHECK (phase ->> 'name' IN ('queued', 'offered', 'opening-room', 'inviting', 'in-session')),
  ended_at     timestamptz,
  end_reason   text CHECK (end_reason IN ('visitor-cancelled', 'visitor-left', 'visitor-lost', 'visitor-ended',
                                          'agent-ended', 'nobody-took-it', 'workgroup-closed', 'room-failed')),
  ended_by     text CHECK (ended_by IN ('visitor', 'agent', 'service')),
  ended_by_jid text,
  -- When the room was destroyed, after its archive was read to the end. Until then a start must see to it.
  room_closed_at timestamptz,
  CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CHECK ((ended_by IS NOT DISTINCT FROM 'agent') = (ended_by_jid IS NOT NULL))
);
CREATE INDEX requests_open ON requests (workgroup, rank, id) WHERE ended_at IS NULL;
CREATE INDEX requests_of_visitor ON requests (workgroup, visitor_bare, ended_at DESC) WHERE ended_at IS NOT NULL;
CREATE INDEX requests_room_to_close ON requests (id)
  WHERE ended_at IS NOT NULL AND room_closed_at IS NULL
    AND (room = 'open' OR phase ->> 'name' IN ('opening-room', 'inviting', 'in-session'));
CREATE INDEX requests_of_user ON requests (workgroup, user_id, ended_at DESC) WHERE ended_at IS NOT NULL;

-- One row for each agent that was asked, kept as the record of how it ended.
CREATE TABLE offers (
  id           text PRIMARY KEY CHECK (id <> ''),
  request_id   text NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  agent        text NOT NULL CHECK (agent <> ''),
  devices      text[] NOT NULL,
  acknowledged text[] NOT NULL,
  failed       text[] NOT NULL,
  sent_at      timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  ended_at     timestamptz,
  outcome      text CHECK (outcome IN ('accepted', 'rejected', 'expired', 'taken-by-other', 'undeliverable',
                                       'agent-gone', 'visitor-gone', 'withdrawn')),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX offers_open ON offers (id) WHERE ended_at IS NULL;
CREATE INDEX offers_of_request ON offers (request_id);

-- A request that became a talk. `started_at` is the first time, `agent` whoever answers for it now.
CREATE TABLE sessions (
  id         text PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
  -- The request's own, here for the index below.
  workgroup  text NOT NULL REFERENCES workgroups (node),
  agent      text NOT NULL CHECK (agent <> ''),
  started_at timestamptz NOT NULL,
  ended_at   timestamptz
);
CREATE INDEX sessions_of_workgroup ON sessions (workgroup, started_at DESC);

-- Who was in the room and when; one row for each stay of each device. A visitor may be in the room before the talk
-- starts, hence the key to requests.
CREATE TABLE participants (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id text NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  jid        text NOT NULL CHECK (jid <> ''),
  bare_jid   text NOT NULL GENERATED ALWAYS AS (split_part(jid, '/', 1)) STORED,
  nick       text NOT NULL,
  role       text NOT NULL CHECK (role IN ('agent', 'visitor')),
  joined_at  timestamptz NOT NULL,
  left_at    timestamptz
);
CREATE UNIQUE INDEX participants_present ON participants (session_id, jid) WHERE left_at IS NULL;
CREATE INDEX participants_of_session ON participants (session_id);
CREATE INDEX participants_of_agent ON participants (bare_jid, left_at DESC) WHERE role = 'agent';

-- The transcript. `id` is the order: see component/store/transcripts.ts for the rule that makes it the room's own.
CREATE TABLE transcript_lines (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id   text NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  stanza_id    text NOT NULL CHECK (stanza_id <> ''),
  kind         text NOT NULL CHECK (kind IN ('line', 'joined', 'left', 'service')),
  speaker_kind text NOT NULL CHECK (speaker_kind IN ('visitor', 'agent', 'service')),
  nick         text NOT NULL,
  jid          text NOT NULL,
  -- The room's own id of the occupant (XEP-0421): archived lines bear no address, and a nick may change hands.
  occupant     text NOT NULL,
  key          text NOT NULL,
  body         text NOT NULL,
  said_at      timestamptz NOT NULL,
  UNIQUE (session_id, stanza_id)
);
CREATE INDEX transcript_lines_in_order ON transcript_lines (session_id, id);
CREATE INDEX transcript_lines_occupants ON transcript_lines (session_id) WHERE kind = 'joined';

-- Signed-in clients of agents, so that a service that starts again finds its agents.
CREATE TABLE agent_devices (
  workgroup text NOT NULL REFERENCES workgroups (node) ON DELETE CASCADE,
  agent     text NOT NULL CHECK (agent <> ''),
  jid       text NOT NULL CHECK (jid <> ''),
  show      text NOT NULL CHECK (show IN ('available', 'chat', 'away', 'xa', 'dnd')),
  max_chats integer,
  since     timestamptz NOT NULL,
  PRIMARY KEY (workgroup, agent, jid)
);

-- Left by visitors while nobody was there.
CREATE TABLE messages (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workgroup  text NOT NULL REFERENCES workgroups (node),
  visitor    text NOT NULL CHECK (visitor <> ''),
  key        text NOT NULL CHECK (key <> ''),
  name       text NOT NULL,
  email      text NOT NULL,
  body       text NOT NULL,
  left_at    timestamptz NOT NULL,
  handled_at timestamptz,
  handled_by text,
  UNIQUE (workgroup, visitor, key),
  CHECK ((handled_at IS NULL) = (handled_by IS NULL))
);
CREATE INDEX messages_open ON messages (workgroup, left_at DESC, id DESC) WHERE handled_at IS NULL;

-- Down Migration

DROP TABLE messages;
DROP TABLE agent_devices;
DROP TABLE transcript_lines;
DROP TABLE participants;
DROP TABLE sessions;
DROP TABLE offers;
DROP TABLE requests;
DROP TABLE workgroups;
